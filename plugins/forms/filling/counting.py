"""Counts for the statistics: nothing about a person, and never in the way of one."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from ..models import FormCount

logger = logging.getLogger(__name__)
Event = FormCount.Event
#: Upper ends of the times to finish, in minutes.
BUCKETS = (2, 5, 10, 20, 30, 60, 180, 1440)


def count(version_id: int, *events: tuple[str, str]) -> None:
    """Count each (event, key) once, after the transaction has been committed."""
    if events:
        transaction.on_commit(lambda: _write(version_id, events))


def took(duration: timedelta) -> str:
    """Return the key under which a time to finish is counted: the upper end of its bucket, "" beyond the last."""
    minutes = duration.total_seconds() / 60
    return next((str(end) for end in BUCKETS if minutes <= end), "")


def _write(version_id: int, events: Iterable[tuple[str, str]]) -> None:
    day = timezone.localdate()
    try:
        for event, key in sorted(set(events)):
            rows = FormCount.objects.filter(version_id=version_id, day=day, event=event, key=key[:60])
            if rows.update(number=F("number") + 1):
                continue
            with transaction.atomic():
                rows.get_or_create(version_id=version_id, day=day, event=event, key=key[:60], defaults={"number": 0})
                rows.update(number=F("number") + 1)
    except DatabaseError as error:  # a version deleted meanwhile, for example
        logger.warning("a form's count is lost: %s", type(error).__name__)
