"""What a check finds, and the pieces of a page that checks look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from bs4 import BeautifulSoup
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.contrib.typed_table_block.blocks import TypedTable, TypedTableBlock
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.rich_text import RichText


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that could be better: which rule says so, where it stands, what is wrong and what helps.

    ``field``: the form field; ``number`` and ``block_id``: the block of the body, counted from 0 (-1: none), and the
    innermost one with an id; ``place``: the same for people; ``excerpt``: the words it is about. ``level`` is set by the city's policy.
    """

    rule: str
    message: str
    cure: str
    field: str = "body"
    number: int = -1
    block_id: str = ""
    place: str = ""
    excerpt: str = ""
    level: str = "warn"

    @property
    def blocks(self) -> bool:
        """Whether the page is not published with it."""
        return self.level == "block"


@dataclass(frozen=True)
class Piece:
    """Something an editor entered: ``kind`` is html, text, picture, table or link."""

    kind: str
    value: Any
    block_id: str
    place: str
    number: int = -1
    soup: BeautifulSoup | None = field(default=None, compare=False)

    def finding(self, **values: Any) -> Finding:
        """Return a finding at this place."""
        values["excerpt"] = Truncator(" ".join(values.get("excerpt", "").split())).chars(120)
        return Finding(block_id=self.block_id, place=self.place, number=self.number, **values)


def pieces(page: Any) -> list[Piece]:
    """Return what editors entered in the blocks of ``page``, in the order of the page. Asks the database nothing new."""
    body = getattr(page, "body", None)
    if body is None:
        return []
    found: list[Piece] = []
    for number, child in enumerate(body, start=1):
        label = str(child.block.label or child.block_type)
        place = _("block %(n)d, %(label)s") % {"n": number, "label": label}
        found += _walk(child.block, child.value, Piece("", None, child.id or "", place, number - 1))
    return found


def _walk(block: Any, value: Any, at: Piece) -> Iterator[Piece]:
    if value is None or value == "":
        return
    if isinstance(value, RichText):
        yield replace(at, kind="html", value=value.source, soup=BeautifulSoup(value.source, "html.parser"))
    elif isinstance(block, blocks.RawHTMLBlock):
        yield replace(at, kind="html", value=str(value), soup=BeautifulSoup(str(value), "html.parser"))
    elif isinstance(block, ImageBlock):
        alt = getattr(value, "contextual_alt_text", "") or ""
        yield replace(at, kind="picture", value=(alt, bool(getattr(value, "decorative", False)), str(value)))
    elif isinstance(block, blocks.BaseStructBlock):
        yield from _struct(block, value, at)
    elif isinstance(block, blocks.ListBlock):
        for number, child in enumerate(value, start=1):
            yield from _walk(block.child_block, child, replace(at, place=f"{at.place} {number}"))
    elif isinstance(block, blocks.BaseStreamBlock):
        for child in value:
            label = str(child.block.label or child.block_type)
            inner = replace(at, block_id=child.id or at.block_id, place=f"{at.place}, {label}")
            yield from _walk(child.block, child.value, inner)
    elif isinstance(block, TableBlock) and isinstance(value, dict):
        yield replace(at, kind="table", value=value)
    elif isinstance(block, TypedTableBlock) and isinstance(value, TypedTable):
        yield replace(at, kind="typed table", value=value)
        for row in value.rows:
            for cell in row:
                yield from _walk(cell.block, cell.value, at)
    elif isinstance(block, blocks.TextBlock | blocks.CharBlock | blocks.BlockQuoteBlock):
        yield replace(at, kind="text", value=str(value))


def _struct(block: Any, value: Any, at: Piece) -> Iterator[Piece]:
    names = block.child_blocks
    pictures = [name for name, child in names.items() if isinstance(child, ImageChooserBlock)]
    if (pictures and value.get(pictures[0]) or "picture" in names) and "alt" in names:
        source = value.get(pictures[0] if pictures else "picture")
        title = source.title if isinstance(source, get_image_model()) else ""
        decorative = bool(value.get("decorative")) if "decorative" in names else not value.get("alt")
        yield replace(at, kind="picture", value=(value.get("alt") or "", decorative, title))
    if {"label", "url"} <= names.keys() and (value.get("url") or value.get("page")):
        page = value.get("page")
        target = f"page:{page.pk}" if page else str(value.get("url"))
        yield replace(at, kind="link", value=(str(value.get("label") or ""), target))
    for name, child in names.items():
        if name in {"alt", "url", "label"} or isinstance(
            child, blocks.ChoiceBlock | blocks.URLBlock | blocks.EmailBlock
        ):
            continue
        yield from _walk(child, value.get(name), replace(at, place=_inside(at.place, child)))


def _inside(place: str, child: Any) -> str:
    return f"{place}, {child.label}" if child.label else place


def links_of(piece: Piece) -> Iterator[tuple[str, str]]:
    """Yield (text, target) of each link in a piece: "page:17", "document:4", "email", or the address as entered."""
    if piece.kind == "link":
        yield piece.value
    elif piece.soup is not None:
        for tag in piece.soup.find_all("a"):
            text = tag.get_text(" ", strip=True) or " ".join(
                str(img.get("alt", "")) for img in tag.find_all(["img", "embed"])
            )
            kind = tag.get("linktype")
            yield text, f"{kind}:{tag.get('id')}" if kind else str(tag.get("href") or "")
