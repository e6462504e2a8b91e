"""A small PDF with real text, for the documents of the demo city."""

from __future__ import annotations

import textwrap
from typing import BinaryIO

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NullObject,
    NumberObject,
    TextStringObject,
)

PAGE = (595, 842)  # A4 in points
MARGIN, LEADING, COLUMNS = 64, 16, 82
#: Numbers of the marked parts of a page.
MARKS = {"/H1": 0, "/P": 1}


def write_pdf(target: BinaryIO, title: str, pages: list[str], *, tagged: bool = False) -> None:
    """Write one A4 page for each text of ``pages`` to ``target``, the title on top of the first; long texts flow on.

    ``tagged``: with structure (ISO 32000-1, 14.7) and the title shown, as screen readers need it.
    """
    writer = PdfWriter()
    writer.add_metadata({"/Title": title})
    writer.root_object[NameObject("/Lang")] = TextStringObject("de-DE")
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
    for number, text in enumerate(pages):
        page = writer.add_blank_page(*PAGE)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        lines = [line for part in text.splitlines() for line in (textwrap.wrap(part, COLUMNS) or [""])]
        content = DecodedStreamObject()
        content.set_data(_content(title if number == 0 else "", lines, tagged))
        page[NameObject("/Contents")] = writer._add_object(content)
    if tagged:
        _add_structure(writer)
    writer.write(target)


def _add_structure(writer: PdfWriter) -> None:
    """Add the tree of elements: a heading on the first page, a paragraph on each."""
    tree = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
    root = writer._add_object(tree)
    elements, parents = ArrayObject(), ArrayObject()
    for number, page in enumerate(writer.pages):
        page[NameObject("/StructParents")] = NumberObject(number)
        page[NameObject("/Tabs")] = NameObject("/S")
        kinds = ["/H1", "/P"] if number == 0 else ["/P"]
        on_page = ArrayObject()
        for kind in kinds:
            element = DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/StructElem"),
                    NameObject("/S"): NameObject(kind),
                    NameObject("/P"): root,
                    NameObject("/Pg"): page.indirect_reference,
                    NameObject("/K"): NumberObject(MARKS[kind]),
                }
            )
            on_page.append(writer._add_object(element))
        # The place in this list is the number of the mark.
        parents += [NumberObject(number), on_page if number == 0 else ArrayObject([NullObject(), *on_page])]
        elements += on_page
    tree[NameObject("/K")] = elements
    tree[NameObject("/ParentTree")] = writer._add_object(DictionaryObject({NameObject("/Nums"): parents}))
    catalog = writer.root_object
    catalog[NameObject("/StructTreeRoot")] = root
    catalog[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): BooleanObject(True)})
    catalog[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})


def _content(title: str, lines: list[str], tagged: bool) -> bytes:
    parts = [b"BT"]
    top = PAGE[1] - MARGIN
    if title:
        parts += _begin("/H1", tagged)
        parts += [b"/F1 20 Tf", f"1 0 0 1 {MARGIN} {top} Tm".encode(), _string(title) + b" Tj"]
        parts += [b"EMC"] if tagged else []
        top -= 40
    parts += _begin("/P", tagged)
    parts += [b"/F1 11 Tf", f"{LEADING} TL 1 0 0 1 {MARGIN} {top} Tm".encode()]
    for line in lines:
        parts += [_string(line) + b" Tj T*"]
    parts += [b"EMC"] if tagged else []
    return b"\n".join([*parts, b"ET"])


def _begin(kind: str, tagged: bool) -> list[bytes]:
    return [f"{kind} <</MCID {MARKS[kind]}>> BDC".encode()] if tagged else []


def _string(text: str) -> bytes:
    raw = text.encode("cp1252", "replace")
    return b"(" + raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"
