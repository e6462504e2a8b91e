"""E-mail addresses that must be confirmed by a code before a form is sent."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cms.notifications.models import Mail
from plugins.forms.filling import content
from plugins.forms.models import Channel, Submission
from tests.plugins.forms.filled import Person, de, make_form

pytestmark = pytest.mark.django_db
MAIL = {"key": "mail", "type": "email", "label": de("E-Mail"), "required": True, "settings": {"confirm_by_code": True}}
ONE = {"format": 1, "languages": ["de"], "steps": [{"key": "one", "title": de("Sie"), "fields": [MAIL]}]}


@pytest.fixture
def person(home: Any) -> Person:
    return Person(make_form(ONE, slug="kurz")).begin().send({"f-mail": "eins@example.org"})


def press(person: Person, **values: str) -> Person:
    person.answer = person.client.post(person.path, values)
    return person.follow(person.answer["Location"]) if person.answer.status_code == 302 else person


def code(address: str = "eins@example.org") -> str:
    found = re.search(r"\d{6}", Mail.objects.filter(address=address).latest("pk").subject)
    assert found
    return found[0]


def test_nothing_is_sent_before_the_code_was_typed(person: Person) -> None:
    assert "Bitte bestätigen Sie zuerst Ihre E-Mail-Adresse" in press(person).text
    assert not Submission.objects.exists()
    press(person, mail_code="mail")
    assert "Wir haben einen Code an eins@example.org geschickt" in person.text
    press(person, confirm="mail", **{"code-mail": f" {code()[:3]} {code()[3:]}"})
    assert "bestätigen" not in person.text.partition("<main")[2]
    press(person)
    assert Submission.objects.count() == 1


def test_a_wrong_code_says_so_and_five_end_it(person: Person) -> None:
    press(person, mail_code="mail")
    right = code()
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _try in range(5):
        assert "Das ist nicht der Code" in press(person, confirm="mail", **{"code-mail": wrong}).text
    assert "Das ist nicht der Code" in press(person, confirm="mail", **{"code-mail": right}).text
    press(person)
    assert not Submission.objects.exists()


def test_an_old_code_no_longer_works(person: Person, monkeypatch: Any) -> None:
    press(person, mail_code="mail")
    later = timezone.now() + timedelta(minutes=31)
    monkeypatch.setattr("plugins.forms.filling.confirming.timezone.now", lambda: later)
    assert "Das ist nicht der Code" in press(person, confirm="mail", **{"code-mail": code()}).text


def test_another_address_needs_another_code(person: Person) -> None:
    press(person, mail_code="mail")
    press(person, confirm="mail", **{"code-mail": code()})
    person.go("one").send({"f-mail": "zwei@example.org"})
    assert "zwei@example.org" in person.text
    press(person)
    assert not Submission.objects.exists()
    press(person, mail_code="mail")
    press(person, confirm="mail", **{"code-mail": code("zwei@example.org")})
    press(person)
    assert Submission.objects.count() == 1


def test_the_code_lies_nowhere_in_the_open(person: Person) -> None:
    press(person, mail_code="mail")
    asked = content.read(person.filling).confirming["mail"]
    assert code() not in str(asked["code"])
    assert "eins@example.org" not in person.filling.sealed


def test_staff_who_fill_in_for_somebody_need_no_code(person: Person) -> None:
    person.filling_rows().update(channel=Channel.COUNTER)
    press(person)
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    "values", [{"mail_code": "andere"}, {"confirm": ""}, {"confirm": "mail", "code-mail": "x" * 9000}]
)
def test_odd_posts_are_answered(person: Person, values: dict[str, str]) -> None:
    press(person, **values)
    assert person.answer.status_code == 200
    assert not Submission.objects.exists()
