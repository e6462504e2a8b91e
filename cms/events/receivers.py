"""Signals of Wagtail and Django become events: one way for everybody to hear of what was published, changed and withdrawn."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete, post_save
from modelcluster.fields import ParentalKey
from wagtail.models import DraftStateMixin, Page
from wagtail.signals import published, unpublished

from cms.plugins.registry import collect

from .services import record


def connect() -> None:
    """Connect the receivers; called once by the app's ``ready``."""
    published.connect(_published, dispatch_uid="events.published")
    unpublished.connect(_unpublished, dispatch_uid="events.unpublished")
    post_delete.connect(_deleted, dispatch_uid="events.deleted")
    post_save.connect(_saved, dispatch_uid="events.saved")


def kind_of(model: type) -> str:
    """Return the kind of a model's objects: "page" for every page, else the model's name."""
    return "page" if issubclass(model, Page) else model._meta.model_name


@cache
def undrafted() -> dict[type[Model], tuple[str, str]]:
    """Return model -> (kind, column of the record's key) of what apps declare as told when saved (``Hook.model``).

    Children that are edited with a record (ParentalKey) stand for it.
    """
    found: dict[type[Model], tuple[str, str]] = {}
    for _config, hooks in collect("hooks", also_off=True):
        for hook in hooks:
            if hook.model is None:
                continue
            found[hook.model] = (hook.kind, "pk")
            for relation in hook.model._meta.related_objects:
                if isinstance(relation.field, ParentalKey):
                    found[relation.related_model] = (hook.kind, relation.field.attname)
    return found


def _published(sender: type, instance: Any, revision: Any = None, **kwargs: Any) -> None:
    data = {"revision": revision.pk} if revision is not None else {}
    record(
        kind=kind_of(sender), object_id=instance.pk, verb="published", actor=getattr(revision, "user", None), data=data
    )


def _unpublished(sender: type, instance: Any, **kwargs: Any) -> None:
    record(kind=kind_of(sender), object_id=instance.pk, verb="unpublished")


def _saved(sender: type, instance: Any, created: bool = False, raw: bool = False, **kwargs: Any) -> None:
    if raw or sender not in undrafted():
        return
    kind, column = undrafted()[sender]
    verb = "published" if created and column == "pk" else "changed"
    _record_once(kind, str(getattr(instance, column)), verb)


def _deleted(sender: type, instance: Any, origin: Any = None, **kwargs: Any) -> None:
    if sender in undrafted():
        kind, column = undrafted()[sender]
        if column == "pk":
            record(kind=kind, object_id=instance.pk, verb="deleted")
        elif (origin.model if isinstance(origin, QuerySet) else type(origin)) is sender:  # not together with its record
            _record_once(kind, str(getattr(instance, column)), "changed")
    elif (
        issubclass(sender, DraftStateMixin) and sender is not Page
    ):  # a page's row is deleted twice: as such, and as its type
        record(kind=kind_of(sender), object_id=instance.pk, verb="deleted")


class _Noted:
    """Registered for the commit only to be found again: Django drops it when the transaction or savepoint is rolled back."""

    def __init__(self, key: tuple[str, str]) -> None:
        self.key = key

    def __call__(self) -> None:
        """Do nothing."""


def _record_once(kind: str, object_id: str, verb: str) -> None:
    """Record that an object was saved, once a transaction: a record and its twenty opening hours are one change."""
    key = (kind, object_id)
    noted = (entry[1] for entry in reversed(connection.run_on_commit))
    if any(isinstance(function, _Noted) and function.key == key for function in noted):
        return
    record(kind=kind, object_id=object_id, verb=verb)
    transaction.on_commit(_Noted(key))
