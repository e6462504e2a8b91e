"""Uploads are what they say they are."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from cms.content.documents import extract, read_pages
from cms.content.media_forms import check_document
from cms.content.models import CityDocument
from cms.content.pdf import write_pdf


def packed(members: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("leer.pdf", b"", "empty"),
        ("bild.pdf", b"\x89PNG\r\n", "disguised"),
        ("brief.docx", b"MZ not a zip", "disguised"),
        ("brief.docx", packed({"xl/workbook.xml": b"x"}), "disguised"),
        ("bombe.docx", packed({"word/document.xml": b"0" * 60_000_000}), "zip_bomb"),
        ("seite.txt", b"<html><script>alert(1)</script>", "disguised"),
        ("bild.csv", b"<svg onload=alert(1)>", "disguised"),
        ("binär.txt", b"a\x00b", "disguised"),
    ],
)
def test_refused_with_the_reason(name: str, data: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as error:
        check_document(SimpleUploadedFile(name, data))
    assert error.value.code == code


def test_too_large_is_refused(settings: Any) -> None:
    settings.DOCUMENT_MAX_UPLOAD_SIZE = 10
    with pytest.raises(ValidationError) as error:
        check_document(SimpleUploadedFile("a.txt", b"x" * 11))
    assert error.value.code == "too_large"


def test_honest_files_pass() -> None:
    check_document(SimpleUploadedFile("brief.docx", packed({"word/document.xml": b"Text"})))
    check_document(SimpleUploadedFile("liste.csv", "Straße;Zahl\n".encode()))


def test_text_of_a_pdf_is_read_page_by_page() -> None:
    buffer = BytesIO()
    write_pdf(buffer, "Wegweiser", ["Müll (grau) und Straße", "Zweite Seite"])
    pages = read_pages(buffer.getvalue())
    assert "Müll (grau) und Straße" in pages[0]
    assert "Zweite Seite" in pages[1]


@pytest.mark.django_db
def test_a_broken_pdf_is_kept_with_the_reason() -> None:
    document = CityDocument(title="Kaputt")
    document.file.save("kaputt.pdf", SimpleUploadedFile("kaputt.pdf", b"%PDF-1.4 broken"), save=False)
    document.save()
    extract(document.pk)
    document.refresh_from_db()
    assert document.extracted_pages == []
    assert document.extraction_error
