"""Hand-overs: queued with the submission, sent at least once, never twice for the receiver, never unseen."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client, override_settings
from django.utils import timezone

from cms.jobs.worker import CityWorker
from cms.notifications.models import Mail
from cms.plugins import switches
from cms.sealing import Unreadable
from plugins.forms.handover import courier, services, watching
from plugins.forms.handover.back_ends import BackEnd, GiveUp, TryAgain, back_ends
from plugins.forms.handover.courier import HandOverCourier
from plugins.forms.handover.packing import pack
from plugins.forms.models import HandOver, HandOverTarget
from tests.conftest import client_of, make_user
from tests.plugins.forms.conftest import ANSWERS, submitted, webhook_to
from tests.plugins.forms.filled import Person
from tests.plugins.forms.specialist_system import MOODS, SECRET

pytestmark = pytest.mark.django_db
State = HandOver.State


def test_sending_a_form_queues_its_hand_overs(home: Any, dog_form: Any) -> None:
    webhook_to(dog_form, "https://93.184.216.34/")
    Person(dog_form).fill_in().send(go="send")
    row = HandOver.objects.get()
    assert (row.name, row.state, row.submission.version.form) == ("fach", State.WAITING, dog_form)


def test_always_chosen_and_nobody(dog_form: Any) -> None:
    webhook_to(dog_form, "https://93.184.216.34/", name="immer")
    webhook_to(dog_form, "https://93.184.216.34/", name="hunde", use="chosen")
    webhook_to(dog_form, "https://93.184.216.34/", name="katzen", use="chosen")
    webhook_to(dog_form, "https://93.184.216.34/", name="aus", active=False)
    services.save_target(form=dog_form, name="eingang", back_end="inbox", options={})
    row = submitted(dog_form, hand_overs=["hunde", "umbenannt"])
    services.queue(submission=row)
    found = dict(HandOver.objects.values_list("name", "state"))
    assert found == {"immer": "waiting", "hunde": "waiting", "eingang": "done", "umbenannt": "given_up"}
    assert "no target" in HandOver.objects.get(name="umbenannt").last_error


def test_a_test_submission_goes_nowhere(dog_form: Any) -> None:
    webhook_to(dog_form, "https://93.184.216.34/")
    submitted(dog_form, test=True)
    assert not HandOver.objects.exists()


@pytest.mark.parametrize("mood", MOODS)
def test_whatever_the_system_does_it_has_it_once(dog_form: Any, system: Any, work: Any, mood: str) -> None:
    running = system(mood)
    webhook_to(dog_form, running.url)
    rows = [submitted(dog_form) for _number in range(3)]
    work()
    assert sorted(key for key, _number in running.stored()) == sorted(
        HandOver.objects.filter(submission__in=rows).values_list("key", flat=True)
    )
    assert set(HandOver.objects.values_list("state", flat=True)) == {State.DONE}
    assert set(HandOver.objects.values_list("last_error", flat=True)) == {""}


def test_an_unsigned_or_wrongly_signed_message_is_refused(dog_form: Any, system: Any) -> None:
    running = system("good")
    webhook_to(dog_form, running.url, secrets={"secret": "whsec_" + base64.b64encode(b"x" * 24).decode()})
    submitted(dog_form)
    CityWorker(lanes=("couriers",), until_idle=True).run()
    row = HandOver.objects.get()
    assert (row.state, row.last_error) == (State.WAITING, "HTTP 401")
    assert not running.stored()


class Failing(BackEnd):
    """Raises what the test says."""

    name = "failing"
    label = "failing"
    error: Exception = TryAgain("x")

    def deliver(self, parcel: Any, options: Any, secrets: Any) -> None:
        raise type(self).error


@pytest.fixture
def failing(dog_form: Any, monkeypatch: Any) -> type[Failing]:
    ways = {**back_ends(), "failing": Failing()}
    for module in (courier, services):
        monkeypatch.setattr(module, "back_ends", lambda: ways)
    services.save_target(form=dog_form, name="fach", back_end="failing", options={})
    return Failing


def one_round() -> None:
    HandOver.objects.filter(state=State.WAITING).update(next_at=timezone.now())
    HandOverTarget.objects.update(held_until=None)
    CityWorker(lanes=("couriers",), until_idle=True).run()


def test_waits_grow_and_end_in_giving_up(dog_form: Any, failing: Any, settings: Any) -> None:
    failing.error = TryAgain("HTTP 503")
    submitted(dog_form)
    waits = []
    for _attempt in range(courier.MAX_ATTEMPTS):
        one_round()
        row = HandOver.objects.get()
        waits.append((row.next_at - timezone.now()).total_seconds())
    assert (row.state, row.attempts, row.last_error) == (State.GIVEN_UP, courier.MAX_ATTEMPTS, "HTTP 503")
    assert 40 < waits[0] < 80
    assert 180 < waits[2] < 300  # four minutes, a fifth more or less
    assert 4 * 3600 < waits[-2] <= 6 * 3600 * 1.2


def test_a_pause_the_receiver_asks_for_is_kept(dog_form: Any, failing: Any) -> None:
    failing.error = TryAgain("HTTP 429", timedelta(hours=2))
    submitted(dog_form)
    one_round()
    assert HandOver.objects.get().next_at > timezone.now() + timedelta(minutes=118)


def test_what_is_useless_is_given_up_at_once_and_does_not_hold_others(dog_form: Any, failing: Any) -> None:
    failing.error = GiveUp("HTTP 422")
    submitted(dog_form)
    one_round()
    assert HandOver.objects.get().state == State.GIVEN_UP
    assert HandOverTarget.objects.get().failures == 0


def test_an_adapter_that_breaks_leaks_nothing(dog_form: Any, failing: Any, caplog: Any) -> None:
    failing.error = RuntimeError("Erika Bei-Spiel wohnt in der Bleiche")
    submitted(dog_form)
    one_round()
    assert HandOver.objects.get().last_error == "RuntimeError"
    assert "Erika" not in caplog.text


def test_a_target_that_fails_is_left_alone(dog_form: Any, failing: Any) -> None:
    failing.error = TryAgain("no answer")
    for _number in range(12):
        submitted(dog_form)
    CityWorker(lanes=("couriers",), until_idle=True).run()
    target = HandOverTarget.objects.get()
    assert target.failures >= courier.FAILING
    assert target.held_until > timezone.now()
    assert HandOver.objects.filter(attempts=0).exists()


def test_what_a_dead_worker_was_sending_is_taken_back(dog_form: Any) -> None:
    webhook_to(dog_form, "https://93.184.216.34/")
    submitted(dog_form)
    dead = HandOverCourier("dead")
    assert len(dead._take(5)) == 1
    assert HandOver.objects.get().state == State.SENDING
    assert HandOverCourier("living").take_back({"living", "dead"}) == 0
    assert HandOverCourier("living").take_back({"living"}) == 1
    row = HandOver.objects.get()
    assert (row.state, row.attempts) == (State.WAITING, 1)


def test_a_late_answer_of_a_row_taken_back_changes_nothing(dog_form: Any) -> None:
    webhook_to(dog_form, "https://93.184.216.34/")
    submitted(dog_form)
    (row,) = HandOverCourier("slow")._take(5)
    HandOverCourier("other").take_back(set())
    HandOverCourier("other")._take(5)
    courier.note(courier.Outcome(row, "too late", final=True))
    assert HandOver.objects.get().state == State.SENDING


def test_nothing_is_sent_while_the_plugin_is_off(dog_form: Any, system: Any, work: Any) -> None:
    running = system("good")
    webhook_to(dog_form, running.url)
    submitted(dog_form)
    switches.switch(label="forms", off=True)
    CityWorker(lanes=("couriers",), until_idle=True).run()
    assert not running.stored()
    switches.switch(label="forms", off=False)
    work()
    assert len(running.stored()) == 1


def test_answers_nobody_can_read_are_given_up(dog_form: Any) -> None:
    webhook_to(dog_form, "https://93.184.216.34/")
    submitted(dog_form, sealed="nonsense")
    CityWorker(lanes=("couriers",), until_idle=True).run()
    row = HandOver.objects.get()
    assert row.state == State.GIVEN_UP
    assert "key" in row.last_error


def test_retry_takes_the_target_that_has_the_name_now(dog_form: Any, system: Any, work: Any) -> None:
    running = system("good")
    submitted(dog_form, hand_overs=["fach"])
    assert services.retry(rows=HandOver.objects.all()) == 0
    webhook_to(dog_form, running.url, use="chosen")
    assert services.retry(rows=HandOver.objects.all()) == 1
    work()
    assert len(running.stored()) == 1


def test_retry_and_targets_ask_for_the_right(dog_form: Any, citizen: Any) -> None:
    target = webhook_to(dog_form, "https://93.184.216.34/")
    submitted(dog_form)
    HandOver.objects.update(state=State.GIVEN_UP)
    with pytest.raises(PermissionDenied):
        services.retry(rows=HandOver.objects.all(), by=citizen)
    with pytest.raises(PermissionDenied):
        webhook_to(dog_form, "https://93.184.216.34/", name="x", by=citizen)
    with pytest.raises(PermissionDenied):
        services.delete_target(target=target, by=citizen)
    with pytest.raises(ValidationError):
        services.delete_target(target=target)
    assert not HandOver.objects.visible_to(citizen).exists()


def test_secrets_lie_sealed_and_stay_when_not_given(dog_form: Any) -> None:
    target = webhook_to(dog_form, "https://93.184.216.34/")
    assert SECRET not in target.sealed_secrets
    assert SECRET not in str(target.options)
    webhook_to(dog_form, "https://93.184.216.34/neu", secrets={}, target=target)
    target.refresh_from_db()
    assert target.secrets == {"secret": SECRET}
    with override_settings(SECRET_KEY="x" * 60), pytest.raises(Unreadable):
        target.secrets


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"options": {"url": "https://127.0.0.1/"}}, "url"),
        ({"options": {"url": "http://93.184.216.34/"}}, "url"),
        ({"options": {"url": ""}}, "url"),
        ({"secrets": {"secret": "whsec_ö"}}, "secret"),
        ({"secrets": {}}, "secret"),
        ({"options": {"url": "https://93.184.216.34/", "files": "pigeon"}}, "files"),
        ({"back_end": "pigeon"}, "back_end"),
    ],
)
def test_bad_options_are_refused(dog_form: Any, values: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        webhook_to(dog_form, "https://93.184.216.34/", **values) if "options" not in values else services.save_target(
            **{"form": dog_form, "name": "x", "back_end": "webhook", "secrets": {"secret": SECRET}, **values}
        )
    assert field in refused.value.message_dict


def test_the_mail_of_the_morning(dog_form: Any, failing: Any, roles: Any) -> None:
    owner = make_user("eigentuemer")
    type(dog_form).objects.filter(pk=dog_form.pk).update(owner=owner)
    failing.error = GiveUp("HTTP 422")
    submitted(dog_form)
    one_round()
    assert watching.tell_of_failures.func() == 1
    watching.tell_of_failures.func()
    mail = Mail.objects.get()
    assert mail.recipient == owner
    assert "HTTP 422" in mail.text
    assert "Erika" not in mail.text


def test_the_operators_see_it(dog_form: Any, failing: Any) -> None:
    assert watching.health() == []
    failing.error = GiveUp("HTTP 422")
    submitted(dog_form)
    one_round()
    assert [problem.name for problem in watching.health()] == ["form_hand_overs"]
    HandOver.objects.update(state=State.WAITING, attempts=0, next_at=timezone.now() - timedelta(hours=2))
    assert [problem.name for problem in watching.health()] == ["form_hand_overs_late"]


def test_the_schema_of_the_answers_is_there_for_receivers(home: Any, dog_form: Any, client: Client) -> None:
    answer = client.get("/formulare/hund-anmelden/version-1/schema.json")
    assert answer.status_code == 200
    assert "dogs" in answer.json()["properties"]
    for path in ("version-2", "version-99999999999"):
        assert client.get(f"/formulare/hund-anmelden/{path}/schema.json").status_code == 404


def test_the_schema_of_an_internal_form_is_for_staff(
    home: Any, dog_form: Any, staff_rule: Any, staff_user: Any
) -> None:
    type(dog_form).objects.filter(pk=dog_form.pk).update(access_rule=staff_rule)
    path = "/formulare/hund-anmelden/version-1/schema.json"
    assert Client().get(path).status_code == 404
    assert client_of(staff_user).get(path).status_code == 200


def test_the_payload_says_what_the_docs_say(dog_form: Any) -> None:
    webhook_to(dog_form, "https://93.184.216.34/")
    row = submitted(dog_form)
    parcel = pack(row.deliveries.get(), files="inline", with_pdf=False)
    assert parcel.payload["answers"] == ANSWERS
    assert parcel.payload["case"] == row.case.reference
    assert parcel.payload["schema"].endswith("/formulare/hund-anmelden/version-1/schema.json")
    assert parcel.written("json") == pack(row.deliveries.get(), files="inline", with_pdf=False).written("json")


def test_a_target_gets_only_the_answers_it_takes(home: Any, dog_form: Any, client: Client) -> None:
    target = webhook_to(
        dog_form, "https://93.184.216.34/", options={"url": "https://93.184.216.34/", "fields": "name\ndogs"}
    )
    submitted(dog_form)
    row = HandOver.objects.get()
    way = back_ends()["webhook"]
    parcel = pack(row, files="none", with_pdf=False, fields=way.fields(target.options))
    assert set(parcel.payload["answers"]) == {"name", "dogs"}
    schema = client.get(parcel.payload["schema"].removeprefix("http://localhost:8000")).json()
    assert set(schema["properties"]) == {"name", "dogs"}
    assert set(schema.get("required", [])) <= {"name", "dogs"}
    assert way.fields({"url": "x"}) is None
