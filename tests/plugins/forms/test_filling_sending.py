"""Sending: windows, caps, second persons, surveys, who may see what, and how long it is kept."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError, connection, connections
from django.test import Client
from django.urls import translate_url
from django.utils import timezone

from cms.access.models import AccessRule
from cms.cases.models import Case
from cms.notifications.models import Mail
from cms.sealing import unseal
from plugins.forms.filling import content, keeping, services
from plugins.forms.models import Deletion, Filling, Form, FormVersion, Submission
from tests.conftest import client_of
from tests.plugins.forms.filled import ANIMALS, DOGS, OWNER, TRUTH, Person, de, make_form

pytestmark = pytest.mark.django_db
SHORT = {
    "format": 1,
    "languages": ["de"],
    "steps": [
        {
            "key": "one",
            "title": de("Ihre Angaben"),
            "fields": [
                {"key": "word", "type": "text", "label": de("Ein Wort"), "required": True, "retention_days": 10}
            ],
        }
    ],
}


def short(**values: Any) -> Form:
    return make_form(SHORT, **{"slug": "kurz", **values})


def filled(form: Form, **values: Any) -> Person:
    return Person(form, **values).begin().send({"f-word": "Zwiebel"})


def test_the_receipt_names_the_case_and_its_page(home: Any) -> None:
    Person(make_form()).fill_in().send()
    message = Mail.objects.get(address="erika@example.org")
    case = Case.objects.get()
    assert case.reference in message.subject
    assert "/vorgang/" in message.text
    assert "Erika" not in message.text


def test_a_form_before_and_after_its_time_says_so(home: Any, client: Any) -> None:
    form = short(open_from=timezone.now() + timedelta(days=1))
    assert "Noch nicht geöffnet" in client.get("/formulare/kurz/").content.decode()
    assert client.post("/formulare/kurz/anfangen/")["Location"] == "/formulare/kurz/"
    Form.objects.update(open_from=None, open_until=timezone.now() - timedelta(days=1))
    form.refresh_from_db()
    assert "geschlossen" in client.get("/formulare/kurz/").content.decode()


def test_a_step_that_was_refused_has_an_address_of_its_own(home: Any) -> None:
    """Browsers show no post a second time: the way back to it would be a page of the browser."""
    person = Person(short()).begin()
    answer = person.client.post(person.path, {**person.hidden(), "_go": "next"})
    assert answer.status_code == 302
    refused = answer["Location"]
    assert person.follow(refused).errors
    person.go("one")
    assert not person.errors
    person.send({"f-word": "Zwiebel"})
    assert "Prüfen und absenden" in person.text
    assert 'value="Zwiebel"' in person.follow(refused).text
    assert not person.errors


def test_a_form_that_closes_in_between_keeps_what_was_filled_in(home: Any) -> None:
    person = filled(short())
    Form.objects.update(open_until=timezone.now() - timedelta(minutes=1))
    person.send()
    assert "geschlossen" in person.text
    assert "Zwiebel" in person.text
    assert not Submission.objects.exists()
    Form.objects.update(open_until=None)
    person.send()
    assert Submission.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"), [({"is_active": False}, "geschlossen"), ({"test_mode": True}, "wird noch erprobt")]
)
def test_a_form_taken_back_in_between_keeps_what_was_filled_in(home: Any, values: dict[str, Any], words: str) -> None:
    person = filled(short())
    Form.objects.update(**values)
    person.send()
    assert words in person.text
    assert "Zwiebel" in person.text
    assert not Submission.objects.exists()


def test_a_form_that_became_internal_in_between_keeps_what_was_filled_in(home: Any, staff_rule: AccessRule) -> None:
    person = filled(short())
    Form.objects.update(access_rule=staff_rule)
    answer = person.client.post(person.path)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]
    assert not Submission.objects.exists()
    assert content.read(person.filling).answers == {"word": "Zwiebel"}


def test_no_more_are_taken_than_there_are_places(home: Any) -> None:
    form = short(max_submissions=1)
    first, second = filled(form), filled(form)
    first.send()
    second.send()
    assert "Keine Plätze mehr frei" in second.text
    assert Submission.objects.count() == 1


def test_a_form_on_trial_is_for_editors_and_opens_no_case(home: Any, editor_user: Any) -> None:
    form = short(test_mode=True)
    assert Client().post("/formulare/kurz/anfangen/")["Location"] == "/formulare/kurz/"
    editor_user.is_superuser = True
    editor_user.save()
    filled(form, client=client_of(editor_user)).send()
    assert Submission.objects.get().test
    assert not Case.objects.exists()


def test_a_survey_keeps_answers_and_nothing_about_anybody(home: Any, citizen: Any) -> None:
    form = short(purpose=Form.Purpose.SURVEY)
    assert "ohne Ihren Namen" in Client().get("/formulare/kurz/").content.decode()
    person = filled(form, client=client_of(citizen))
    person.send()
    sent = Submission.objects.get()
    assert sent.answers == {"word": "Zwiebel"}
    assert sent.filling is None
    assert sent.case is None
    assert not Filling.objects.exists()
    assert not Case.objects.exists()
    assert "Vielen Dank" in person.text or "Danke" in person.text
    assert person.client.post(person.path).status_code == 404
    assert Submission.objects.count() == 1


def test_fillings_stay_on_the_version_they_began_with(home: Any) -> None:
    form = short()
    person = filled(form)
    form.versions.update(state=FormVersion.State.FORMER)
    FormVersion.objects.create(form=form, number=2, state=FormVersion.State.PUBLISHED, data=DOGS)
    person.send()
    assert Submission.objects.get().version.number == 1


def test_a_form_without_a_version_can_not_be_begun(home: Any, client: Any) -> None:
    form = short()
    form.versions.update(state=FormVersion.State.FORMER)
    assert "nicht online ausfüllen" in client.get("/formulare/kurz/").content.decode()
    assert client.post("/formulare/kurz/anfangen/").status_code == 302


# --- who may see it -----------------------------------------------------------------------------------------


def test_an_internal_form_does_not_exist_for_the_public(home: Any, staff_user: Any, staff_rule: AccessRule) -> None:
    form = short(access_rule=staff_rule)
    for path in ("", "papier/", "papier.pdf", "fassung-1/papier.pdf"):
        assert Client().get(f"/formulare/kurz/{path}").status_code == 404, path
    assert Client().post("/formulare/kurz/anfangen/").status_code == 404
    assert "Hund anmelden" not in Client().get("/formulare/").content.decode()
    person = filled(form, client=client_of(staff_user))
    assert Client().get(person.path).status_code == 302
    assert "Zwiebel" not in Client().get(person.path, follow=True).content.decode()


def test_what_was_typed_survives_an_ended_session(home: Any, staff_user: Any, staff_rule: AccessRule) -> None:
    person = Person(short(access_rule=staff_rule), client_of(staff_user)).begin()
    person.client.logout()
    answer = person.client.post(person.path, {**person.hidden(), "f-word": "Zwiebel", "_go": "next"})
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]
    person.client.force_login(staff_user)
    assert 'value="Zwiebel"' in person.follow(person.path).text


@pytest.mark.parametrize("error", [RuntimeError("x"), OperationalError("server closed the connection")])
def test_what_was_typed_survives_when_nothing_works(home: Any, settings: Any, error: Exception) -> None:
    settings.UNSAFE_REQUESTS_A_MINUTE = 100
    person = Person(short(), Client(headers={"origin": "http://testserver"}, raise_request_exception=False)).begin()
    with mock.patch("cms.limits.count", side_effect=error):  # before any view of ours
        answer = person.client.post(person.path, {**person.hidden(), "f-word": "Zwiebel", "_go": "next"})
    assert answer.status_code == 503
    assert "Ihre Eingaben sind noch da" in answer.content.decode()
    assert "Zwiebel" in answer.content.decode()
    stranger = Client(headers={"origin": "https://evil.example"}, raise_request_exception=False)
    with mock.patch("cms.limits.count", side_effect=error):
        assert "Zwiebel" not in stranger.post(person.path, {"f-word": "Zwiebel"}).content.decode()


def test_an_account_finds_its_own_fillings_only(home: Any, citizen: Any, staff_user: Any) -> None:
    person = Person(short(), client_of(citizen)).begin()
    number = person.filling.pk
    assert f"/fortsetzen/{number}/" in person.client.get("/formulare/kurz/").content.decode()
    assert person.client.post(f"/formulare/kurz/fortsetzen/{number}/").status_code == 302
    other = client_of(staff_user)
    assert "/fortsetzen/" not in other.get("/formulare/kurz/").content.decode()
    assert other.post(f"/formulare/kurz/fortsetzen/{number}/").status_code == 404
    assert Client().post(f"/formulare/kurz/fortsetzen/{number}/").status_code == 403


def test_the_account_fills_in_what_it_knows(home: Any, citizen: Any) -> None:
    data = {**SHORT, "steps": [{**SHORT["steps"][0], "fields": [{"key": "mail", "type": "email", "label": de("E-Mail"), "settings": {"prefill": "email"}}]}]}  # type: ignore[index]  # fmt: skip
    person = Person(make_form(data, slug="kurz"), client_of(citizen)).begin()
    assert f'value="{citizen.email}"' in person.text
    assert "bitte prüfen" in person.text


def test_values_nobody_sees_come_from_the_form_the_link_and_the_account(home: Any, citizen: Any) -> None:
    def hidden(key: str, source: str, value: str) -> dict[str, Any]:
        return {"key": key, "type": "hidden", "label": de(key), "settings": {"source": source, "value": value}}

    fields = [*SHORT["steps"][0]["fields"], hidden("desk", "fixed", "33"), hidden("from", "query", "quelle"), hidden("mail", "account", "email")]  # type: ignore[index]  # fmt: skip
    form = make_form({**SHORT, "steps": [{**SHORT["steps"][0], "fields": fields}]}, slug="kurz")  # type: ignore[index]
    client = client_of(citizen)
    begin = client.get("/formulare/kurz/?quelle=plakat&mail=falsch&desk=99").content.decode()
    address = re.search(r'action="([^"]+/anfangen/[^"]*)"', begin)
    assert address
    person = Person(form, client)
    person.follow(client.post(address[1].replace("&amp;", "&"))["Location"])
    person.send({"f-word": "Zwiebel", "f-desk": "77", "f-mail": "x@example.org"})
    person.token = person.path.split("/")[-3]
    person.filling_rows().update(created_at=timezone.now() - timedelta(minutes=4))
    person.send()
    assert Submission.objects.get().answers == {
        "word": "Zwiebel",
        "desk": "33",
        "from": "plakat",
        "mail": citizen.email,
    }


# --- a second person ----------------------------------------------------------------------------------------


@pytest.fixture
def both(home: Any) -> Person:
    field = {"key": "second", "type": "email", "label": de("Zweite Person"), "required": True, "settings": {"co_signs": True}}  # fmt: skip
    data = {**SHORT, "steps": [{**SHORT["steps"][0], "fields": [*SHORT["steps"][0]["fields"], field]}]}  # type: ignore[index]
    person = Person(make_form(data, slug="kurz")).begin()
    return person.send({"f-word": "Zwiebel", "f-second": "zwei@example.org"}).send()


def link(address: str = "zwei@example.org") -> str:
    text = Mail.objects.filter(address=address).latest("pk").text
    return "/" + next(word for word in text.split() if "/zustimmen/" in word).split("/", 3)[3]


def test_it_is_sent_when_the_second_person_agrees(both: Person) -> None:
    assert "fehlt noch eine Zustimmung" in both.text
    assert not Submission.objects.exists()
    other = Client()
    assert "Zwiebel" in other.get(link()).content.decode()
    assert "zugestimmt" in other.post(link(), {"agree": "1"}).content.decode()
    assert Submission.objects.count() == Case.objects.count() == 1
    other.post(link(), {"agree": "1"})
    assert Submission.objects.count() == 1
    assert "Zwiebel" not in other.get(link()).content.decode()


def test_it_is_not_sent_when_the_second_person_declines(both: Person) -> None:
    Client().post(link(), {"decline": "1"})
    Client().post(link(), {"agree": "1"})
    assert not Submission.objects.exists()
    assert "abgelehnt" in both.follow(both.path).text


def test_who_agrees_when_all_places_are_taken_is_told_and_may_agree_again(both: Person) -> None:
    Form.objects.update(max_submissions=0)
    answer = Client().post(link(), {"agree": "1"})
    assert answer.status_code == 200
    assert "kann im Moment nicht abgesendet werden" in answer.content.decode()
    assert not Submission.objects.exists()
    Form.objects.update(max_submissions=1)
    Client().post(link(), {"agree": "1"})
    assert Submission.objects.count() == 1


def test_changed_answers_must_be_agreed_to_anew(both: Person) -> None:
    first = link()
    both.send({"reopen": "1"})
    both.go("one").send({"f-word": "Lauch", "f-second": "zwei@example.org"}).send()
    assert Client().post(first, {"agree": "1"}).status_code == 404
    assert first != link()
    Client().post(link(), {"agree": "1"})
    assert Submission.objects.get().answers["word"] == "Lauch"


def test_answers_can_not_be_changed_while_others_sign(both: Person) -> None:
    both.client.post(f"/formulare/ausfuellen/{both.token}/schritt/one/", {"f-word": "Lauch", "_go": "next"})
    assert content.read(both.filling).answers["word"] == "Zwiebel"


def test_the_address_of_the_second_person_lies_sealed(both: Person) -> None:
    row = both.filling.signatures.get()
    assert "zwei@" not in row.sealed_mail
    assert unseal(row.sealed_mail, "forms.filling") == "zwei@example.org"


# --- keeping --------------------------------------------------------------------------------------------------


def test_what_was_never_sent_goes_with_a_line_in_the_log(home: Any) -> None:
    old, young = filled(short()), Person(Form.objects.get()).begin()
    old.filling_rows().update(expires_at=timezone.now() - timedelta(hours=1))
    assert keeping.erase_due.func() == 1
    assert Filling.objects.get() == young.filling
    entry = Deletion.objects.get()
    assert (entry.reason, entry.fillings, entry.submissions, entry.form) == ("expired", 1, 0, old.form)


def test_what_was_sent_goes_after_the_time_of_the_form(home: Any) -> None:
    form = short(retention_days=30)
    filled(form).send()
    Submission.objects.update(submitted_at=timezone.now() - timedelta(days=29), erased=["word"])
    assert keeping.erase_kept() == 0
    Submission.objects.update(submitted_at=timezone.now() - timedelta(days=31))
    assert keeping.erase_kept() == 1
    assert not Submission.objects.exists()
    assert not Filling.objects.exists()
    assert Deletion.objects.get(reason="retention").submissions == 1


def test_the_outcome_of_the_case_decides_how_long_where_the_form_says_so(home: Any) -> None:
    form = short(retention_days=365, retention_done_days=700, retention_withdrawn_days=30)
    for _number in range(3):
        filled(form).send()
    done, withdrawn, still_open = Case.objects.order_by("pk")
    Case.objects.filter(pk=done.pk).update(state=Case.State.DONE)
    Case.objects.filter(pk=withdrawn.pk).update(state=Case.State.WITHDRAWN)

    def after(days: int) -> set[int]:
        moment = timezone.now() - timedelta(days=days)
        Case.objects.update(changed_at=moment)
        Submission.objects.update(submitted_at=moment)
        keeping.erase_kept()
        return set(Submission.objects.values_list("case", flat=True))

    assert after(29) == {done.pk, withdrawn.pk, still_open.pk}
    assert after(31) == {done.pk, still_open.pk}
    assert after(366) == {done.pk}
    assert after(701) == set()


def test_an_answer_with_a_shorter_time_goes_before_the_rest(home: Any) -> None:
    filled(short(retention_days=365)).send()
    Submission.objects.update(submitted_at=timezone.now() - timedelta(days=11))
    assert keeping.erase_fields() == 1
    assert Submission.objects.get().answers == {}
    assert Deletion.objects.get().reason == "field"
    assert keeping.erase_fields() == 0


# --- at the same moment ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite writes one after the other")
def test_parallel_posts_send_once(home: Any) -> None:
    person = Person(make_form()).fill_in()
    codes: list[int] = []

    def send() -> None:
        try:
            codes.append(Client().post(person.path).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [302] * 6
    assert Submission.objects.count() == Case.objects.count() == 1


def test_a_step_needs_few_queries(home: Any, django_assert_max_num_queries: Any) -> None:
    person = Person(make_form()).begin()
    hidden = person.hidden()
    with django_assert_max_num_queries(12):
        person.client.get(person.path)
    with django_assert_max_num_queries(12):
        person.client.post(person.path, {**hidden, **OWNER})
    person.go("dogs_step")
    with django_assert_max_num_queries(12):
        person.client.get(person.path)
    person.send(ANIMALS)
    assert services.first_open(person.filling.version.definition, services.evaluated(person.filling.version.definition, content.read(person.filling)), content.read(person.filling)) == "proofs"  # fmt: skip
    assert person.send(TRUTH).answer.status_code == 200


def test_a_form_in_another_language_only_says_so_and_is_filled_in_with_an_english_frame(home: Any, client: Any) -> None:
    form = make_form({**DOGS, "languages": ["de"]})
    page = client.get(f"/en/forms/{form.slug}/").content.decode()
    assert "in German only" in page
    assert "in German only" not in client.get(f"/formulare/{form.slug}/").content.decode()
    begun = client.post(f"/en/forms/{form.slug}/begin/")
    address = client.get(begun["Location"])["Location"]
    step = client.get(address).content.decode()
    assert "Step 1 of 3" in step
    # The words of the form are marked as German, those of the site are not (WCAG 2.2, 3.1.2).
    assert '<span lang="de">Wer hält den Hund?</span>' in step
    assert '<div class="forms">' in step
    refused = client.post(address, {"_go": "next"}, follow=True).content.decode()
    assert '<span lang="de">Wer hält den Hund?</span> ' in refused.partition("error-summary")[2]
    paper = client.get(f"/en/forms/{form.slug}/paper/").content.decode()
    assert '<span lang="de">Wer hält den Hund?</span>' in paper
    assert "<h2>Signature</h2>" in paper
    german = client.get(translate_url(address, "de")).content.decode()
    assert 'lang="de"' not in german.partition("<main")[2].partition("</main>")[0]


def test_a_form_that_needs_an_identity_nobody_vouches_for_says_so_before(home: Any, client: Any) -> None:
    form = make_form(asks="high")
    assert "zurzeit nicht online absenden" in client.get(f"/formulare/{form.slug}/").content.decode()
