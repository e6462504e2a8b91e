"""Results of surveys, drawn for those who build the form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from cms.sealing import seal
from plugins.forms.building import results as results_module
from plugins.forms.building.results import results
from plugins.forms.models import Form, Submission, SurveyResult
from plugins.forms.models.fillings import SUBMISSION
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
    return make_form(SURVEY, slug="umfrage", purpose=Form.Purpose.SURVEY)


def answer(form: Form, *given: dict[str, Any]) -> None:
    """Store answers as a survey does: without a filling."""
    for answers in given:
        sealed = seal(json.dumps(answers), SUBMISSION)
        Submission.objects.create(version=form.versions.get(), sealed=sealed)


def counted(form: Form, **values: Any) -> dict[str, Any]:
    results_module.count_surveys.func()
    found = results(form, **values)
    assert found is not None
    return found


def shown(question: dict[str, Any]) -> dict[str, Any]:
    return {bar.name: bar.number for bar in question["bars"]}


def test_choices_are_counted_in_the_order_of_the_form(survey: Form) -> None:
    answer(survey, *[{"mood": "good"}] * 6, *[{"mood": "bad"}] * 3)
    mood, wait, _word = counted(survey)["questions"]
    assert [(bar.name, bar.number, bar.width) for bar in mood["bars"]] == [
        ("gut", 6, 100),
        ("geht so", 0, 0),
        ("schlecht", 3, 50),
    ]
    assert (wait["answered"], wait["figures"]) == (0, [])


def test_what_people_send_is_counted(survey: Form) -> None:
    for _number in range(5):
        person = Person(survey, client=Client()).begin()
        person.send({"f-mood": "good", "f-wait": "10", "f-word": "<b>laut</b>"}).send()
    mood, wait, word = counted(survey, texts=True)["questions"]
    assert shown(mood)["gut"] == 5
    assert [value for _name, value in wait["figures"]] == ["10", "10"]
    assert word["texts"] == ["<b>laut</b>"] * 5


def test_nobody_is_recognised_by_a_rare_answer(survey: Form) -> None:
    answer(survey, *[{"mood": "good", "wait": 5}] * 30, *[{"mood": "so", "wait": 10}] * 4, {"mood": "bad", "wait": 997})
    mood, wait, _word = counted(survey)["questions"]
    # Of 35 answers one alone could be reckoned: 35 - 30 - 4.
    assert shown(mood) == {"gut": 30, "geht so": "< 3", "schlecht": "< 3"}
    assert "997" not in [value for _name, value in wait["figures"]]
    stored = json.dumps(SurveyResult.objects.get().data)
    assert "997" not in stored
    assert '"bad", 1' not in stored


def test_few_answers_show_nothing(survey: Form) -> None:
    answer(survey, *[{"mood": "good", "wait": 7, "word": "Danke"}] * 4)
    found = counted(survey, texts=True)
    assert found["number"] == 4
    assert all(question["few"] for question in found["questions"])
    assert not found["texts_shown"]
    assert "good" not in json.dumps(SurveyResult.objects.get().data)
    answer(survey, {"mood": "good", "wait": 7})
    mood, wait, word = counted(survey)["questions"]
    assert shown(mood)["gut"] == 5
    assert not wait["few"]
    assert word["few"]


def test_they_are_counted_in_the_background_and_only_when_something_is_new(survey: Form) -> None:
    answer(survey, *[{"mood": "good"}] * 6)
    assert results(survey)["number"] == 0  # type: ignore[index]
    assert results(survey)["new"] == 6  # type: ignore[index]
    assert results_module.count_surveys.func() == 1
    assert results_module.count_surveys.func() == 0
    found = results(survey)
    assert found is not None
    assert (found["number"], found["new"]) == (6, 0)
    Submission.objects.all()[:2][0].delete()
    assert results_module.count_surveys.func() == 1
    assert results(survey)["number"] == 5  # type: ignore[index]


def test_the_page_reads_no_answers_unless_texts_are_asked_for(survey: Form, roles: Any, monkeypatch: Any) -> None:
    answer(survey, *[{"mood": "good", "word": "<b>laut</b>"}] * 6)
    results_module.count_surveys.func()
    editor = client_of(make_user("formulare", roles["form editors"]))
    address = f"/admin/forms/{survey.pk}/statistics/"
    page = editor.get(address, {"texts": "1"}).content.decode()
    assert "&lt;b&gt;laut" in page
    assert "<b>laut" not in page

    def never(_self: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(Submission, "answers", property(never))
    page = editor.get(address).content.decode()
    assert "Ergebnisse" in page
    assert "6 Antworten" in page
    assert "laut" not in page


def test_who_may_not_build_the_form_reads_no_answers(survey: Form, staff_user: Any) -> None:
    answer(survey, *[{"mood": "good", "word": "Danke"}] * 6)
    results_module.count_surveys.func()
    page = client_of(staff_user).get(f"/admin/forms/{survey.pk}/statistics/?texts=1")
    assert page.status_code in (302, 403)
    assert "Danke" not in page.content.decode()


def test_applications_have_no_results(home: Any) -> None:
    form = make_form(SURVEY, slug="antrag")
    Person(form).begin().send({"f-mood": "good"}).send()
    assert results(form) is None
