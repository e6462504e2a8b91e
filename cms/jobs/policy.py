"""How often a job is tried, and how long it waits in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import transaction
from django_tasks import task
from django_tasks.base import Task


class GiveUp(Exception):
    """Raised by a job for which another try is useless: it is given up at once. The message is kept for operators."""


@dataclass(frozen=True)
class Policy:
    """``attempts`` in all, the first wait, doubled each time up to ``longest_wait``."""

    attempts: int = 6
    first_wait: timedelta = timedelta(seconds=30)
    longest_wait: timedelta = timedelta(hours=6)

    def wait_after(self, attempt: int) -> timedelta:
        """Return how long to wait after the failure of the ``attempt``-th try (from 1)."""
        return min(self.first_wait * 2 ** (attempt - 1), self.longest_wait)


def job(policy: Policy = Policy(), *, atomic: bool = True, **options: Any) -> Callable[[Callable[..., Any]], Task]:
    """Make a job of a function at the top of a module; ``.enqueue(…)`` puts it into the queue of the database.

    It runs at least once: after a failure by ``policy``, and again when its worker dies. ``atomic``: in one
    transaction, as every request; False for jobs that call outside or commit in portions. Arguments and result are
    JSON. ``options`` go to ``django_tasks.task`` (priority, queue_name).
    """

    def make(function: Callable[..., Any]) -> Task:
        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            if not atomic:
                return function(*args, **kwargs)
            with transaction.atomic():
                return function(*args, **kwargs)

        made = task(**options)(run)
        run.policy = policy  # type: ignore[attr-defined]
        return made

    return make


def policy_of(made: Task) -> Policy:
    """Return the policy of a task; tasks of libraries have the usual one."""
    return getattr(made.func, "policy", None) or Policy()
