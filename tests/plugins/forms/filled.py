"""A real form to fill in, and a person who fills it in by the pages alone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from plugins.forms.definition.structure import from_json
from plugins.forms.models import Filling, Form, FormVersion
from tests.conftest import make_unit


def de(text: str, en: str = "") -> dict[str, str]:
    return {"de": text, **({"en": en} if en else {})}


DOGS = {
    "format": 1,
    "languages": ["de", "en"],
    "steps": [
        {
            "key": "owner",
            "title": de("Halterin oder Halter", "Owner"),
            "fields": [
                {
                    "key": "kind",
                    "type": "choice",
                    "label": de("Wer hält den Hund?", "Who keeps the dog?"),
                    "required": True,
                    "options": [
                        {"value": "person", "label": de("eine Person", "a person")},
                        {"value": "company", "label": de("ein Betrieb", "a company")},
                    ],
                },
                {"key": "company", "type": "text", "label": de("Name des Betriebs", "Company"), "required": True},
                {"key": "name", "type": "text", "label": de("Vor- und Nachname", "Name"), "required": True},
                {"key": "email", "type": "email", "label": de("E-Mail-Adresse", "Email")},
                {"key": "address", "type": "address", "label": de("Anschrift", "Address"), "required": True},
            ],
        },
        {
            "key": "dogs_step",
            "title": de("Die Hunde", "The dogs"),
            "fields": [
                {
                    "key": "dogs",
                    "type": "group",
                    "label": de("Hund", "Dog"),
                    "required": True,
                    "settings": {"max_rows": 4},
                    "fields": [
                        {"key": "dog_name", "type": "text", "label": de("Name", "Name"), "required": True},
                        {"key": "since", "type": "date", "label": de("Gehalten seit", "Kept since"), "required": True},
                        {"key": "vaccination", "type": "file", "label": de("Impfpass", "Vaccination")},
                    ],
                },
                {"key": "chipped", "type": "yes_no", "label": de("Gechippt?", "Chipped?"), "required": True},
                {"key": "chip", "type": "text", "label": de("Chip-Nummer", "Chip number"), "required": True},
            ],
        },
        {
            "key": "proofs",
            "title": de("Nachweise", "Proofs"),
            "fields": [
                {
                    "key": "insurance",
                    "type": "file",
                    "label": de("Haftpflichtversicherung", "Insurance"),
                    "settings": {"max_count": 2},
                },
                {"key": "truth", "type": "statement", "label": de("Meine Angaben sind richtig.", "It is true.")},
            ],
        },
    ],
    "rules": [
        {
            "key": "r1",
            "tests": [{"field": "kind", "op": "equals", "value": "company"}],
            "effects": [{"do": "show", "target": "company"}],
        },
        {
            "key": "r2",
            "tests": [{"field": "chipped", "op": "equals", "value": True}],
            "effects": [{"do": "show", "target": "chip"}],
        },
    ],
}
OWNER = {
    "f-kind": "person",
    "f-name": "Erika Beispiel",
    "f-email": "erika@example.org",
    "f-address_street": "Große Bleiche",
    "f-address_house_number": "1",
    "f-address_postcode": "55116",
    "f-address_town": "Mainz",
}
ANIMALS = {"_rows-dogs": "1", "f-dogs-0-dog_name": "Bello", "f-dogs-0-since": "2026-10-01", "f-chipped": "no"}
TRUTH = {"f-truth": "on"}


def make_form(data: dict[str, Any] | None = None, **values: Any) -> Form:
    """Create a form with a published version."""
    unit = values.pop("unit", None) or make_unit("Steueramt", "21")
    form = Form(slug=values.pop("slug", "hund-anmelden"), unit=unit, **values)
    form.set_texts(
        {("title", "de"): "Hund anmelden", ("title", "en"): "Register a dog", ("summary", "de"): "Für Hunde."}
    )
    form.save()
    version = FormVersion(form=form, number=1, state=FormVersion.State.PUBLISHED, published_at=timezone.now())
    version.definition = from_json(data or DOGS)
    version.save()
    return form


class Person:
    """Fills in a form by its pages, as a browser without scripts."""

    def __init__(self, form: Form, client: Client | None = None, *, patient: bool = True) -> None:
        self.form, self.client = form, client or Client()
        self.path, self.token, self.patient = "", "", patient
        self.answer: Any = None

    def begin(self) -> Person:
        answer = self.client.post(f"/formulare/{self.form.slug}/anfangen/")
        assert answer.status_code == 302, answer.status_code
        self.token = re.search(r"/ausfuellen/([^/]+)/", answer["Location"])[1]
        if self.patient:  # nobody sends a form within seconds
            self.filling_rows().update(created_at=timezone.now() - timedelta(minutes=4))
        return self.follow(answer["Location"])

    def filling_rows(self) -> Any:
        from plugins.forms.filling.content import hashed

        return Filling.objects.filter(token_hash=hashed(self.token))

    @property
    def filling(self) -> Filling:
        return self.filling_rows().get()

    @property
    def text(self) -> str:
        return self.answer.content.decode()

    @property
    def errors(self) -> str:
        """The summary of errors, "" without one."""
        found = re.search(r'<div class="error-summary.*?</div>', self.text, re.S)
        return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""

    def follow(self, path: str) -> Person:
        self.answer = self.client.get(path.partition("#")[0])
        while self.answer.status_code == 302:
            path = self.answer["Location"]
            self.answer = self.client.get(path.partition("#")[0])
        self.path = path.partition("#")[0]
        return self

    def hidden(self) -> dict[str, str]:
        """Return the hidden fields of the page."""
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.text)
        return dict(found)

    def send(self, values: dict[str, Any] | None = None, go: str = "next", **extra: Any) -> Person:
        """Press a button of the page with these answers; follow where it leads."""
        self.answer = self.client.post(self.path, {**self.hidden(), **(values or {}), "_go": go}, **extra)
        if self.answer.status_code == 302:
            return self.follow(self.answer["Location"])
        return self

    def go(self, key: str) -> Person:
        return self.follow(f"/formulare/ausfuellen/{self.token}/schritt/{key}/")

    def fill_in(self) -> Person:
        """Answer all steps up to the summary."""
        self.begin()
        return self.send(OWNER).send(ANIMALS).send(TRUTH)
