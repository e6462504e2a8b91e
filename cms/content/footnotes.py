"""Footnotes of a chapter: the mark [^n] in its text becomes a link to the n-th note, which leads back."""

from __future__ import annotations

import re

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

MARK = re.compile(r"\[\^(\d{1,3})\]")
TAG = re.compile(r"(<[^>]*>)")


def cited_numbers(text: str) -> set[int]:
    """Return the numbers of the footnotes that ``text`` cites."""
    return {int(number) for number in MARK.findall(text)}


def with_links(html: str, *, prefix: str, count: int) -> tuple[SafeString, set[int]]:
    """Return safe ``html`` with marks as links, and which of the ``count`` footnotes it cites.

    ``prefix`` keeps the ids of chapters apart on one page. Only text is looked at, never what stands inside a tag; a mark
    without footnote stays as it is written. The first citation of a note is where its way back leads.
    """
    cited: set[int] = set()

    def link(match: re.Match[str]) -> str:
        number = int(match[1])
        if not 1 <= number <= count:
            return match[0]
        own_id = "" if number in cited else format_html(' id="{}-ref-{}"', prefix, number)
        cited.add(number)
        label = gettext("Footnote %(number)d") % {"number": number}
        return format_html(
            '<sup class="footnote-mark"><a href="#{}-note-{}"{} aria-label="{}">{}</a></sup>',
            prefix, number, own_id, label, number,
        )  # fmt: skip

    parts = [part if part.startswith("<") else MARK.sub(link, part) for part in TAG.split(html)]
    return mark_safe("".join(parts)), cited  # noqa: S308  rendered blocks are safe, the links are escaped
