"""The places of a version that can be commented on: the blocks of its body, as the person outside calls them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wagtail.fields import StreamField
from wagtail.models import Revision
from wagtail.rich_text import get_text_for_indexing

EXCERPT = 90


@dataclass(frozen=True)
class Place:
    """A block: its stored id, what it is called, and how it begins."""

    block_id: str
    label: str
    excerpt: str = ""


def places_of(revision: Revision) -> list[Place]:
    """Return the blocks of all stream fields of a version, in order, numbered."""
    page = revision.as_object()
    found = []
    for field in page._meta.get_fields():
        if not isinstance(field, StreamField):
            continue
        for child in getattr(page, field.name):
            if child.id:
                label = f"{len(found) + 1}. {child.block.label}"
                found.append(Place(child.id, label, _begin(child.block, child.value)))
    return found


def _begin(block: Any, value: Any) -> str:
    text = " ".join(get_text_for_indexing(part) for part in block.get_searchable_content(value))
    text = " ".join(text.split())
    return text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0] + " …"
