"""Files people add."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from cms.content.pdf import write_pdf
from plugins.forms.filling import files, pdf, scanning
from plugins.forms.models import FillingFile, Submission
from tests.plugins.forms.filled import ANIMALS, OWNER, TRUTH, Person, make_form

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 Police 4711"


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def person(home: Any) -> Person:
    return Person(make_form()).begin().send(OWNER).send(ANIMALS)


def upload(name: str = "police.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return out.getvalue()


def test_a_file_goes_with_what_is_sent(person: Person) -> None:
    person.send({**TRUTH, "f-insurance": upload()}).send()
    row = FillingFile.objects.get()
    assert Submission.objects.get().answers["insurance"] == [
        {"id": str(row.identifier), "name": "police.pdf", "size": len(PDF), "kind": "pdf"}
    ]
    assert row.read() == PDF
    assert row.name == "police.pdf"


def test_a_file_lies_sealed(person: Person, client: Any) -> None:
    person.send({**TRUTH, "f-insurance": upload()})
    row = FillingFile.objects.get()
    with default_storage.open(row.content.name) as handle:
        assert b"4711" not in handle.read()
    assert "police" not in row.content.name + row.sealed_name
    assert client.get(f"/media/{row.content.name}").status_code == 404


def test_only_who_holds_the_filling_reads_its_files(person: Person) -> None:
    person.send({**TRUTH, "f-insurance": upload()})
    row = FillingFile.objects.get()
    answer = person.client.get(f"/formulare/ausfuellen/{person.token}/datei/{row.identifier}/")
    assert answer.content == PDF
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    other = Person(person.form).begin()
    assert other.client.get(f"/formulare/ausfuellen/{other.token}/datei/{row.identifier}/").status_code == 404


def test_a_file_is_kept_although_something_else_is_wrong(person: Person) -> None:
    person.send({"f-insurance": upload()})
    assert "Meine Angaben sind richtig" in person.errors
    assert "police.pdf" in person.text
    person.send(TRUTH)
    assert "Prüfen und absenden" in person.text
    assert "police.pdf" in person.text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("police.pdf", b"MZ\x90\x00 a program"),
        ("police.pdf", b"<html><script>alert(1)</script></html>"),
        ("bild.png", picture()[:40]),
        ("leer.pdf", b""),
        ("makro.docx", b"PK\x03\x04 broken"),
    ],
)
def test_disguised_broken_and_empty_files_are_refused_by_what_is_in_them(
    person: Person, name: str, content: bytes
) -> None:
    person.send({**TRUTH, "f-insurance": upload(name, content)})
    assert "Haftpflichtversicherung" in person.errors
    assert name in person.errors
    assert not FillingFile.objects.exists()


def test_a_picture_under_a_wrong_name_is_taken_for_what_it_is(person: Person) -> None:
    person.send({**TRUTH, "f-insurance": upload("police.pdf", picture())})
    assert FillingFile.objects.get().kind == "image/png"


def test_too_large_and_too_many_files_are_refused_and_the_others_kept(person: Person) -> None:
    large = upload("groß.pdf", PDF + b"x" * (11 * 1024 * 1024))
    person.send({**TRUTH, "f-insurance": [upload("a.pdf"), large, upload("b.pdf"), upload("c.pdf")]})
    assert "groß.pdf" in person.errors
    assert "c.pdf" in person.errors
    assert [row.name for row in FillingFile.objects.all()] == ["a.pdf", "b.pdf"]


def test_a_file_is_taken_out_again(person: Person, django_capture_on_commit_callbacks: Any) -> None:
    person.send({"f-insurance": upload()})
    row = FillingFile.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        person.send({}, go=f"drop:{row.identifier}")
    assert not FillingFile.objects.exists()
    assert not default_storage.exists(row.content.name)
    assert "police.pdf" not in person.text


def test_a_removed_row_takes_its_files_along_and_the_others_keep_theirs(home: Any) -> None:
    person = Person(make_form()).begin().send(OWNER)
    two = {"f-dogs-0-dog_name": "A", "f-dogs-1-dog_name": "B"}
    person.send({**two, "_rows-dogs": "2", "f-dogs-1-vaccination": upload("b.pdf")}, go="refresh")
    person.send({**two, "_rows-dogs": "2", "f-dogs-0-vaccination": upload("a.pdf"), "f-dogs-1-vaccination": upload("b.pdf")}, go="add:dogs")  # fmt: skip
    person.send({**two, "f-dogs-2-dog_name": "C"}, go="remove:dogs-0")
    assert "a.pdf" not in person.text
    assert "b.pdf" in person.text
    names = {"f-dogs-0-dog_name": "B", "f-dogs-0-since": "2026-01-01", "f-chipped": "no", "_rows-dogs": "1"}
    person.send(names).send(TRUTH).send()
    dog = Submission.objects.get().answers["dogs"][0]
    assert dog["dog_name"] == "B"
    assert dog["vaccination"][0]["name"] == "b.pdf"


# --- the virus scanner ---------------------------------------------------------------------------------------


def test_a_clean_file_is_found_clean(person: Person, clamd: list[bytes]) -> None:
    person.send({"f-insurance": upload()})
    row = FillingFile.objects.get()
    assert row.scan == FillingFile.Scan.WAITING
    with pytest.raises(files.NotChecked):
        files.read_checked(row)
    assert scanning.scan_waiting.func() == 1
    row.refresh_from_db()
    assert row.scan == FillingFile.Scan.CLEAN
    assert clamd == [PDF]
    assert files.read_checked(row) == PDF


def test_a_harmful_file_is_deleted_and_nothing_is_sent_with_it(person: Person, clamd: list[bytes]) -> None:
    person.send({**TRUTH, "f-insurance": upload(content=PDF + b" virus")})
    row = FillingFile.objects.get()
    scanning.scan_waiting.func()
    assert not default_storage.exists(row.content.name)
    person.send()
    assert "Virenscanner" in person.text
    assert not Submission.objects.exists()
    person.go("proofs").send(TRUTH, go=f"drop:{row.identifier}").send(TRUTH).send()
    assert Submission.objects.exists()


def test_a_scanner_that_is_away_makes_files_wait(person: Person, settings: Any) -> None:
    settings.FORMS_VIRUS_SCANNER = "plugins.forms.filling.scanning.clamav"
    settings.FORMS_CLAMAV = "127.0.0.1:9"
    person.send({"f-insurance": upload()})
    assert scanning.scan_waiting.func() == 0
    assert FillingFile.objects.get().scan == FillingFile.Scan.WAITING
    assert scanning.scan_file.func("forms.FillingFile", FillingFile.objects.get().pk) == FillingFile.Scan.WAITING


def test_operators_learn_that_files_wait(person: Person, settings: Any) -> None:
    settings.FORMS_VIRUS_SCANNER = "plugins.forms.filling.scanning.clamav"
    settings.FORMS_CLAMAV = "127.0.0.1:9"
    person.send({"f-insurance": upload()})
    assert scanning.health() == []
    FillingFile.objects.update(created_at=timezone.now() - scanning.PATIENCE)
    (problem,) = scanning.health()
    assert "1" in problem.text or "Eine" in problem.text or "One" in problem.text


def test_a_file_the_scanner_can_not_read_holds_up_no_other(person: Person, clamd: list[bytes]) -> None:
    person.send({"f-insurance": upload(content=PDF + b" huge")})
    first = FillingFile.objects.get()
    person.go("proofs").send({**TRUTH, "f-insurance": upload(name="b.pdf")})
    assert scanning.scan_waiting.func() >= 2
    states = dict(FillingFile.objects.values_list("pk", "scan"))
    assert states.pop(first.pk) == FillingFile.Scan.FAILED
    assert set(states.values()) == {FillingFile.Scan.CLEAN}
    with pytest.raises(files.NotChecked):
        files.read_checked(FillingFile.objects.get(pk=first.pk))
    FillingFile.objects.filter(pk=first.pk).update(size=0)
    assert scanning.scan_waiting.func() == 1  # it is asked about again, when the others have had their turn


# --- a qualified signature -------------------------------------------------------------------------------------


def to_sign(person: Person) -> bytes:
    """Return the PDF of the filling."""
    if not pdf.is_possible():
        pytest.skip("WeasyPrint needs the system's Pango")
    answer = person.client.get(f"/formulare/ausfuellen/{person.token}/unterschreiben.pdf")
    assert answer.status_code == 200
    return answer.content


def signed_pdf(content: bytes) -> bytes:
    """Return a PDF with a signature by a certificate authority of our own, as signing programs add it behind the end."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, day = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test-CA")]), timezone.now()
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(day).not_valid_after(day + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    signature = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(content)
        .add_signer(certificate, key, hashes.SHA256())
        .sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature])
    )
    return content + (
        b"\n9999 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 %d %d 0]"
        b" /Contents <%s> >>\nendobj\n%s"
        % (len(content), len(content), signature.hex().encode(), content[content.rindex(b"startxref") :])
    )


def attach(person: Person) -> Person:
    """Sign the PDF of the filling and add it."""
    return person.send({"signed": upload("signiert.pdf", signed_pdf(to_sign(person))), "attach": "1"})


def test_a_signed_pdf_is_needed_kept_and_checked_by_a_person(home: Any) -> None:
    person = Person(make_form(asks="qualified")).fill_in().send()
    assert "signierte PDF" in person.errors
    assert not Submission.objects.exists()
    other = BytesIO()
    write_pdf(other, "Etwas anderes", ["Prüfzeichen dieser Angaben: 0000-0000-0000"])
    for name, content, words in (
        ("falsch.pdf", b"MZ", "PDF"),
        ("offen.pdf", to_sign(person), "keine Signatur"),
        ("anderes.pdf", signed_pdf(other.getvalue()), "gehört nicht zu Ihren jetzigen Angaben"),
    ):
        person.send({"signed": upload(name, content), "attach": "1"})
        assert words in person.errors
        assert 'href="#id_signed"' in person.text
        assert not FillingFile.objects.exists()
    attach(person).send()
    assert Submission.objects.get().check_state == Submission.Check.SIGNATURE
    assert FillingFile.objects.get().field == files.SIGNED


def test_a_file_added_or_taken_out_must_be_signed_anew(home: Any) -> None:
    person = Person(make_form(asks="qualified")).begin().send(OWNER).send(ANIMALS)
    person.send({**TRUTH, "f-insurance": upload()})
    attach(person)
    row = FillingFile.objects.get(field="insurance")
    person.go("proofs").send(TRUTH, go=f"drop:{row.identifier}").send(TRUTH).send()
    assert "signierte PDF" in person.errors
    assert not Submission.objects.exists()
    attach(person).send()
    assert Submission.objects.exists()


def test_changed_answers_must_be_signed_anew(home: Any) -> None:
    person = Person(make_form(asks="qualified")).fill_in()
    attach(person)
    assert FillingFile.objects.exists()
    person.go("owner").send({**OWNER, "f-name": "Jemand anders"})
    assert not FillingFile.objects.exists()
