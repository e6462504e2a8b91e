"""Periodic work on webhooks, and what operators must look at."""

from __future__ import annotations

from datetime import time, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from cms.contracts.health import Problem
from cms.contracts.jobs import PeriodicJob
from cms.jobs import job

from . import services, telling
from .models import WebhookDelivery, WebhookEndpoint


@job(atomic=False)
def compare() -> int:
    """Find what appeared or disappeared without an event: audiences, roles, times; return of how many objects."""
    return telling.compare_all()


@job()
def forget() -> int:
    """Delete messages older than ``WEBHOOKS_KEPT_DAYS``; return how many."""
    return services.forget(older_than=timedelta(days=settings.WEBHOOKS_KEPT_DAYS))


PERIODIC = [
    PeriodicJob(
        name="compare",
        title=gettext_lazy("Tell other systems what appeared or disappeared"),
        task=compare,
        every=timedelta(minutes=1),
    ),
    PeriodicJob(name="forget", title=gettext_lazy("Delete old messages to webhooks"), task=forget, at=time(3, 30)),
]


def health() -> list[Problem]:
    """Name messages that were given up, and endpoints that were switched off because they failed."""
    found, url = [], reverse("webhooks:index")
    if dead := WebhookDelivery.objects.filter(state=WebhookDelivery.State.DEAD).count():
        text = ngettext(
            "One message to another system was given up.", "%(count)s messages to other systems were given up.", dead
        )
        found.append(Problem(name="webhooks", text=text % {"count": dead}, url=url))
    if off := WebhookEndpoint.objects.filter(state=WebhookEndpoint.State.DISABLED).exclude(why_disabled="").count():
        text = ngettext(
            "One webhook was switched off because it failed.",
            "%(count)s webhooks were switched off because they failed.",
            off,
        )
        found.append(Problem(name="webhooks_off", text=text % {"count": off}, url=url))
    return found
