"""Periodic work on events."""

from __future__ import annotations

from datetime import time, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy, ngettext

from cms.contracts.health import Problem
from cms.contracts.jobs import PeriodicJob
from cms.jobs import job

from .models import Delivery
from .services import forget


@job()
def forget_events() -> int:
    """Delete finished events older than ``EVENTS_KEPT_DAYS``; return how many."""
    return forget(older_than=timedelta(days=settings.EVENTS_KEPT_DAYS))


PERIODIC = [PeriodicJob(name="forget", title=gettext_lazy("Delete old events"), task=forget_events, at=time(3, 10))]


def health() -> list[Problem]:
    """Name deliveries that were given up."""
    dead = Delivery.objects.filter(state=Delivery.State.DEAD).count()
    return (
        [
            Problem(
                name="events",
                text=ngettext("One event was given up.", "%(count)s events were given up.", dead) % {"count": dead},
            )
        ]
        if dead
        else []
    )
