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
    assert "Erika Beispiel" in person.text
    assert "Große Bleiche" in person.text
    assert "Bello" in person.text
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


def test_what_is_hidden_is_neither_on_the_page_nor_in_the_answers(person: Person) -> None:
    person.begin()
    assert "f-company" not in person.text
    person.send({**OWNER, "f-company": "Versteckt GmbH"})  # a tampered hidden field
    person.send({**ANIMALS, "f-chip": "123"}).send(TRUTH).send()
    assert not {"company", "chip"} & set(Submission.objects.get().answers)


def test_more_questions_are_shown_before_they_are_found_missing(person: Person) -> None:
    person.begin().send({**OWNER, "f-kind": "company"})
    assert "weitere Fragen" in person.text
    assert not person.errors
    assert 'name="f-company"' in person.text
    assert 'value="Erika Beispiel"' in person.text
    person.send({**OWNER, "f-kind": "company"})
    assert "Name des Betriebs:" in person.errors
    person.send({**OWNER, "f-kind": "company", "f-company": "Hunde GmbH"})
    assert "Schritt 2 von 3" in person.text


def test_changing_ones_mind_twice_loses_nothing(person: Person) -> None:
    person.begin().send({**OWNER, "f-kind": "company"})
    person.send({**OWNER, "f-kind": "company", "f-company": "Hunde GmbH"})
    person.go("owner").send({**OWNER, "f-company": "Hunde GmbH"})
    assert "company" not in services.evaluated(person.filling.version.definition, content.read(person.filling)).answers
    person.go("owner").send({**OWNER, "f-kind": "company"})
    assert 'value="Hunde GmbH"' in person.text


def test_errors_are_named_above_and_linked(person: Person) -> None:
    person.begin().send({"f-kind": "person", "f-email": "kein-at", "f-address_street": "Große Bleiche"})
    assert 'href="#id_f-name"' in person.text
    assert 'href="#id_f-email"' in person.text
    assert 'role="alert"' in person.text
    assert 'aria-invalid="true"' in person.text
    assert 'value="kein-at"' in person.text
    assert 'value="Große Bleiche"' in person.text


def test_a_row_says_what_is_wrong_once(person: Person) -> None:
    person.begin().send(OWNER).send({"_rows-dogs": "1", "f-dogs-0-since": "gestern", "f-chipped": "no"})
    assert person.errors.count("Hund 1, ") == 2
    assert "Mindestens" not in person.text


def test_a_group_without_rows_says_so_and_is_linked(person: Person) -> None:
    person.begin().send(OWNER).send({"_rows-dogs": "0", "f-chipped": "no"})
    assert "Hund: Mindestens 1 Eintrag ist nötig." in person.errors
    assert '<a href="#group-dogs">' in person.text
    assert person.text.count("Mindestens 1 Eintrag") == 2  # above, and beside the group


def test_a_statement_that_is_missing_says_why_it_is_needed(person: Person) -> None:
    person.begin().send(OWNER).send(ANIMALS).send({})
    assert "Meine Angaben sind richtig. Bitte setzen Sie hier das Häkchen: Wir können nur" in person.errors


def test_what_was_refused_is_still_there_after_closing_the_window(person: Person) -> None:
    person.begin().send({"f-email": "kein-at"}).follow(f"/formulare/ausfuellen/{person.token}/")
    assert 'value="kein-at"' in person.text
    assert not person.errors


def test_rows_are_added_and_removed_without_scripts(person: Person) -> None:
    person.begin().send(OWNER)
    first = {"f-dogs-0-dog_name": "Bello", "f-dogs-0-since": "2026-10-01"}
    person.send(first, go="add:dogs")
    assert "Hund 2" in person.text
    assert 'value="Bello"' in person.text
    second = {"f-dogs-1-dog_name": "Luna", "f-dogs-1-since": "2026-10-02", "f-chipped": "no"}
    person.send({**first, **second}, go="remove:dogs-0")
    assert "Hund 2" not in person.text
    assert 'value="Luna"' in person.text
    assert "Bello" not in person.text
    person.send({"f-dogs-0-dog_name": "Luna", "f-dogs-0-since": "2026-10-02", "f-chipped": "no"}).send(TRUTH).send()
    assert Submission.objects.get().answers["dogs"] == [{"dog_name": "Luna", "since": "2026-10-02"}]


def test_no_more_rows_than_the_form_allows(person: Person) -> None:
    person.begin().send(OWNER).send({**ANIMALS, "_rows-dogs": "99999"}, go="refresh")
    assert "Hund 4" in person.text
    assert "Hund 5" not in person.text


def test_going_back_keeps_what_was_typed(person: Person) -> None:
    person.begin().send(OWNER).send({"f-dogs-0-dog_name": "Bel"}, go="back")
    assert "Schritt 1 von 3" in person.text
    assert 'value="Erika Beispiel"' in person.text
    person.send(OWNER)
    assert 'value="Bel"' in person.text


def test_a_later_step_waits_for_the_earlier_ones(person: Person) -> None:
    person.begin().go("proofs")
    assert "Schritt 1 von 3" in person.text
    person.follow(f"/formulare/ausfuellen/{person.token}/pruefen/")
    assert "Schritt 1 von 3" in person.text
    assert person.go("nonsense").answer.status_code == 200


def test_sending_twice_sends_once(person: Person) -> None:
    person.fill_in().send()
    again = person.client.post(f"/formulare/ausfuellen/{person.token}/pruefen/")
    assert again.status_code == 302
    assert Submission.objects.count() == Case.objects.count() == 1
    stale = person.client.post(f"/formulare/ausfuellen/{person.token}/schritt/owner/", OWNER)
    assert stale["Location"].endswith("/abgesendet/")


def test_two_windows_see_both_answers_and_the_last_word_is_the_persons(person: Person) -> None:
    person.begin()
    old = person.hidden()
    person.send({**OWNER, "f-name": "Erika Neu"})
    person.go("owner")
    answer = person.client.post(person.path, {**old, **OWNER, "f-name": "Erika Alt"})
    page = answer.content.decode()
    assert "anderen Fenster" in page
    assert "Erika Neu" in page
    assert 'value="Erika Alt"' in page
    person.answer = answer
    person.send({**OWNER, "f-name": "Erika Alt"})
    assert content.read(person.filling).answers["name"] == "Erika Alt"


def test_a_failure_of_ours_gives_back_what_was_typed(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    person.begin()

    def broken(**values: Any) -> None:
        raise RuntimeError("Erika Beispiel steht in dieser Meldung")

    with monkeypatch.context() as patched:
        patched.setattr(services, "accept", broken)
        person.send(OWNER)
    assert person.answer.status_code == 500
    assert 'value="Erika Beispiel"' in person.text
    assert "stehen noch hier" in person.text
    assert content.read(person.filling).answers == {}
    assert "Schritt 2 von 3" in person.send(OWNER).text


def test_a_failure_is_logged_without_answers(
    person: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    person.begin()

    def broken(**values: Any) -> None:
        raise RuntimeError("Erika Beispiel")

    monkeypatch.setattr(services, "accept", broken)
    person.send(OWNER)
    assert "RuntimeError" in caplog.text
    assert "Erika" not in caplog.text


def test_a_failure_while_showing_the_step_gives_back_what_was_typed(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.begin()

    def broken(**values: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(services, "step_form", broken)
    person.send(OWNER)
    assert person.answer.status_code == 503
    assert "Erika Beispiel" in person.text
    assert "Noch einmal" in person.text


def test_stopping_gives_a_code_and_a_mail_that_lead_back(person: Person) -> None:
    person.begin().send({"f-name": "Erika"}, go="save")
    person.answer = person.client.post(person.path, {"mail": "erika@example.org"})
    code = next(word for word in person.text.replace("<", " ").replace(">", " ").split() if word.count("-") == 2 and len(word) == 14)  # fmt: skip
    row = person.filling
    assert code not in row.sealed
    assert row.code_hash
    from cms.notifications.models import Mail

    assert person.token in Mail.objects.get().text
    other = Person(person.form)
    other.answer = other.client.post("/formulare/weitermachen/", {"code": code.lower().replace("-", " ")})
    assert other.answer["Location"].endswith(f"/{person.token}/")
    assert 'value="Erika"' in other.follow(other.answer["Location"]).text


def test_wrong_codes_are_answered_clearly_and_limited(form: Any, client: Any) -> None:
    answer = client.post("/formulare/weitermachen/", {"code": "ABCD-EFGH-JKMN"})
    assert answer.status_code == 200
    assert "gibt es nichts" in answer.content.decode()
    for _try in range(30):
        answer = client.post("/formulare/weitermachen/", {"code": "x"})
    assert answer.status_code == 429


def test_old_and_made_up_addresses_say_so(person: Person) -> None:
    person.begin()
    person.filling_rows().update(expires_at=person.filling.created_at)
    assert person.client.get(person.path).status_code == 410
    assert person.client.post(person.path, OWNER).status_code == 410
    assert person.client.get("/formulare/ausfuellen/ausgedacht/").status_code == 404


def test_pages_of_a_filling_are_private(person: Person) -> None:
    person.begin()
    headers = person.answer.headers
    assert "no-store" in headers["Cache-Control"]
    assert "private" in headers["Cache-Control"]
    assert "noindex" in headers["X-Robots-Tag"]
    assert not person.client.cookies


def test_nothing_typed_lies_readable_in_the_database(person: Person) -> None:
    person.fill_in()
    row = person.filling
    assert "Erika" not in row.sealed
    assert person.token not in row.sealed + row.token_hash
    person.send()
    assert "Erika" not in Submission.objects.get().sealed
    assert content.read(person.filling).answers == {}


def test_throwing_away_deletes(person: Person) -> None:
    person.begin().send(OWNER)
    answer = person.client.post(f"/formulare/ausfuellen/{person.token}/verwerfen/")
    assert "gelöscht" in answer.content.decode()
    assert not Filling.objects.exists()


def test_counts_say_what_happened_and_nothing_about_anybody(form: Any, django_capture_on_commit_callbacks: Any) -> None:
    person = Person(form)
    with django_capture_on_commit_callbacks(execute=True):
        person.begin().send({"f-kind": "person"}).send(OWNER).send(ANIMALS).send(TRUTH).send()
    found = {(row.event, row.key): row.number for row in FormCount.objects.all()}
    assert found["started", ""] == found["finished", ""] == found["reached", "proofs"] == 1
    assert found["refused", "owner"] == found["error", "name"] == 1
    assert found["took", "5"] == 1


def test_a_robot_is_stopped_and_a_quick_person_may_send_again(form: Any) -> None:
    quick = Person(form, patient=False).fill_in().send()
    assert "nicht nach einem Menschen" in quick.text or "Mensch" in quick.errors
    assert not Submission.objects.exists()
    trapped = Person(form).fill_in()
    trapped.send({"website": "spam"})
    assert not Submission.objects.exists()


def test_nul_characters_and_nonsense_are_no_server_error(person: Person) -> None:
    person.begin()
    for values in (
        {"f-name": "a\x00b"},
        {"_revision": "9" * 50, "_rows-dogs": "-1"},
        {"_shown": "x y z"},
        {"_go": "remove:dogs-9999"},
        {"_go": "add:nothing"},
        {"_go": "drop:../../etc"},
        {"f-kind": ["person", "company"]},
    ):
        assert person.client.post(person.path, {**OWNER, **values}).status_code < 500, values
    assert mail.outbox == []
