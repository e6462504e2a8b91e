"""Background work of the search."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cms.contracts.jobs import PeriodicJob
from cms.jobs import job
from cms.jobs.queue import alive

from . import indexing
from .elastic import rebuild, shipping
from .learning import judged, log, todos


@job(atomic=False)
def project_all() -> None:
    """Build everything that is pending, in portions, then try once more what failed before."""
    while indexing.project_pending(500, include_failed=False):
        pass
    indexing.project_pending(500, include_failed=True)


@job(atomic=False)
def ship_all() -> None:
    """Send everything that is due to Elasticsearch."""
    while shipping.ship_pending():
        pass


def ship_soon() -> None:
    """Let a worker send what was noted; without one send it now, in one portion."""
    if not alive():
        shipping.ship_pending(indexing.IMMEDIATE_LIMIT, patience=settings.ELASTICSEARCH_TIMEOUT)
        return
    _enqueue_once(ship_all)


def project_soon() -> None:
    """Let a worker build what is pending."""
    _enqueue_once(project_all)


def _enqueue_once(task: Any) -> None:
    # The path of the task names it in its row; one that waits is enough for all that is noted until it begins.
    if not DBTaskResult.objects.filter(task_path=task.module_path, status=TaskResultStatus.READY).exists():
        task.enqueue()


@job(atomic=False)
def rebuild_all() -> None:
    """Build a new index in Elasticsearch; nothing when another process does it."""
    try:
        rebuild.rebuild_index()
    except rebuild.AlreadyRunning:
        pass


@job(atomic=False)
def look_after() -> None:
    """Compare the index with the projection and send what differs; remove what nobody uses any more."""
    if not settings.ELASTICSEARCH_URL:
        return
    for index in shipping.targets().filter(state="live"):
        rebuild.repair(index)
        shipping.purge_tombstones()
    rebuild.drop_unused()


@job(atomic=False)
def learn() -> None:
    """Forget old queries, then measure the judged ones."""
    log.flush()
    log.forget_old()
    judged.measure()


JOBS = [
    PeriodicJob(name="ship", title=_("Send changes to Elasticsearch"), task=ship_all, every=timedelta(minutes=1)),
    PeriodicJob(name="check", title=_("Compare Elasticsearch"), task=look_after, every=timedelta(hours=1)),
    PeriodicJob(name="learn", title=_("Measure the search, forget old queries"), task=learn, at=time(3, 30)),
    PeriodicJob(name="todos", title=_("To-dos from searches"), task=todos.make_todos, every=timedelta(days=7)),
]
