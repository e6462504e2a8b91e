"""Changes of records, pages and rules reach the search inside the changing transaction."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.signals import m2m_changed, post_delete, post_save
from wagtail.models import Page
from wagtail.signals import page_slug_changed

from cms.access.models import CollectionAccess, PageAccess
from cms.access.signals import collection_rules_changed, page_rules_changed

from .documents import documents, documents_of
from .indexing import mark
from .models import SearchEntry


def connect() -> None:
    """Connect all receivers; called once by the app's ``ready``."""
    post_save.connect(_saved, dispatch_uid="search.saved")
    post_delete.connect(_deleted, dispatch_uid="search.deleted")
    m2m_changed.connect(_related_changed, dispatch_uid="search.m2m")
    page_rules_changed.connect(_page_rules_changed, dispatch_uid="search.page_rules")
    collection_rules_changed.connect(_collection_rules_changed, dispatch_uid="search.collection_rules")
    page_slug_changed.connect(_page_slug_changed, dispatch_uid="search.page_slug")


def _saved(sender: type, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    if raw:
        return
    for document in documents_of(sender):
        # Mark first, as the builder locks the mark before the entries: the other way round both could wait for each other.
        mark(document.kind, [instance.pk])
        _tighten(document, instance)
    _mark_dependents(sender, instance)
    _mark_parent(instance)


def _tighten(document: Any, instance: Any) -> None:
    """Take rule and liveness from the database (the instance may be a draft in memory) at once, not after the commit."""
    entries = SearchEntry.objects.filter(kind=document.kind, object_id=str(instance.pk))
    fields = {field.name for field in document.model._meta.get_fields()}
    rows = document.model._default_manager.filter(pk=instance.pk)
    if "live" in fields and not rows.filter(live=True).exists():
        entries.delete()
    elif "access_rule" in fields:
        rule_id = rows.values_list("access_rule_id", flat=True).first()
        if rule_id is not None:
            entries.exclude(rule_id=rule_id).update(rule_id=rule_id)
    elif "collection" in fields:
        rule_id = (
            CollectionAccess.objects.filter(collection_id=instance.collection_id)
            .values_list("rule_id", flat=True)
            .first()
        )
        if rule_id is not None:
            entries.exclude(rule_id=rule_id).update(rule_id=rule_id)


def _deleted(sender: type, instance: Any, **kwargs: Any) -> None:
    for document in documents_of(sender):
        SearchEntry.objects.filter(kind=document.kind, object_id=str(instance.pk)).delete()
    _mark_parent(instance)


def _mark_dependents(sender: type, instance: Any) -> None:
    """A unit that changes its name changes the entries of its services and people."""
    label = sender._meta.label if hasattr(sender, "_meta") else ""
    for document in documents().values():
        lookup = document.dependents.get(label)
        if lookup:
            rows = document.model._default_manager.filter(**{lookup: instance.pk})
            mark(document.kind, rows.values_list("pk", flat=True).distinct())


def _mark_parent(instance: Any) -> None:
    """Texts, fees and other child rows belong to the entry of their record."""
    for field in getattr(instance, "_meta", None).fields if hasattr(instance, "_meta") else ():
        if field.many_to_one and field.remote_field and type(field).__name__ == "ParentalKey":
            for document in documents_of(field.remote_field.model):
                mark(document.kind, [getattr(instance, field.attname)])


def _related_changed(instance: Any, action: str, reverse: bool, **kwargs: Any) -> None:
    if action.startswith("post_") and not reverse:
        for document in documents_of(type(instance)):
            mark(document.kind, [instance.pk])


def _page_rules_changed(paths: list[str], **kwargs: Any) -> None:
    """Set the rules of a subtree's entries with one statement, and build their texts and addresses again."""
    for path in paths:
        below = Page.objects.filter(path__startswith=path)
        ids = [str(pk) for pk in below.values_list("pk", flat=True)]
        mark("page", ids)  # before the entries, see _saved
        for start in range(0, len(ids), 500):
            from django.db.models import BigIntegerField
            from django.db.models.functions import Cast

            rule = PageAccess.objects.filter(page_id=Cast(OuterRef("object_id"), BigIntegerField())).values("rule_id")[
                :1
            ]
            SearchEntry.objects.filter(kind="page", object_id__in=ids[start : start + 500]).update(
                rule_id=Subquery(rule)
            )


def _collection_rules_changed(collection_ids: list[int], **kwargs: Any) -> None:
    document = documents().get("document")
    if document is None:
        return
    for access in CollectionAccess.objects.filter(collection_id__in=collection_ids):
        ids = [
            str(pk)
            for pk in document.model._default_manager.filter(collection_id=access.collection_id).values_list(
                "pk", flat=True
            )
        ]
        mark("document", ids)
        SearchEntry.objects.filter(kind="document", object_id__in=ids).update(rule_id=access.rule_id)


def _page_slug_changed(instance: Page, **kwargs: Any) -> None:
    mark("page", Page.objects.filter(path__startswith=instance.path).values_list("pk", flat=True))
