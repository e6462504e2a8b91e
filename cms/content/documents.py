"""Text of documents for the search."""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Any

from django.db import transaction
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from cms.media.models import DocumentDetails
from cms.media.office import ERRORS as OFFICE_ERRORS
from cms.media.office import TEXTS, read_office
from cms.media.pdf_checks import BARRIERS, check_pdf
from cms.records.richtext import INVISIBLE

from .models import CityDocument

logger = logging.getLogger(__name__)
#: Larger files are read by the worker, not in the request that uploaded them.
IMMEDIATE_LIMIT = 2 * 1024 * 1024
MAX_PAGES = 2_000
MAX_PAGE_CHARACTERS = 100_000


def read_pages(data: bytes) -> list[str]:
    """Return the text of each page of a PDF. Raises PyPdfError for a broken or encrypted file."""
    reader = PdfReader(BytesIO(data))
    return [
        INVISIBLE.sub("", (page.extract_text() or "").replace("\x00", ""))[:MAX_PAGE_CHARACTERS]
        for page in reader.pages[:MAX_PAGES]
    ]


def extract(document_id: int) -> None:
    """Read the text of a stored document and keep it with the record; a failure is kept too, for the editor to see."""
    document = CityDocument.objects.filter(pk=document_id).first()
    if document is None or not document.file:
        return
    with document.open_file() as handle:
        data = handle.read()
    pages: list[str] = []
    findings: list[str] = []
    problem = ""
    if document.file_extension == "pdf":
        try:
            pages = read_pages(data)
        # A hostile or damaged PDF can fail in any way inside the parser; the upload itself must survive that.
        except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError) as error:
            problem = f"{type(error).__name__}: {error}"[:300]
            logger.warning("no text read from document %s: %s", document_id, type(error).__name__)
        findings = check_pdf(BytesIO(data), pages)
    elif document.file_extension in TEXTS:
        try:
            text = read_office(BytesIO(data), document.file_extension)
            pages = [INVISIBLE.sub("", text)[:MAX_PAGE_CHARACTERS]]
        except OFFICE_ERRORS as error:
            problem = f"{type(error).__name__}: {error}"[:300]
            logger.warning("no text read from document %s: %s", document_id, type(error).__name__)
    elif document.file_extension in {"txt", "csv"}:
        pages = [data.decode("utf-8", errors="replace").replace("\x00", "")[:MAX_PAGE_CHARACTERS]]
    document.extracted_pages, document.extraction_error = pages, problem
    document.extracted_hash = document.file_hash
    document.save(update_fields=["extracted_pages", "extraction_error", "extracted_hash"])
    DocumentDetails.objects.filter(document=document).update(
        findings=findings, is_barrier=bool(BARRIERS.intersection(findings)), checked_hash=document.file_hash
    )


def schedule(document: CityDocument) -> None:
    """Read the text after the commit: at once for small files, by the worker for large ones."""
    from .tasks import extract_document

    def run() -> None:
        if (document.file_size or 0) <= IMMEDIATE_LIMIT:
            with transaction.atomic():
                extract(document.pk)
        else:
            extract_document.enqueue(document.pk)

    transaction.on_commit(run)


def document_saved(sender: Any, instance: CityDocument, raw: bool = False, **kwargs: Any) -> None:
    """Receiver of ``post_save``: a new file is read."""
    if (
        not raw
        and instance.file
        and (not instance.extracted_hash or instance.extracted_hash != instance.get_file_hash())
    ):
        schedule(instance)
