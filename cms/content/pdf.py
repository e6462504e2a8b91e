"""A small PDF with real text, for the documents of the demo city."""

from __future__ import annotations

import textwrap
from typing import BinaryIO

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

PAGE = (595, 842)  # A4 in points
MARGIN, LEADING, COLUMNS = 64, 16, 82


def write_pdf(target: BinaryIO, title: str, pages: list[str]) -> None:
    """Write one A4 page for each text of ``pages`` to ``target``, the title on top of the first; long texts flow on."""
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
        content.set_data(_content(title if number == 0 else "", lines))
        page[NameObject("/Contents")] = writer._add_object(content)
    writer.write(target)


def _content(title: str, lines: list[str]) -> bytes:
    parts = [b"BT"]
    top = PAGE[1] - MARGIN
    if title:
        parts += [b"/F1 20 Tf", f"1 0 0 1 {MARGIN} {top} Tm".encode(), _string(title) + b" Tj"]
        top -= 40
    parts += [b"/F1 11 Tf", f"{LEADING} TL 1 0 0 1 {MARGIN} {top} Tm".encode()]
    for line in lines:
        parts += [_string(line) + b" Tj T*"]
    return b"\n".join([*parts, b"ET"])


def _string(text: str) -> bytes:
    raw = text.encode("cp1252", "replace")
    return b"(" + raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"
