"""The pages that are shown with a page: however many parts of the page name pages, they are read at once."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, DateTimeField, Expression, QuerySet, TextField, Value
from django.db.models.functions import Cast
from wagtail.models import Page

from cms.access.pages import visible_pages

#: What a part may say of its pages, and what the others say instead: rows of one union have the same columns.
NOTES: dict[str, Expression] = {
    "summary": Value("", output_field=TextField()),
    "picture": Value("", output_field=CharField()),
    "said": Cast(Value(None), DateTimeField()),
}
Part = tuple[QuerySet[Page], dict[str, Any]]


def read_around(reader: Any, parts: dict[str, Part]) -> dict[str, list[Page]]:
    """Return name -> the pages of each part that ``reader`` may see, in the order of the tree: one query for all.

    A part is (pages, its ``NOTES``). Each is a query of its own inside a union, so that each finds its index.
    """
    rows = [
        visible_pages(reader, pages)
        .annotate(part=Value(name, output_field=CharField()), **(NOTES | notes))
        .select_related("locale")
        .order_by()
        for name, (pages, notes) in parts.items()
    ]
    found: dict[str, list[Page]] = {name: [] for name in parts}
    for page in sorted(rows[0].union(*rows[1:], all=True), key=lambda page: page.path):
        found[page.part].append(page)
    return found
