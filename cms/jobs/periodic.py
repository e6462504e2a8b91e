"""Periodic work that belongs to no app of ours."""

from __future__ import annotations

from datetime import time, timedelta

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from cms.contracts.jobs import PeriodicJob

from . import job, queue


@job()
def forget_jobs() -> int:
    """Delete what is known of finished jobs after ``JOBS_KEPT_DAYS``; return how many."""
    return queue.forget(older_than=timedelta(days=settings.JOBS_KEPT_DAYS))


@job()
def clear_sessions() -> None:
    """Delete sessions that have ended."""
    call_command("clearsessions")


PERIODIC = [
    PeriodicJob(name="clear_sessions", title=_("Delete sessions that have ended"), task=clear_sessions, at=time(3, 0)),
    PeriodicJob(name="forget", title=_("Delete old jobs"), task=forget_jobs, at=time(3, 20)),
]
