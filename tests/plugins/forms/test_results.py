"""Results of surveys, drawn for those who build the form."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from plugins.forms.building.results import results
from plugins.forms.models import Form
from tests.conftest import client_of, make_user
from tests.plugins.forms.filled import Person, de, make_form

pytestmark = pytest.mark.django_db
FIELDS = [
    {
        "key": "mood",
        "type": "choice",
        "label": de("Wie war es?"),
        "required": True,
        "options": [{"value": value, "label": de(label)} for value, label in (("good", "gut"), ("so", "geht so"), ("bad", "schlecht"))],
    },
    {"key": "wait", "type": "number", "label": de("Minuten gewartet")},
    {"key": "word", "type": "long_text", "label": de("Noch etwas?")},
]  # fmt: skip
SURVEY = {"format": 1, "languages": ["de"], "steps": [{"key": "one", "title": de("Besuch"), "fields": FIELDS}]}


@pytest.fixture
def survey(home: Any) -> Form:
    form = make_form(SURVEY, slug="umfrage", purpose=Form.Purpose.SURVEY)
    for values in (
        {"f-mood": "good", "f-wait": "5", "f-word": "Danke"},
        {"f-mood": "good", "f-wait": "10"},
        {"f-mood": "bad", "f-word": "<b>laut</b>"},
    ):
        Person(form, client=Client()).begin().send(values).send()
    return form


def test_choices_are_counted_in_the_order_of_the_form(survey: Form) -> None:
    found = results(survey)
    assert found is not None
    assert (found["number"], found["of"]) == (3, 3)
    mood, wait, word = found["questions"]
    assert [(bar["name"], bar["number"], bar["width"]) for bar in mood["bars"]] == [
        ("gut", 2, 100),
        ("geht so", 0, 0),
        ("schlecht", 1, 50),
    ]
    assert wait["figures"] == ["5", "7,5", "7,5", "10"]
    assert (word["answered"], sorted(word["texts"])) == (2, ["<b>laut</b>", "Danke"])


def test_the_page_draws_them_and_runs_no_markup(survey: Form, roles: Any) -> None:
    editor = make_user("formulare", roles["form editors"])
    page = client_of(editor).get(f"/admin/forms/{survey.pk}/statistics/").content.decode()
    assert "Ergebnisse" in page
    assert "&lt;b&gt;laut" in page
    assert "<b>laut" not in page


def test_who_may_not_build_the_form_reads_no_answers(survey: Form, staff_user: Any) -> None:
    answer = client_of(staff_user).get(f"/admin/forms/{survey.pk}/statistics/")
    assert answer.status_code in (302, 403)
    assert "Danke" not in answer.content.decode()


def test_applications_have_no_results(home: Any) -> None:
    form = make_form(SURVEY, slug="antrag")
    Person(form).begin().send({"f-mood": "good"}).send()
    assert results(form) is None
