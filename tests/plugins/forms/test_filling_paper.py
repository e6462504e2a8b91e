"""Paper: the empty form, what was sent as a PDF, and forms entered by staff."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest
from django.contrib.auth.models import Permission

from plugins.forms.filling import pdf
from plugins.forms.models import Channel, FormVersion, Submission
from tests.conftest import client_of
from tests.plugins.forms.filled import ANIMALS, OWNER, TRUTH, Person, make_form

pytestmark = pytest.mark.django_db
needs_pango = pytest.mark.skipif(not pdf.is_possible(), reason="WeasyPrint needs the system's Pango")


@pytest.fixture
def form(home: Any) -> Any:
    return make_form(number="21-001")


@pytest.fixture
def clerk(staff_user: Any) -> Any:
    staff_user.user_permissions.add(Permission.objects.get(codename="add_filling"))
    return staff_user


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


@needs_pango
def test_the_empty_form_says_its_rules_in_words(form: Any, client: Any) -> None:
    answer = client.get("/formulare/hund-anmelden/papier.pdf")
    document = read(answer.content)
    text = " ".join(" ".join(page.extract_text() for page in document.pages).split())
    assert "Nur ausfüllen, wenn bei „Gechippt?“ „Ja“ steht." in text
    assert "21-001 · Fassung 1" in text
    assert "Hund 3" in text


@needs_pango
def test_pdfs_are_made_for_everybody(form: Any, client: Any) -> None:
    person = Person(form).fill_in().send()
    sent = person.client.get(f"/formulare/ausfuellen/{person.token}/angaben.pdf")
    for answer in (client.get("/formulare/hund-anmelden/papier.pdf"), sent):
        assert answer["Content-Type"] == "application/pdf"
        root = read(answer.content).trailer["/Root"]
        assert root["/Lang"] == "de"
        assert root["/MarkInfo"]["/Marked"]
        assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "Erika Beispiel" in read(sent.content).pages[0].extract_text()
    assert "no-store" in sent["Cache-Control"]


@needs_pango
def test_former_versions_can_still_be_printed_and_drafts_not(form: Any, client: Any) -> None:
    FormVersion.objects.create(form=form, number=2, state=FormVersion.State.DRAFT, data=form.published().data)
    assert client.get("/formulare/hund-anmelden/fassung-1/papier.pdf").status_code == 200
    assert client.get("/formulare/hund-anmelden/fassung-2/papier.pdf").status_code == 404
    assert client.get(f"/formulare/hund-anmelden/fassung-{9**40}/papier.pdf").status_code == 404


def test_without_pango_the_page_says_so(form: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise pdf.NoPdf

    monkeypatch.setattr(pdf, "_weasyprint", missing)
    answer = client.get("/formulare/hund-anmelden/papier.pdf")
    assert answer.status_code == 503
    assert "Pango" in answer.content.decode()
    assert "Pango" in client.get("/formulare/hund-anmelden/papier/").content.decode()


def test_staff_enter_a_paper_form_in_its_order(form: Any, clerk: Any) -> None:
    person = Person(form, client_of(clerk))
    answer = person.client.post("/formulare/hund-anmelden/schalter/", {"way": "paper"})
    person.follow(answer["Location"])
    assert person.text.index("f-kind") < person.text.index("f-company") < person.text.index("f-chip")
    person.send({**OWNER, **ANIMALS, **TRUTH, "f-company": "Durchgestrichen", "f-chip": "9"})
    assert "Prüfen und absenden" in person.text
    person.send()
    sent = Submission.objects.get()
    assert sent.channel == Channel.PAPER
    assert sent.filling.filled_by == clerk
    assert not {"company", "chip"} & set(sent.answers)
    assert sent.answers["dogs"] == [{"dog_name": "Bello", "since": "2026-10-01"}]


def test_errors_of_a_paper_form_are_named_and_nothing_is_lost(form: Any, clerk: Any) -> None:
    person = Person(form, client_of(clerk))
    person.follow(person.client.post("/formulare/hund-anmelden/schalter/", {"way": "paper"})["Location"])
    person.send({**OWNER, "f-name": "", **ANIMALS})
    assert "Vor- und Nachname" in person.errors
    assert 'value="Bello"' in person.text


def test_staff_fill_in_with_somebody_at_the_counter(form: Any, clerk: Any) -> None:
    person = Person(form, client_of(clerk))
    answer = person.client.post("/formulare/hund-anmelden/schalter/", {"way": "counter"})
    person.follow(answer["Location"]).send(OWNER).send(ANIMALS).send(TRUTH).send()
    sent = Submission.objects.get()
    assert sent.channel == Channel.COUNTER
    assert sent.filling.filled_by == clerk
    assert sent.filling.account is None


def test_nobody_else_fills_in_for_others(form: Any, citizen: Any) -> None:
    assert client_of(citizen).get("/formulare/hund-anmelden/schalter/").status_code == 403
