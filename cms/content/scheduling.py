"""Publishing and withdrawing at the time an editor chose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from wagtail.models import DraftStateMixin, Page, Revision

from cms.contracts.clock import TimedChange

#: Any number that no other lock of this project has: one process publishes at a time.
LOCK = 7_301


def drafting_models() -> Iterator[type[Any]]:
    """Yield every model with drafts; of pages the base model alone."""
    yield Page
    for model in apps.get_models():
        if issubclass(model, DraftStateMixin) and not issubclass(model, Page) and not model._meta.proxy:
            yield model


def next_at(now: datetime) -> datetime | None:
    """Return when the next revision is to be published, or the next live object expires; over means: it is due."""
    revisions = Revision.objects.filter(approved_go_live_at__isnull=False).order_by().values_list("approved_go_live_at")
    expiring = [
        model._base_manager.filter(live=True, expire_at__isnull=False).order_by().values_list("expire_at")
        for model in drafting_models()
    ]
    return min((row[0] for row in revisions.union(*expiring)), default=None)


@transaction.atomic
def publish_due() -> None:
    """Publish and withdraw what is due; a second process waits and finds nothing left to do."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    call_command("publish_scheduled", verbosity=0)


TIMED = [TimedChange(name="schedule", next_at=next_at, carry_out=publish_due)]
