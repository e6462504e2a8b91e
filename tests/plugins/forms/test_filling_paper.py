"""Paper: the empty form, what was sent as a PDF, and forms entered by staff."""

from __future__ import annotations

import html
import io
import json
import re
from typing import Any

import pypdf
import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import strip_tags

from plugins.forms.definition.structure import to_json
from plugins.forms.filling import pdf
from plugins.forms.models import Channel, FormVersion, Submission
from tests.conftest import client_of, make_location
from tests.plugins.forms.definitions import ask
from tests.plugins.forms.definitions import form as definition
from tests.plugins.forms.filled import ANIMALS, DOGS, OWNER, TRUTH, Person, make_form

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


def test_paper_says_where_to_send_it(home: Any, client: Any, staff_rule: Any) -> None:
    form = make_form(asks="print")
    hidden = make_location("Archiv", postal_code="55999", access_rule=staff_rule)
    form.unit.locations.set([hidden, make_location(postal_code="55116")])
    form.unit.save()
    sent = Person(form).fill_in().send().text
    for page in (client.get("/formulare/hund-anmelden/papier/").content.decode(), sent):
        assert "Große Bleiche, 55116 Mainz" in page
        assert "55999" not in page


def test_what_it_costs_stands_on_the_first_page_and_on_paper(home: Any, client: Any) -> None:
    data = json.loads(json.dumps(DOGS))
    tests = [{"field": "chipped", "op": "equals", "value": False}]
    data["rules"] += [
        {"key": "fee", "tests": tests, "effects": [{"do": "price", "value": 1250}]},
        {"key": "tax", "tests": [], "effects": [{"do": "price", "value": 18600, "target": "dogs"}]},
    ]
    make_form(data)
    for address in ("/formulare/hund-anmelden/", "/formulare/hund-anmelden/papier/"):
        page = client.get(address).content.decode()
        assert "12,50 €, wenn bei „Gechippt?“ „Nein“ steht" in page
        assert "186,00 € für jeden Eintrag „Hund“" in page


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


def on_paper(form: Any, clerk: Any) -> Person:
    person = Person(form, client_of(clerk))
    return person.follow(person.client.post(f"/formulare/{form.slug}/schalter/", {"way": "paper"})["Location"])


def test_what_is_enclosed_may_stay_with_the_paper_or_be_scanned(home: Any, clerk: Any) -> None:
    steps = [dict(step) for step in DOGS["steps"]]
    steps[2] = {**steps[2], "fields": [{**steps[2]["fields"][0], "required": True}, steps[2]["fields"][1]]}
    form = make_form({**DOGS, "steps": steps})
    on_paper(form, clerk).send({**OWNER, **ANIMALS, **TRUTH}).send()
    assert "insurance" not in Submission.objects.get().answers
    scan = SimpleUploadedFile("police.pdf", b"%PDF-1.7 scanned")
    person = on_paper(form, clerk).send({**OWNER, **ANIMALS, **TRUTH, "f-insurance": scan})
    assert "police.pdf" in person.text
    person.send()
    assert Submission.objects.latest("pk").answers["insurance"][0]["name"] == "police.pdf"


def test_rows_of_a_paper_form_come_and_go(form: Any, clerk: Any) -> None:
    person = on_paper(form, clerk).send({**OWNER, **ANIMALS}, go="add:dogs")
    assert 'name="f-dogs-1-dog_name"' in person.text
    assert 'value="Erika Beispiel"' in person.text
    two = {**OWNER, **ANIMALS, "_rows-dogs": "2", "f-dogs-1-dog_name": "Waldi"}
    person.send(two, go="remove:dogs-0")
    assert 'value="Bello"' not in person.text
    assert 'name="f-dogs-0-dog_name" value="Waldi"' in person.text


def test_what_staff_typed_survives_an_ended_session(form: Any, clerk: Any) -> None:
    person = on_paper(form, clerk)
    page = person.path
    person.client.logout()
    person.send({**OWNER, "f-name": "Halb getippt"})
    assert "/login/" in person.path
    person.client.force_login(clerk)
    person.follow(page)
    assert 'value="Halb getippt"' in person.text


def test_the_summary_of_a_paper_form_leads_back_to_it(form: Any, clerk: Any) -> None:
    person = on_paper(form, clerk).send({**OWNER, **ANIMALS, **TRUTH})
    step = re.search(r'href="(/formulare/ausfuellen/[^/]+/schritt/owner/)"', person.text)[1]
    assert person.client.get(step)["Location"].endswith("/papier/#part-owner")


def test_what_a_number_counts_stands_behind_the_question_online_and_on_paper(home: Any, client: Any) -> None:
    fields = [ask("area", "number", settings={"unit": "m²"}), ask("budget", "money")]
    data = to_json(definition(fields))
    person = Person(make_form(data)).begin()
    paper = client.get("/formulare/hund-anmelden/papier/").content.decode()
    for page in (person.text, paper):
        text = " ".join(html.unescape(strip_tags(page)).split())
        assert "area (m²)" in text
        assert "budget (€)" in text
