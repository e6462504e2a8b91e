"""Jobs are tried again, taken back from the dead, given up, and retried by hand; periodic ones come by the clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cms.accounts.models import User
from cms.contracts.jobs import PeriodicJob
from cms.events.models import Delivery, Event
from cms.jobs import GiveUp, Policy, job, queue, schedule
from cms.jobs.models import Schedule, Worker
from cms.jobs.worker import CityWorker
from cms.notifications.models import Mail
from tests.conftest import client_of, make_user

pytestmark = pytest.mark.django_db
CALLS: list[str] = []


@job(Policy(attempts=3, first_wait=timedelta(0)))
def note(word: str) -> str:
    CALLS.append(word)
    if word == "never":
        raise RuntimeError("Winkelhaken")
    if word == "useless":
        raise GiveUp("no use")
    if word == "once" and len(CALLS) == 1:
        User.objects.create_user("spur", "spur@mainz.example")
        raise RuntimeError
    return word


@pytest.fixture(autouse=True)
def no_periodic_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    CALLS.clear()
    monkeypatch.setattr(schedule, "periodic_jobs", lambda: iter(()))


def work() -> None:
    """Let a worker do all there is, until nothing is due; failed jobs become due at once here."""
    for _round in range(5):
        CityWorker(interval=0, until_idle=True).run()
        if not queue.retry_failed():
            return


def test_a_job_is_done_and_its_result_kept() -> None:
    result = note.enqueue("fine")
    work()
    result.refresh()
    assert (CALLS, result.return_value) == (["fine"], "fine")
    assert not Worker.objects.exists(), "a worker that ends says so"


def test_a_failed_job_is_undone_and_tried_again() -> None:
    result = note.enqueue("once")
    work()
    result.refresh()
    assert result.status == TaskResultStatus.SUCCESSFUL
    assert len(CALLS) == 2
    assert not User.objects.filter(username="spur").exists()


def test_a_job_that_never_succeeds_waits_for_a_person() -> None:
    result = note.enqueue("never")
    work()
    assert len(CALLS) == 3
    dead = queue.dead().get()
    assert str(dead.pk) == str(result.id)
    assert "Winkelhaken" in dead.traceback
    assert queue.retry(task_id=dead.pk)
    work()
    assert len(CALLS) == 6, "from the beginning, with all attempts"


def test_a_job_can_say_that_trying_is_useless() -> None:
    note.enqueue("useless")
    work()
    assert CALLS == ["useless"]
    assert queue.dead().count() == 1


def test_waits_grow_and_end() -> None:
    policy = Policy(first_wait=timedelta(seconds=30), longest_wait=timedelta(minutes=5))
    assert [policy.wait_after(number).seconds for number in (1, 2, 3, 9)] == [30, 60, 120, 300]


def held_by(worker: str, attempts: int = 1) -> DBTaskResult:
    note.enqueue("fine")
    row = DBTaskResult.objects.get()
    row.status, row.worker_ids, row.started_at = TaskResultStatus.RUNNING, [worker] * attempts, timezone.now()
    row.save()
    return row


def test_the_job_of_a_dead_worker_goes_to_another() -> None:
    held_by("dead")
    Worker.objects.create(name="dead", host="here", seen_at=timezone.now() - timedelta(minutes=5))
    assert queue.take_back() == 1
    work()
    assert CALLS == ["fine"]


def test_the_job_of_a_living_worker_stays_with_it() -> None:
    held_by("living")
    Worker.objects.create(name="living", host="here")
    assert queue.take_back() == 0


def test_a_job_that_kills_its_workers_is_given_up() -> None:
    held_by("dead", attempts=3)
    assert queue.take_back() == 1
    assert queue.dead().get().traceback == queue.DIED


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-06-01T03:00:00+02:00", "2026-06-01T04:30:00+02:00"),
        ("2026-06-01T04:30:00+02:00", "2026-06-02T04:30:00+02:00"),
        # The clocks go forward and back at night: 04:30 stays 04:30.
        ("2026-03-28T05:00:00+01:00", "2026-03-29T04:30:00+02:00"),
        ("2026-10-24T05:00:00+02:00", "2026-10-25T04:30:00+01:00"),
    ],
)
def test_each_day_at_a_time_of_the_citys_clock(now: str, expected: str) -> None:
    item = PeriodicJob(name="x", title="x", task=note, at=time(4, 30))
    assert schedule.next_run(item, datetime.fromisoformat(now)) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("wrong", [{}, {"every": timedelta(hours=1), "at": time(1)}])
def test_a_periodic_job_needs_one_rhythm(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="either"):
        PeriodicJob(name="x", title="x", task=note, **wrong)


def test_a_periodic_job_is_enqueued_once_when_due(monkeypatch: pytest.MonkeyPatch) -> None:
    item = PeriodicJob(name="x", title="x", task=forget_nothing, every=timedelta(hours=1))
    monkeypatch.setattr(schedule, "periodic_jobs", lambda: iter([("app.x", item)]))
    now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert schedule.enqueue_due(now) == [], "first the clock is set"
    assert schedule.enqueue_due(now + timedelta(minutes=59)) == []
    assert schedule.enqueue_due(now + timedelta(minutes=61)) == ["app.x"]
    assert schedule.enqueue_due(now + timedelta(minutes=61)) == []
    assert schedule.enqueue_due(now + timedelta(minutes=125)) == [], "the one before has not run yet"
    DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL)
    assert schedule.enqueue_due(now + timedelta(minutes=190)) == ["app.x"]
    assert Schedule.objects.get().last_at == now + timedelta(minutes=190)


@job()
def forget_nothing() -> None:
    """A job without arguments."""


def test_all_contributed_periodic_jobs_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    items = dict(schedule.periodic_jobs())
    assert {"caching.timed", "events.forget", "notifications.digests"} <= set(items)
    for item in items.values():
        item.task.enqueue()
    monkeypatch.setattr(schedule, "periodic_jobs", lambda: iter(()))
    work()
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {TaskResultStatus.SUCCESSFUL}


@pytest.fixture
def operator(roles: Any) -> User:
    user = make_user("betrieb")
    for name in ("wagtailadmin.access_admin", "jobs.operate_jobs"):
        app, codename = name.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user


def test_operators_see_what_was_given_up_and_try_it_again(operator: User, home: Any) -> None:
    note.enqueue("never")
    work()
    event = Event.objects.create(kind="thing", object_id="1", verb="changed", version=1)
    Delivery.objects.create(event=event, subscriber="services.x", kind="thing", object_id="1", version=1, state="dead")
    mail = Mail(address="vera@example.org", subject="Bescheid", state="failed", message_id="<1>")
    mail.hold(text="x", html="")
    mail.save()
    client = client_of(operator)
    page = client.get(reverse("background_work")).content.decode()
    assert "Winkelhaken" in page
    assert "v…@example.org" in page
    assert "vera@example.org" not in page
    for what, pk in (("job", queue.dead().get().pk), ("event", event.deliveries.get().pk), ("mail", mail.pk)):
        address = reverse("decide_background_work", args=[what, pk])
        assert client.post(address, {"deed": "retry"}).status_code == 302
    assert not queue.dead().exists()
    assert Delivery.objects.get().state == "waiting"
    mail.refresh_from_db()
    assert mail.state == "waiting"


@pytest.mark.parametrize(
    ("what", "pk", "deed"), [("job", "x", "retry"), ("nothing", "1", "retry"), ("mail", "1", "eat")]
)
def test_nonsense_is_not_found(operator: User, home: Any, what: str, pk: str, deed: str) -> None:
    address = reverse("decide_background_work", args=[what, pk])
    assert client_of(operator).post(address, {"deed": deed}).status_code == 404


def test_editors_do_not_operate(editor_user: User, home: Any) -> None:
    client = client_of(editor_user)
    assert client.get(reverse("background_work")).status_code in (302, 403)
    assert client.post(reverse("decide_background_work", args=["mail", 1]), {"deed": "drop"}).status_code in (302, 403)
