"""From the page of a form to what is sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail

from cms.cases.models import Case
from plugins.forms.filling import content, services
from plugins.forms.models import Filling, FormCount, Submission
from tests.plugins.forms.filled import ANIMALS, OWNER, TRUTH, Person, make_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(home: Any) -> Any:
    return make_form()


@pytest.fixture
def person(form: Any) -> Person:
    return Person(form)


def test_a_form_is_filled_in_and_sent(person: Person, django_capture_on_commit_callbacks: Any) -> None:
    assert "Hund anmelden" in person.client.get("/formulare/hund-anmelden/").content.decode()
    person.begin()
    assert "Schritt 1 von 3" in person.text
    person.send(OWNER)
    assert "Schritt 2 von 3" in person.text, person.errors
    person.send(ANIMALS).send(TRUTH)
    assert "Prüfen und absenden" in person.text
    assert "Erika Beispiel" in person.text and "Große Bleiche" in person.text and "Bello" in person.text
    person.send()
    submission = Submission.objects.get()
    case = Case.objects.get()
    assert case.reference in person.text
    assert submission.case == case
    assert submission.answers == {
        "kind": "person",
        "name": "Erika Beispiel",
        "email": "erika@example.org",
        "address": {"street": "Große Bleiche", "house_number": "1", "postcode": "55116", "town": "Mainz"},
        "dogs": [{"dog_name": "Bello", "since": "2026-10-01"}],
        "chipped": False,
        "truth": True,
    }
