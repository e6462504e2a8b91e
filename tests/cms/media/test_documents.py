"""Documents: lasting address, earlier versions, hints on accessibility."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader, PdfWriter
from wagtail.models import Collection, CollectionViewRestriction

from cms.content.documents import extract
from cms.content.models import CityDocument
from cms.content.pdf import write_pdf
from cms.media.models import DocumentDetails, DocumentVersion
from cms.media.office import ERRORS, read_office
from cms.media.pdf_checks import FINDINGS, check_pdf
from tests.conftest import client_of, make_page, make_user

from .making import drawing

pytestmark = pytest.mark.django_db


def document(raw: bytes = b"Erste Fassung", name: str = "plan.txt", **values: Any) -> CityDocument:
    values.setdefault("collection", Collection.get_first_root_node())
    found = CityDocument(title="Plan", **values)
    found.file.save(name, ContentFile(raw), save=False)
    found.save()
    return CityDocument.objects.get(pk=found.pk)


def replace(found: CityDocument, raw: bytes, name: str, note: str = "", client: Any = None) -> Any:
    client = client or client_of(make_user(f"chefin{CityDocument.objects.count()}{name}", is_superuser=True))
    values = {
        "title": found.title,
        "collection": found.collection_id,
        "tags": "",
        "file": SimpleUploadedFile(name, raw),
        "version_note": note,
    }
    return client.post(f"/admin/documents/edit/{found.pk}/", values)


def tagged() -> bytes:
    from weasyprint import HTML

    html = '<html lang="de"><head><title>Satzung</title></head><body><h1>Satzung</h1><p>Text</p></body></html>'
    return HTML(string=html).write_pdf(pdf_variant="pdf/ua-1")


def tagged_by_us() -> bytes:
    buffer = BytesIO()
    write_pdf(buffer, "Satzung", ["Text der Satzung", "Zweite Seite"], tagged=True)
    return buffer.getvalue()


def scan() -> bytes:
    buffer = BytesIO()
    drawing((300, 400)).save(buffer, "PDF")
    return buffer.getvalue()


def plain() -> bytes:
    buffer = BytesIO()
    write_pdf(buffer, "Satzung", ["Text der Satzung"])
    return buffer.getvalue()


def locked() -> bytes:
    writer, buffer = PdfWriter(clone_from=PdfReader(BytesIO(plain()))), BytesIO()
    writer.encrypt("geheim")
    writer.write(buffer)
    return buffer.getvalue()


def test_a_new_file_takes_the_address_of_the_first(client: Any, home: Any) -> None:
    found = document()
    address = found.url
    assert client.get(address).getvalue() == b"Erste Fassung"
    etag = client.get(address)["ETag"]
    assert replace(found, b"Zweite Fassung", "ganz-anders.csv", "Gebühren erhöht").status_code == 302
    assert replace(CityDocument.objects.get(), b"Dritte Fassung", "drei.txt").status_code == 302
    now = CityDocument.objects.get()
    assert now.url == address
    answer = client.get(address, headers={"if-none-match": etag})
    assert answer.getvalue() == b"Dritte Fassung"
    assert "no-cache" in answer["Cache-Control"]
    # Whoever had a link to a file in between gets the current one, too.
    for version in now.versions.all():
        assert client.get(default_storage.url(version.file.name)).getvalue() == b"Dritte Fassung"


def test_earlier_versions_are_kept_with_who_when_and_why(home: Any) -> None:
    found = document()
    boss = make_user("chefin", is_superuser=True)
    replace(found, b"Zweite", "zwei.txt", "Gebühren erhöht", client_of(boss))
    replace(CityDocument.objects.get(), b"Dritte", "drei.txt", "Fehler berichtigt", client_of(boss))
    rows = [(row.number, row.note, row.replaced_by, row.file_size) for row in DocumentVersion.objects.all()]
    assert rows == [(2, "Gebühren erhöht", boss, 6), (1, "", boss, 13)]
    details = DocumentDetails.objects.get()
    assert (details.version, details.note) == (3, "Fehler berichtigt")
    with default_storage.open(DocumentVersion.objects.get(number=1).file.name) as handle:
        assert handle.read() == b"Erste Fassung"
    body = client_of(boss).get(f"/admin/documents/edit/{found.pk}/").content.decode()
    assert "Gebühren erhöht" in body
    assert "chefin" in body


def test_a_change_without_a_file_is_no_version(home: Any) -> None:
    found = document()
    client = client_of(make_user("chefin", is_superuser=True))
    client.post(f"/admin/documents/edit/{found.pk}/", {"title": "Neu", "collection": found.collection_id, "tags": ""})
    assert CityDocument.objects.get().title == "Neu"
    assert not DocumentVersion.objects.exists()
    assert client.get(found.url).getvalue() == b"Erste Fassung"


def test_earlier_versions_are_for_those_who_may_change_the_document(
    client: Any, home: Any, staff_user: Any, editor_user: Any
) -> None:
    found = document()
    replace(found, b"Zweite", "zwei.txt")
    url = f"/admin/documents/{found.pk}/versions/1/"
    assert client.get(url).status_code == 302
    for person in (staff_user, editor_user):  # the editor has no right to this collection
        assert client_of(person).get(url).status_code in (302, 403)
    answer = client_of(make_user("leitung", is_superuser=True)).get(url)
    assert answer.getvalue() == b"Erste Fassung"
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert client_of(editor_user).post(f"{url}delete/").status_code in (302, 403)
    assert DocumentVersion.objects.get().file_size


def test_a_closed_document_is_closed_under_its_old_names(client: Any, home: Any) -> None:
    found = document()
    replace(found, b"Zweite", "zwei.txt")
    closed = Collection.get_first_root_node().add_child(name="Zu")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    CityDocument.objects.update(collection=closed)
    for name in [found.file.name, CityDocument.objects.get().file.name]:
        assert client.get(default_storage.url(name)).status_code == 404


def test_the_file_of_a_version_is_deleted_for_good_but_its_name_leads_on(
    client: Any, home: Any, django_capture_on_commit_callbacks: Any
) -> None:
    found = document()
    boss = client_of(make_user("leitung", is_superuser=True))
    replace(found, b"Zweite", "zwei.txt", client=boss)
    with django_capture_on_commit_callbacks(execute=True):
        assert boss.post(f"/admin/documents/{found.pk}/versions/1/delete/").status_code == 302
    with default_storage.open(found.file.name) as handle:
        assert handle.read() == b""
    assert client.get(found.url).getvalue() == b"Zweite"
    assert document(b"Neu", "plan.txt").file.name != found.file.name


def test_with_the_document_its_versions_go_after_the_commit(home: Any, django_capture_on_commit_callbacks: Any) -> None:
    from wagtail.tasks import delete_file_from_storage_task

    found = document()
    replace(found, b"Zweite", "zwei.txt")
    names = {found.file.name, CityDocument.objects.get().file.name}
    with django_capture_on_commit_callbacks() as callbacks:
        CityDocument.objects.get().delete()
    assert all(default_storage.exists(name) for name in names)
    deleted: set[str] = set()
    original = type(delete_file_from_storage_task).enqueue
    try:
        type(delete_file_from_storage_task).enqueue = lambda self, storage, name: deleted.add(name)
        for callback in callbacks:
            callback()
    finally:
        type(delete_file_from_storage_task).enqueue = original
    assert names <= deleted


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (tagged, []),
        (tagged_by_us, []),
        (plain, ["untagged", "no_title"]),
        (scan, ["scan", "untagged", "no_language", "no_title"]),
        (locked, ["unreadable"]),
        (lambda: b"%PDF-1.4 broken", ["unreadable"]),
    ],
)
def test_a_pdf_tells_how_accessible_it_is(make: Any, expected: list[str]) -> None:
    raw = make()
    try:
        pages = [page.extract_text() for page in PdfReader(BytesIO(raw)).pages]
    except Exception:
        pages = []
    assert check_pdf(BytesIO(raw), pages) == expected
    assert set(expected) <= FINDINGS.keys()


def test_editors_are_told_in_words_and_readers_find_another_way(client: Any, home: Any) -> None:
    found = document(scan(), "scan.pdf")
    extract(found.pk)
    boss = client_of(make_user("leitung", is_superuser=True))
    body = boss.get(f"/admin/documents/edit/{found.pk}/").content.decode()
    assert str(FINDINGS["scan"][0]) in body
    assert str(FINDINGS["untagged"][1]) in body
    make_page(home, "Plan", slug="plan", body=json.dumps([{"type": "document", "value": found.pk}]))
    page = client.get("/plan/").content.decode()
    assert "mailto:barrierefrei@mainz.example?subject=" in page
    good = document(tagged(), "gut.pdf")
    extract(good.pk)
    make_page(home, "Gut", slug="gut", body=json.dumps([{"type": "document", "value": good.pk}]))
    assert "mailto:barrierefrei" not in client.get("/gut/").content.decode()


@pytest.mark.parametrize(("state", "expected"), [("barrier", 1), ("hints", 1), ("unread", 0), ("", 1), ("nonsense", 1)])
def test_the_report_names_documents_with_findings(home: Any, state: str, expected: int) -> None:
    extract(document(scan(), "scan.pdf").pk)
    extract(document(tagged(), "gut.pdf").pk)
    boss = client_of(make_user("leitung", is_superuser=True))
    answer = boss.get("/admin/reports/documents/", {"state": state})
    assert answer.status_code == 200
    assert len(answer.context["object_list"]) == expected
    listing = boss.get("/admin/documents/", {"state": state})
    assert listing.status_code == 200
    assert boss.get("/admin/reports/documents/", {"export": "csv"}).status_code == 200


def test_readers_see_version_and_date(client: Any, home: Any) -> None:
    found = document()
    replace(found, b"Zweite", "zwei.txt", "Gebühren <b>erhöht</b>")
    make_page(home, "Plan", slug="plan", body=json.dumps([{"type": "document", "value": found.pk}]))
    body = client.get("/plan/").content.decode()
    assert "Version 2" in body
    assert "Gebühren &lt;b&gt;erhöht&lt;/b&gt;" in body


def docx(text: str) -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {space}><w:body>{text}</w:body></w:document>")
    return buffer.getvalue()


def odt(text: str) -> bytes:
    space = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("content.xml", f"<office:document-content {space}>{text}</office:document-content>")
    return buffer.getvalue()


def test_text_of_word_documents_is_read_without_deleted_passages(home: Any) -> None:
    found = document(
        docx(
            "<w:p><w:r><w:t>Spargel</w:t></w:r><w:r><w:t>fest</w:t></w:r><w:tab/><w:r><w:t>Mai</w:t></w:r></w:p>"
            "<w:p><w:del><w:r><w:delText>geheim</w:delText></w:r></w:del><w:r><w:t>Eintritt frei</w:t></w:r></w:p>"
        ),
        "fest.docx",
    )
    extract(found.pk)
    assert CityDocument.objects.get().extracted_pages == ["Spargelfest Mai\nEintritt frei"]


def test_text_of_opendocument_is_read_without_comments_and_deleted_passages() -> None:
    raw = odt(
        "<text:tracked-changes><text:p>geheim</text:p></text:tracked-changes><text:h>Fest</text:h>"
        "<text:p>Am <office:annotation><text:p>Notiz</text:p></office:annotation>Rhein<text:s/>im <text:span>Mai</text:span>.</text:p>"
    )
    assert read_office(BytesIO(raw), "odt") == "Fest\nAm Rhein im Mai."


@pytest.mark.parametrize(
    "raw",
    [
        b"kein Zip",
        odt("<text:p>offen"),
        b"".join([docx('<!DOCTYPE x [<!ENTITY a "b">]><w:p/>')]),
    ],
)
def test_a_broken_document_is_noted_not_raised(home: Any, raw: bytes) -> None:
    with pytest.raises(ERRORS):
        read_office(BytesIO(raw), "odt" if b"content.xml" in raw else "docx")
    found = document(raw, "x.docx")
    extract(found.pk)
    assert CityDocument.objects.get().extraction_error
