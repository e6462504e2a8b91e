"""Wagtail's signals become events: one way for everybody to hear of published and withdrawn content."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete
from wagtail.models import DraftStateMixin, Page
from wagtail.signals import published, unpublished

from .services import record


def connect() -> None:
    """Connect the receivers; called once by the app's ``ready``."""
    published.connect(_published, dispatch_uid="events.published")
    unpublished.connect(_unpublished, dispatch_uid="events.unpublished")
    post_delete.connect(_deleted, dispatch_uid="events.deleted")


def kind_of(model: type) -> str:
    """Return the kind of a model's objects: "page" for every page, else the model's name."""
    return "page" if issubclass(model, Page) else model._meta.model_name


def _published(sender: type, instance: Any, revision: Any = None, **kwargs: Any) -> None:
    data = {"revision": revision.pk} if revision is not None else {}
    record(
        kind=kind_of(sender), object_id=instance.pk, verb="published", actor=getattr(revision, "user", None), data=data
    )


def _unpublished(sender: type, instance: Any, **kwargs: Any) -> None:
    record(kind=kind_of(sender), object_id=instance.pk, verb="unpublished")


def _deleted(sender: type, instance: Any, **kwargs: Any) -> None:
    if (
        issubclass(sender, DraftStateMixin) and sender is not Page
    ):  # a page's row is deleted twice: as such, and as its type
        record(kind=kind_of(sender), object_id=instance.pk, verb="deleted")
