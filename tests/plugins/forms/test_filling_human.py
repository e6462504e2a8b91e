"""Robots are kept out without puzzles, and people without scripts are not."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from plugins.forms.filling import human
from plugins.forms.models import Submission
from tests.conftest import client_of
from tests.plugins.forms.filled import Person, make_form

pytestmark = pytest.mark.django_db
SENT = "abgesendet"


@pytest.fixture
def person(home: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Person:
    settings.FORMS_PROOF_OF_WORK = True
    monkeypatch.setattr(human, "HARDNESS", 300)  # the test counts, too
    return Person(make_form()).fill_in()


def challenge(person: Person) -> dict[str, Any]:
    return json.loads(html.unescape(re.search(r'data-forms-proof="([^"]+)"', person.text)[1]))


def solve(asked: dict[str, Any]) -> str:
    """Do what prover.js does."""
    for number in range(asked["max_number"] + 1):
        if hashlib.sha256(f"{asked['salt']}{number}".encode()).hexdigest() == asked["challenge"]:
            return packed({"number": number, **asked})
    raise AssertionError("no number fits")


def packed(found: dict[str, Any]) -> str:
    return base64.b64encode(json.dumps(found).encode()).decode()


def aged(person: Person, seconds: float) -> Person:
    person.filling_rows().update(created_at=timezone.now() - timedelta(seconds=seconds))
    return person


def test_work_that_was_done_shortens_the_wait(person: Person) -> None:
    aged(person, human.FASTEST + 1).send({"_proof": solve(challenge(person))})
    assert SENT in person.text


def test_the_work_is_about_a_second_and_no_more() -> None:
    assert 20_000 <= human.HARDNESS <= 200_000


@pytest.mark.parametrize("proof", ["", "nonsense", packed({}), packed({"number": 1}), "é" * 5000])
def test_without_the_work_it_is_sent_after_a_longer_wait(person: Person, proof: str) -> None:
    aged(person, human.FASTEST + 1).send({"_proof": proof})
    assert person.errors
    assert not Submission.objects.exists()
    aged(person, human.FASTEST_WITHOUT_PROOF + 1).send({"_proof": proof})
    assert SENT in person.text


def test_a_wrong_number_is_no_work(person: Person) -> None:
    asked = challenge(person)
    found = json.loads(base64.b64decode(solve(asked)))
    aged(person, human.FASTEST + 1).send({"_proof": packed({**found, "number": found["number"] + 1})})
    assert not Submission.objects.exists()


def test_an_easier_task_of_ones_own_is_no_work(person: Person) -> None:
    asked = challenge(person)
    own = {**asked, "challenge": hashlib.sha256(f"{asked['salt']}1".encode()).hexdigest(), "number": 1}
    aged(person, human.FASTEST + 1).send({"_proof": packed(own)})
    assert not Submission.objects.exists()


def test_the_same_work_counts_once(person: Person, home: Any) -> None:
    proof = solve(challenge(person))
    aged(person, human.FASTEST + 1).send({"_proof": proof})
    assert SENT in person.text
    other = Person(person.form).fill_in()
    aged(other, human.FASTEST + 1).send({"_proof": proof})
    assert Submission.objects.count() == 1


def test_old_work_counts_no_more(person: Person, settings: Any) -> None:
    settings.ALTCHA_CHALLENGE_EXPIRE = -60_000  # over when it is made
    person.follow(person.path)
    aged(person, human.FASTEST + 1).send({"_proof": solve(challenge(person))})
    assert not Submission.objects.exists()


def test_who_fills_the_trap_is_no_person(person: Person) -> None:
    person.send({"_proof": solve(challenge(person)), "website": "https://example.org"})
    assert not Submission.objects.exists()
    person.send()  # what was filled in is kept, and a person whose browser filled the trap in sends it once more
    assert SENT in person.text


def test_one_sender_sends_fewer_without_the_work(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(human, "MOST_WITHOUT_PROOF", 1)
    person.send()
    assert SENT in person.text
    second = Person(person.form).fill_in().send()
    assert "in einer Stunde" in second.errors
    second.send({"_proof": solve(challenge(second))})
    assert SENT in second.text


def test_signed_in_people_and_staff_at_the_counter_need_none(person: Person, citizen: Any) -> None:
    known = Person(person.form, client_of(citizen), patient=False).fill_in()
    assert "data-forms-proof" not in known.text
    known.send()
    assert SENT in known.text
