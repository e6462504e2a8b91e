"""A deleted notice is an event, too, whichever way it went: by itself, in bulk, or with its office."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete

from cms.events.services import record

from .models import Notice


def connect() -> None:
    """Connect the receiver; called once by the app's ``ready``."""
    post_delete.connect(_deleted, sender=Notice, dispatch_uid="notices.deleted")


def _deleted(sender: type[Notice], instance: Notice, **kwargs: Any) -> None:
    record(kind="notice", object_id=instance.pk, verb="deleted")
