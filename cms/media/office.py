"""Text of office documents (Office Open XML, OpenDocument): ZIP files whose text lies in one XML file."""

from __future__ import annotations

import zipfile
from typing import IO, Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

#: extension -> (member with the text, names of the elements that end a paragraph). Names without their namespace.
TEXTS = {
    "docx": ("word/document.xml", {"p"}),
    "odt": ("content.xml", {"p", "h"}),
}
#: Elements that separate words and hold none.
GAPS = {"tab", "br", "cr", "line-break", "s"}
#: What is not part of the text as it reads: deleted passages, comments, codes of fields.
LEFT_OUT = {"delText", "instrText", "tracked-changes", "annotation"}
#: More text than this is no document that people read.
MAX_CHARACTERS = 5_000_000
ERRORS = (zipfile.BadZipFile, KeyError, ParseError, DefusedXmlException, OSError, ValueError, RuntimeError)


def read_office(source: IO[bytes], extension: str) -> str:
    """Return the text of a document, a line a paragraph. Raises one of ``ERRORS`` for a broken or hostile file."""
    member, paragraphs = TEXTS[extension]
    parts: list[str] = []
    length = left_out = 0
    with zipfile.ZipFile(source) as archive, archive.open(member) as handle:
        for event, element in iterparse(handle, events=("start", "end"), forbid_dtd=True):
            name = element.tag.rpartition("}")[2]
            if name in LEFT_OUT:
                left_out += 1 if event == "start" else -1
            if event == "start":
                continue
            if name in LEFT_OUT or left_out:
                _empty(element)
            elif name in GAPS and not element.text:
                element.text = " "
            elif name in paragraphs:
                parts.append("".join(element.itertext()))
                _empty(element)
                length += len(parts[-1])
                if length > MAX_CHARACTERS:
                    break
    return "\n".join(parts).replace("\x00", "").strip()


def _empty(element: Any) -> None:
    """Forget an element, but not the text behind it: that belongs to what surrounds it."""
    tail = element.tail
    element.clear()
    element.tail = tail
