"""The accessibility statement, made from the evidence each time it is read."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.contracts.accessibility import Barrier, Statement
from cms.records.texts import default_language, localized

from .models import ANSWER_DAYS, AccessibilitySettings, AuditRun, BarrierReport
from .rules import RULES

Method, Result = AuditRun.Method, AuditRun.Result


def accessibility_statement(language: str = "") -> Statement:
    """Return the statement as it follows from reports and checks now, in ``language`` (default: the active one).

    It claims nothing without a check of the last twelve months, and full accessibility only after a test by people:
    a program finds a part of all barriers (model statement: Implementing Decision (EU) 2018/1523). Four queries.
    """
    with translation.override(language or translation.get_language()):
        return _made()


def _made() -> Statement:
    today = timezone.localdate()
    recent = [run for run in AuditRun.objects.all()[:50] if run.is_recent(today)]
    by_program = next((run for run in recent if run.method == Method.AUTOMATIC), None)
    by_people = next((run for run in recent if run.method == Method.PEOPLE), None)
    barriers = (*_of_reports(), *_of_people(by_people), *_of_program(by_program))
    status = _status(by_people, by_program, barriers)
    settings = AccessibilitySettings.load()
    newest = max((run for run in (by_program, by_people) if run), key=lambda run: run.checked_on, default=None)
    return Statement(
        status=status,
        status_text=_STATUS[status](),
        made_on=today,
        method=_method(by_people, by_program),
        checked_on=newest.checked_on if newest else None,
        pages=newest.pages if newest else 0,
        barriers=barriers,
        feedback_url=reverse("accessibility:report"),
        contact=settings.lines("contact"),
        contact_email=settings.email,
        answer_days=ANSWER_DAYS,
        enforcement=settings.lines("enforcement"),
        enforcement_email=settings.enforcement_email,
        enforcement_url=settings.enforcement_url,
    )


def _status(by_people: AuditRun | None, by_program: AuditRun | None, barriers: tuple[Barrier, ...]) -> str:
    if by_people is None:
        return "partial" if by_program else "unchecked"
    if by_people.result == Result.FULL and barriers:  # what was found or reported since
        return "partial"
    return by_people.result


_STATUS: dict[str, Any] = {
    "unchecked": lambda: _(
        "Whether this website is accessible has not yet been checked in the last twelve months. So we claim nothing."
    ),
    "full": lambda: _(
        "This website meets the requirements of the Barrierefreie-Informationstechnik-Verordnung Rheinland-Pfalz"
        " (EN 301 549, WCAG 2.1 level AA)."
    ),
    "partial": lambda: _(
        "This website meets the requirements of the Barrierefreie-Informationstechnik-Verordnung Rheinland-Pfalz"
        " (EN 301 549, WCAG 2.1 level AA) in part."
    ),
    "none": lambda: _(
        "This website does not meet the requirements of the Barrierefreie-Informationstechnik-Verordnung Rheinland-Pfalz"
        " (EN 301 549, WCAG 2.1 level AA)."
    ),
}


def _method(by_people: AuditRun | None, by_program: AuditRun | None) -> str:
    words = []
    if by_people:
        words.append(_("It was tested by people: %(who)s.") % {"who": by_people.tool})
    if by_program:
        words.append(
            ngettext(
                "A program (%(tool)s) has checked %(n)d page.",
                "A program (%(tool)s) has checked %(n)d pages.",
                by_program.pages,
            )
            % {"tool": by_program.tool, "n": by_program.pages}
        )
        if not by_people:
            words.append(_("A program finds only a part of all barriers; a test by people is still to come."))
    return " ".join(words)


def _in(value: dict[str, str], language: str) -> Barrier:
    return Barrier(text=localized(value), language="" if value.get(language) else default_language())


def _of_reports() -> list[Barrier]:
    language = (translation.get_language() or default_language()).split("-")[0]
    rows = BarrierReport.objects.exclude(state=BarrierReport.State.SOLVED).order_by("received_at")
    return [_in(row.summary, language) for row in rows if localized(row.summary)]


def _of_people(run: AuditRun | None) -> list[Barrier]:
    language = (translation.get_language() or default_language()).split("-")[0]
    return [_in(run.notes, language)] if run and localized(run.notes) else []


def _of_program(run: AuditRun | None) -> list[Barrier]:
    if run is None:
        return []
    return [
        Barrier(
            text=RULES[rule] if rule in RULES else found["help"],
            language="" if rule in RULES else "en",  # axe-core's own words
            pages=found["count"],
        )
        for rule, found in run.findings.items()
    ]
