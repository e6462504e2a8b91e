"""Periodic jobs: whose turn is it?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cms.contracts.jobs import PeriodicJob
from cms.plugins.registry import collect

from .models import Schedule


def periodic_jobs() -> Iterator[tuple[str, PeriodicJob]]:
    """Yield (stored name, job) of every app that is not switched off."""
    for config, items in collect("jobs"):
        for item in items:
            yield f"{config.label}.{item.name}", item


def next_run(item: PeriodicJob, after: datetime) -> datetime:
    """Return the first time after ``after`` at which ``item`` is due.

    "Each day at" means the city's clock: on the day the clocks change the interval is 23 or 25 hours.
    """
    if item.every is not None:
        return after + item.every
    day = timezone.localtime(after).date()
    zone = timezone.get_default_timezone()
    for offset in range(3):
        moment = datetime.combine(day + timedelta(days=offset), item.at, tzinfo=zone)  # type: ignore[arg-type]
        if moment > after:
            return moment
    raise AssertionError("a day has come")


def enqueue_due(now: datetime | None = None) -> list[str]:
    """Put every periodic job that is due into the queue, once however many workers ask; return their names."""
    now = now or timezone.now()
    jobs = dict(periodic_jobs())
    known = dict(Schedule.objects.values_list("name", "next_at"))
    Schedule.objects.bulk_create(
        [Schedule(name=name, next_at=next_run(item, now)) for name, item in jobs.items() if name not in known],
        ignore_conflicts=True,
    )
    enqueued = []
    for name in (name for name, next_at in known.items() if name in jobs and next_at <= now):
        with transaction.atomic():
            skip = {"skip_locked": True} if connection.features.has_select_for_update_skip_locked else {}
            row = Schedule.objects.select_for_update(**skip).filter(name=name, next_at__lte=now).first()
            if row is None:
                continue
            row.next_at = next_run(jobs[name], now)
            if not _still_busy(row):
                row.last_task = jobs[name].task.enqueue().id
                row.last_at = now
                enqueued.append(name)
            row.save()
    return enqueued


def _still_busy(row: Schedule) -> bool:
    busy = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
    return bool(row.last_task) and DBTaskResult.objects.filter(pk=row.last_task, status__in=busy).exists()
