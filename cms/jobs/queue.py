"""The queue: try again what failed, take back what a dead worker held, give up, retry by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .models import Worker
from .policy import GiveUp, Policy, policy_of

#: What a job's row says when its worker died.
DIED = "The worker ended in the middle of this job."
_GIVE_UP = f"{GiveUp.__module__}.{GiveUp.__qualname__}"


def alive() -> set[str]:
    """Return the names of the workers that have said so within ``WORKER_PRESUMED_DEAD_SECONDS``."""
    since = timezone.now() - timedelta(seconds=settings.WORKER_PRESUMED_DEAD_SECONDS)
    return set(Worker.objects.filter(seen_at__gte=since).values_list("name", flat=True))


def policy_for(row: DBTaskResult) -> Policy:
    """Return the policy of the job behind ``row``; the usual one when its code is gone."""
    try:
        return policy_of(row.task)
    except (ImportError, SuspiciousOperation):
        return Policy(attempts=1)


def is_dead(row: DBTaskResult) -> bool:
    """Return whether a failed job waits for a person."""
    if row.status != TaskResultStatus.FAILED:
        return False
    return row.exception_class_path == _GIVE_UP or len(row.worker_ids) >= policy_for(row).attempts


def retry_failed() -> int:
    """Put failed jobs that have attempts left back into the queue; return how many."""
    count = 0
    for row in DBTaskResult.objects.failed().order_by("finished_at").iterator(chunk_size=200):
        if not is_dead(row):
            count += _again(row, (row.finished_at or timezone.now()) + policy_for(row).wait_after(len(row.worker_ids)))
    return count


def _again(row: DBTaskResult, at: Any) -> int:
    return DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.FAILED).update(
        status=TaskResultStatus.READY, run_after=at
    )


def take_back() -> int:
    """Give the jobs of dead workers to others, or up when it was the last attempt; return how many."""
    count = 0
    living = alive()
    for row in DBTaskResult.objects.running():
        if row.worker_ids and row.worker_ids[-1] in living:
            continue
        left = len(row.worker_ids) < policy_for(row).attempts
        count += DBTaskResult.objects.filter(
            pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at
        ).update(
            status=TaskResultStatus.READY if left else TaskResultStatus.FAILED,
            run_after=timezone.now(),
            finished_at=timezone.now(),
            exception_class_path="" if left else f"{GiveUp.__module__}.{GiveUp.__qualname__}",
            traceback=DIED,
        )
    return count


def dead() -> QuerySet[DBTaskResult]:
    """Return the jobs that were given up, newest first. Those with attempts left are put back before one looks."""
    retry_failed()
    return DBTaskResult.objects.failed().order_by("-finished_at")


@transaction.atomic
def retry(*, task_id: Any) -> bool:
    """Try a job that was given up from the beginning. Return False when it is not given up (any more)."""
    rows = DBTaskResult.objects.filter(pk=task_id, status=TaskResultStatus.FAILED)
    return bool(rows.update(status=TaskResultStatus.READY, run_after=timezone.now(), worker_ids=[]))


@transaction.atomic
def discard(*, task_id: Any) -> bool:
    """Delete a job that was given up. Return False when it is not given up (any more)."""
    return bool(DBTaskResult.objects.filter(pk=task_id, status=TaskResultStatus.FAILED).delete()[0])


def forget(*, older_than: timedelta) -> int:
    """Delete rows of jobs that succeeded long ago, and workers long gone; return how many jobs."""
    before = timezone.now() - older_than
    Worker.objects.filter(seen_at__lt=before).delete()
    return DBTaskResult.objects.successful().filter(finished_at__lt=before).delete()[0]
