"""What a PDF file itself tells about its accessibility (the machine-readable part of PDF/UA-1, ISO 14289-1).

A file without findings can still be hard to read: reading order and texts of images need a person. A file with one of
``BARRIERS`` can't be read by everybody, whatever else is right.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from pypdf import PdfReader
from pypdf.errors import PyPdfError

#: code -> (what is the matter, what to do).
FINDINGS = {
    "unreadable": (
        _("The file is damaged or protected by a password, so its text can’t be read."),
        _("Save it anew without a password."),
    ),
    "scan": (
        _("The pages are pictures without text: screen readers find nothing."),
        _("Run text recognition over the scan, or better offer the text as a page."),
    ),
    "untagged": (
        _("Headings, lists and tables are not marked (no tags)."),
        _("Export it from the source again and choose “tagged PDF” or “PDF/UA”."),
    ),
    "no_language": (
        _("The file does not say in which language it is written, so it is read aloud wrongly."),
        _("Set the language in the properties of the source document."),
    ),
    "no_title": (
        _("The file has no title, or shows the file name instead of it."),
        _("Enter a title in the properties and choose to show it in the title bar."),
    ),
}
#: With one of these people with disabilities can't use the file at all, or only with great effort.
BARRIERS = frozenset({"unreadable", "scan", "untagged"})
#: So many pages are enough to tell text from pictures.
LOOKED_AT = 20
ERRORS = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError)


def check_pdf(source: Any, pages: list[str]) -> list[str]:
    """Return the codes of the findings of a PDF file, worst first. ``pages``: its text, read before.

    A damaged file is a finding, not an error.
    """
    try:
        reader = PdfReader(source)
        if reader.is_encrypted and not reader.decrypt(""):
            return ["unreadable"]
        root = reader.root_object
        found = []
        if not any(text.strip() for text in pages) and any(_has_pictures(page) for page in reader.pages[:LOOKED_AT]):
            found.append("scan")
        if not _is_tagged(root):
            found.append("untagged")
        if not str(root.get("/Lang", "")).strip():
            found.append("no_language")
        if not _shows_title(reader, root):
            found.append("no_title")
    # A hostile or damaged PDF can fail in any way inside the parser.
    except ERRORS:
        return ["unreadable"]
    return found


def _is_tagged(root: Any) -> bool:
    marks = root.get("/MarkInfo")
    marked = marks is not None and bool(getattr(marks.get_object().get("/Marked"), "value", False))
    return marked and root.get("/StructTreeRoot") is not None


def _shows_title(reader: PdfReader, root: Any) -> bool:
    title = (reader.metadata.title if reader.metadata else "") or ""
    if not title.strip() and reader.xmp_metadata is not None:
        title = next(iter((reader.xmp_metadata.dc_title or {}).values()), "")
    wishes = root.get("/ViewerPreferences")
    shown = wishes is not None and bool(getattr(wishes.get_object().get("/DisplayDocTitle"), "value", False))
    return bool(title.strip()) and shown


def _has_pictures(page: Any) -> bool:
    resources = page.get("/Resources")
    pictures = resources.get_object().get("/XObject") if resources is not None else None
    if pictures is None:
        return False
    return any(item.get_object().get("/Subtype") == "/Image" for item in pictures.get_object().values())
