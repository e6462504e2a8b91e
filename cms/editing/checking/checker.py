"""All checks of a page, judged by the city's policy."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Page

from ..links.internal import Target, problems_of
from ..models import EditingPolicy, Level, PageCheck, PageLink
from ..review_dates import answers_for
from . import language, structure
from .findings import Finding, Piece, links_of, pieces

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Report:
    """What was found on a page; ``readability`` is None for short texts and other languages."""

    findings: list[Finding] = field(default_factory=list)
    readability: language.Readability | None = None

    @property
    def blocking(self) -> list[Finding]:
        """What keeps the page from being published."""
        return [finding for finding in self.findings if finding.blocks]

    @property
    def warnings(self) -> list[Finding]:
        """What could be better."""
        return [finding for finding in self.findings if not finding.blocks]


def policy() -> EditingPolicy:
    """Return the city's policy; the usual one as long as nobody stored another."""
    return EditingPolicy.objects.first() or EditingPolicy()


def check(page: Any, rules: EditingPolicy | None = None) -> Report:
    """Return what could be better on ``page`` as it is in memory, a draft as well as a live one."""
    rules = rules or policy()
    found = pieces(page)
    code = page.locale.language_code if page.locale_id else ""
    text = "\n".join(filter(None, [getattr(page, "summary", ""), *(language.text_of(piece) for piece in found)]))
    figures = language.readability(text, code)
    all_findings = [
        *_page_fields(page, rules),
        *_shown(page, rules),
        *structure.links(found),
        *_broken(page, rules, found),
        *structure.pictures(found),
        *structure.tables(found),
        *structure.colours(found),
        *language.capitals(found),
        *language.long_sentences(found, rules.sentence_words),
        *_hard_to_read(figures, rules),
    ]
    judged = [replace(finding, level=rules.level(finding.rule)) for finding in all_findings]
    kept = [finding for finding in judged if finding.level != Level.OFF]
    return Report(sorted(kept, key=lambda finding: not finding.blocks), figures)


def _page_fields(page: Any, rules: EditingPolicy) -> list[Finding]:
    found = []
    if hasattr(page, "summary") and not page.summary.strip() and not getattr(page, "intro", ""):
        found.append(
            Finding(
                rule="summary_missing",
                field="summary",
                place=_("summary"),
                message=_("The page has no summary."),
                cure=_("One or two sentences: lists, the search and search engines show them."),
            )
        )
    if len(page.title) >= rules.title_characters:
        found.append(
            Finding(
                rule="title_long",
                field="title",
                place=_("title"),
                message=_("The title has %(n)d characters.") % {"n": len(page.title)},
                cure=_("Put the most important word first and leave out what the page says anyway."),
                excerpt=page.title,
            )
        )
    if rules.review_owner != Level.OFF and not answers_for(page):
        found.append(
            Finding(
                rule="review_owner",
                field="",
                place=_("page care"),
                message=_("Nobody answers for this page."),
                cure=_("Name an owner or an office under “Page care”, here or at the section."),
            )
        )
    return found


def _shown(page: Any, rules: EditingPolicy) -> list[Finding]:
    """Return findings in the HTML that readers get, which alone knows the headings of all blocks."""
    if {rules.heading_order, rules.heading_empty, rules.display} == {Level.OFF}:
        return []
    shown, failed = [], []
    code = page.locale.language_code if page.locale_id else translation.get_language()
    for number, child in enumerate(getattr(page, "body", None) or [], start=1):
        place = _("block %(n)d, %(label)s") % {"n": number, "label": child.block.label or child.block_type}
        piece = Piece("", None, child.id or "", place, number - 1)
        try:
            with translation.override(code):
                shown.append((piece, str(child.render({"page": page}))))
        except Exception:  # a draft may lack what a block's template relies on; that is what is reported
            logger.exception("block %s of page %s can't be displayed", child.block_type, page.pk)
            failed.append(
                piece.finding(
                    rule="display",
                    message=_("This block can't be displayed."),
                    cure=_("Fill in what is missing, or delete it."),
                )
            )
    return [*failed, *structure.headings(page.title, shown)]


def _broken(page: Any, rules: EditingPolicy, found: list[Piece]) -> list[Finding]:
    if rules.link_broken == Level.OFF:
        return []
    placed = [(piece, text, target) for piece in found for text, target in links_of(piece)]
    problems = problems_of([Target(target, page) for _piece, _text, target in placed])
    return [
        piece.finding(
            rule="link_broken",
            message=_("The link “%(text)s” leads nowhere: %(why)s.")
            % {"text": text, "why": PageLink.Problem(problem).label},
            cure=_("Choose another target, or remove the link."),
            excerpt=text,
        )
        for (piece, text, _target), problem in zip(placed, problems, strict=True)
        if problem
    ]


def _hard_to_read(figures: language.Readability | None, rules: EditingPolicy) -> list[Finding]:
    if figures is None or figures.ease >= rules.readability:
        return []
    return [
        Finding(
            rule="reading_level",
            message=_("The text is hard to read: readability %(ease)d of 100, LIX %(lix)d, %(words)d words a sentence.")
            % {"ease": figures.ease, "lix": figures.lix, "words": round(figures.words_a_sentence)},
            cure=_("Shorter sentences, shorter words, verbs instead of nouns, and who does what."),
            place=_("whole text"),
        )
    ]


def remember(page: Page, report: Report) -> None:
    """Store the numbers of a report for lists and the start page."""
    PageCheck.objects.update_or_create(
        page_id=page.pk,
        defaults={
            "warnings": len(report.warnings),
            "blocking": len(report.blocking),
            "rules": dict(Counter(finding.rule for finding in report.findings)),
            "readability": report.readability.ease if report.readability else None,
        },
    )
