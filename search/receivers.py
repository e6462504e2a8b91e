"""Changes of records, pages and rules reach the search inside the changing transaction."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat, Substr
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from wagtail.models import Page

from cms.access.models import CollectionAccess, PageAccess
from cms.access.signals import collection_rules_changed, page_rules_changed
from cms.content.models import HomePage
from cms.plugins.signals import plugin_switched

from . import curation, synonyms
from .documents import documents, documents_of
from .indexing import mark, note_shipment
from .models import BestBet, SearchEntry, Synonym
from .models.shipping import entries_noted


def connect() -> None:
    """Connect all receivers; called once by the app's ``ready``."""
    post_save.connect(_saved, dispatch_uid="search.saved")
    pre_delete.connect(_deleting, dispatch_uid="search.deleting")
    post_delete.connect(_deleted, dispatch_uid="search.deleted")
    m2m_changed.connect(_related_changed, dispatch_uid="search.m2m")
    page_rules_changed.connect(_page_rules_changed, dispatch_uid="search.page_rules")
    for signal in (post_save, post_delete):
        signal.connect(synonyms.remembered.changed, sender=Synonym, dispatch_uid=f"search.synonyms.{id(signal)}")
        signal.connect(curation.bets.changed, sender=BestBet, dispatch_uid=f"search.bets.{id(signal)}")
    plugin_switched.connect(_plugin_switched, dispatch_uid="search.plugin_switched")
    entries_noted.connect(_entries_noted, dispatch_uid="search.entries_noted")
    collection_rules_changed.connect(_collection_rules_changed, dispatch_uid="search.collection_rules")


def _saved(sender: type, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    if raw:
        return
    for document in documents_of(sender):
        # Mark first, as the builder locks the mark before the entries: the other way round both could wait for each other.
        mark(document.kind, [instance.pk])
        _tighten(document, instance)
    if isinstance(instance, Page):
        _readdress(instance)
    _mark_dependents(sender, instance.pk)
    _mark_parent(instance)


def _readdress(page: Page) -> None:
    """Give the entries of a page whose slug changed, and all below it, their new addresses.

    Wagtail's own signal for that comes after the commit, and when the page is saved the pages below still have
    their old paths; so the beginning of the stored addresses is replaced.
    """
    before = SearchEntry.objects.filter(kind="page", object_id=str(page.pk)).values_list("url", "page_path").first()
    path = Page.objects.filter(pk=page.pk).values_list("url_path", "path").first()
    home = next(
        (home for home in HomePage.objects.select_related("locale") if path and path[1].startswith(home.path)), None
    )
    if before is None or path is None or home is None:
        return
    language = home.locale.language_code
    after = ("/" if language == settings.LANGUAGE_CODE else f"/{language}/") + path[0][len(home.url_path) :]
    if after != before[0]:
        below = SearchEntry.objects.filter(kind="page", page_path__startswith=path[1], url__startswith=before[0])
        mark("page", below.values_list("object_id", flat=True))
        below.update(url=Concat(Value(after), Substr("url", len(before[0]) + 1), output_field=CharField()))


def _tighten(document: Any, instance: Any) -> None:
    """Take rule and liveness from the database (the instance may be a draft in memory) at once, not after the commit."""
    entries = SearchEntry.objects.filter(kind=document.kind, object_id=str(instance.pk))
    fields = {field.name for field in document.model._meta.get_fields()}
    rows = document.model._default_manager.filter(pk=instance.pk)
    if "live" in fields and not rows.filter(live=True).exists():
        entries.update(is_live=False)  # the entries themselves go when they are built again
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


def _deleting(sender: type, instance: Any, **kwargs: Any) -> None:
    """Who refers to a record that goes is built again: its name must not stay in their entries."""
    _mark_dependents(sender, instance.pk)


def _mark_dependents(sender: type, pk: Any) -> None:
    """A unit that changes its name changes the entries of its services and people."""
    label = sender._meta.label if hasattr(sender, "_meta") else ""
    for document in documents().values():
        lookup = document.dependents.get(label)
        if lookup:
            rows = document.model._default_manager.filter(**{lookup: pk})
            mark(document.kind, rows.values_list("pk", flat=True).distinct())


def _mark_parent(instance: Any) -> None:
    """Texts, fees, hours and other child rows belong to the entry of their record, and to those that show it."""
    for field in getattr(instance, "_meta", None).fields if hasattr(instance, "_meta") else ():
        if field.many_to_one and field.remote_field and type(field).__name__ == "ParentalKey":
            pk = getattr(instance, field.attname)
            for document in documents_of(field.remote_field.model):
                mark(document.kind, [pk])
            _mark_dependents(field.remote_field.model, pk)


def _related_changed(instance: Any, action: str, reverse: bool, **kwargs: Any) -> None:
    if action.startswith("post_") and not reverse:
        for document in documents_of(type(instance)):
            mark(document.kind, [instance.pk])


def _entries_noted(**kwargs: Any) -> None:
    note_shipment()


def _plugin_switched(config: Any, **kwargs: Any) -> None:
    """The blocks of a plugin belong to the text of the pages they stand on, while it is on."""
    if config.manifest.blocks:
        mark("page", Page.objects.filter(depth__gt=1).values_list("pk", flat=True))


def _page_rules_changed(paths: list[str], **kwargs: Any) -> None:
    for path in paths:
        _place_pages(path)


def _place_pages(path: str) -> None:
    """Set rule, tree path, liveness and address of a subtree's entries by statements over sets; texts follow after."""
    below = Page.objects.filter(path__startswith=path)
    ids = [str(pk) for pk in below.values_list("pk", flat=True)]
    mark("page", ids)  # before the entries, see _saved
    page = Page.objects.filter(pk=Cast(OuterRef("object_id"), BigIntegerField()))
    rule = PageAccess.objects.filter(page_id=Cast(OuterRef("object_id"), BigIntegerField()))
    homes = list(HomePage.objects.select_related("locale"))
    for start in range(0, len(ids), 500):
        entries = SearchEntry.objects.filter(kind="page", object_id__in=ids[start : start + 500])
        entries.update(
            rule_id=Subquery(rule.values("rule_id")[:1]),
            page_path=Subquery(page.values("path")[:1]),
            is_live=Subquery(page.values("live")[:1]),
        )
        for home in homes:
            language = home.locale.language_code
            prefix = "/" if language == settings.LANGUAGE_CODE else f"/{language}/"
            rest = Substr(Subquery(page.values("url_path")[:1]), len(home.url_path) + 1)
            entries.filter(page_path__startswith=home.path).update(
                url=Concat(Value(prefix), rest, output_field=CharField())
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
