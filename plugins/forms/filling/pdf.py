"""PDF for everybody: tagged, with title and language (PDF/UA-1, ISO 14289-1), by WeasyPrint."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils import translation

from cms.theming.fonts import CUTS, source_folder


class NoPdf(Exception):
    """The system lacks the library Pango, without which no PDF can be made."""


def is_possible() -> bool:
    """Return whether PDFs can be made here."""
    try:
        _weasyprint()
    except NoPdf:
        return False
    return True


@cache
def _weasyprint() -> Any:
    try:
        import weasyprint
    except OSError as error:  # Pango is loaded on import
        raise NoPdf from error
    return weasyprint


def make(template: str, context: Mapping[str, Any], language: str) -> bytes:
    """Return the PDF of a template in ``language``. Raises NoPdf. Nothing is fetched from elsewhere."""
    weasyprint = _weasyprint()
    with translation.override(language):
        html = render_to_string(template, {**context, "language": language, "fonts": _fonts()})
    document = weasyprint.HTML(string=html, url_fetcher=_fetcher())
    return document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)


@cache
def _fonts() -> tuple[tuple[str, int, str, str], ...]:
    """Return (family, weight, style, address) of the fonts of the house."""
    found = []
    for cut in CUTS:
        weight = 600 if "600" in cut.target else 400
        style = "italic" if "italic" in cut.target else "normal"
        found.append((cut.family, weight, style, (source_folder(cut.package) / cut.source).as_uri()))
    return tuple(found)


@cache
def _fetcher() -> Any:
    """Return what fetches the fonts of the house and pictures in the text itself, and nothing else."""
    allowed = {address for _family, _weight, _style, address in _fonts()}

    class Fetcher(_weasyprint().urls.URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in allowed and not url.startswith("data:"):
                raise ValueError("not fetched")
            return super().fetch(url, headers)

    return Fetcher()


def qr_code(text: str) -> str:
    """Return a QR code as the address of a picture (data:)."""
    out = BytesIO()
    segno.make(text, error="m").save(out, kind="svg", scale=4, border=2, xmldecl=False)
    return "data:image/svg+xml;base64," + b64encode(out.getvalue()).decode()
