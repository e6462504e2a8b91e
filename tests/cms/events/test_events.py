"""What happened is told once it is stored, at least once, in order for each object."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from cms.contracts.events import Happened, Subscriber
from cms.events import services
from cms.events.models import Delivery, Event
from cms.events.services import deliver_one, forget, record, replay, retry, skip
from cms.plugins import switches
from cms.plugins.models import PluginSwitch
from tests.conftest import make_page

pytestmark = pytest.mark.django_db
Told = list[tuple[str, int]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What the one subscriber, of the services, has been told: (object, version)."""
    heard: Told = []

    def listen(happened: Happened) -> None:
        if happened.data.get("breaks"):
            raise RuntimeError("the subscriber can't")
        heard.append((happened.object_id, happened.version))

    only = [("services.listen", Subscriber(name="listen", handler=listen, kind="thing", verbs=("changed",)))]
    monkeypatch.setattr(services, "subscribers", lambda: iter(only))
    return heard


def deliver_all() -> int:
    return sum(1 for _number in iter(lambda: deliver_one(), False))


def test_events_are_told_in_the_order_of_their_object(told: Told) -> None:
    for _number in range(3):
        record(kind="thing", object_id=7, verb="changed")
    assert told == []
    assert deliver_all() == 3
    assert told == [("7", 1), ("7", 2), ("7", 3)]


def test_what_nobody_asked_for_is_kept_but_not_delivered(told: Told) -> None:
    record(kind="thing", object_id=7, verb="looked at")
    record(kind="other", object_id=7, verb="changed")
    assert Event.objects.count() == 2
    assert not Delivery.objects.exists()


def test_a_change_that_is_rolled_back_has_not_happened(told: Told) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        record(kind="thing", object_id=7, verb="changed")
        raise RuntimeError
    record(kind="thing", object_id=7, verb="changed")
    deliver_all()
    assert told == [("7", 1)], "the version was not used up either"


def test_a_failure_holds_back_only_later_events_of_the_same_object(told: Told) -> None:
    record(kind="thing", object_id=1, verb="changed", data={"breaks": True})
    record(kind="thing", object_id=1, verb="changed")
    record(kind="thing", object_id=2, verb="changed")
    deliver_all()
    assert told == [("2", 1)]
    failed = Delivery.objects.get(object_id="1", version=1)
    assert "the subscriber can't" in failed.last_error
    assert failed.next_at > timezone.now()


def test_after_many_failures_a_person_decides(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "FIRST_WAIT", timedelta(0))
    event = record(kind="thing", object_id=1, verb="changed", data={"breaks": True})
    record(kind="thing", object_id=1, verb="changed")
    assert deliver_all() == services.MAX_ATTEMPTS
    dead = Delivery.objects.get(event=event)
    assert dead.state == Delivery.State.DEAD
    assert told == []
    event.data = {}
    event.save()
    assert retry(delivery_id=dead.pk)
    assert not retry(delivery_id=dead.pk), "only once"
    deliver_all()
    assert told == [("1", 1), ("1", 2)]


def test_leaving_one_out_lets_the_next_ones_through(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_ATTEMPTS", 1)
    event = record(kind="thing", object_id=1, verb="changed", data={"breaks": True})
    record(kind="thing", object_id=1, verb="changed")
    deliver_all()
    assert skip(delivery_id=event.deliveries.get().pk)
    deliver_all()
    assert told == [("1", 2)]


def test_what_a_failed_subscriber_wrote_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    def write_and_fail(happened: Happened) -> None:
        Event.objects.create(kind="trace", object_id="1", verb="left", version=1)
        raise RuntimeError

    only = [("services.x", Subscriber(name="x", handler=write_and_fail, kind="thing"))]
    monkeypatch.setattr(services, "subscribers", lambda: iter(only))
    record(kind="thing", object_id=1, verb="changed")
    assert deliver_one()
    assert not Event.objects.filter(kind="trace").exists()


def test_a_plugin_that_is_off_is_told_when_it_is_on_again(told: Told) -> None:
    PluginSwitch.objects.create(label="services")
    switches.forget()
    record(kind="thing", object_id=1, verb="changed")
    assert deliver_all() == 0
    PluginSwitch.objects.all().delete()
    switches.forget()
    assert deliver_all() == 1


def test_replay_tells_again_in_order(told: Told) -> None:
    for _number in range(2):
        record(kind="thing", object_id=1, verb="changed")
    deliver_all()
    told.clear()
    assert replay(subscriber="services.listen") == 2
    deliver_all()
    assert told == [("1", 1), ("1", 2)]


def test_replay_tells_a_new_subscriber_of_what_was_before(told: Told) -> None:
    Event.objects.create(kind="thing", object_id="1", verb="changed", version=1)
    assert replay(subscriber="services.listen", since=timezone.now() - timedelta(hours=1)) == 1
    assert replay(subscriber="services.listen", since=timezone.now() + timedelta(hours=1)) == 0
    deliver_all()
    assert told == [("1", 1)]


@pytest.mark.parametrize("arguments", [["replay", "nobody.there"], ["replay", "services.listen", "--since", "gestern"]])
def test_the_command_refuses_what_it_does_not_know(told: Told, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("events", *arguments)


def test_old_events_go_when_everybody_was_told(told: Told) -> None:
    record(kind="thing", object_id=1, verb="changed")
    record(kind="thing", object_id=2, verb="changed", data={"breaks": True})
    deliver_all()
    Event.objects.update(at=timezone.now() - timedelta(days=400))
    assert forget(older_than=timedelta(days=180)) == 1
    assert Event.objects.get().object_id == "2"


def test_publishing_a_page_is_an_event(home: Any) -> None:
    page = make_page(home, "Neues")
    page.save_revision().publish()
    page.unpublish()
    page.delete()
    found = list(Event.objects.filter(kind="page").order_by("pk").values_list("verb", flat=True))
    assert found == ["published", "unpublished", "deleted"]
