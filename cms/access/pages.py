"""Keep the rule of each page and collection equal to the restrictions above it, by set-based updates."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from wagtail.models import BaseViewRestriction, Collection, CollectionViewRestriction, Page, PageViewRestriction

from cms.plugins.switches import switched_off

from .models import NOBODY, SIGNED_IN, AccessRule, CollectionAccess, PageAccess, principal
from .rules import rule_ids_for
from .signals import collection_rules_changed, page_rules_changed


def clause_of(restriction: BaseViewRestriction) -> list[dict[str, str]]:
    """Return the clause of one Wagtail view restriction. Shared passwords are switched off: nobody passes one."""
    if restriction.restriction_type == BaseViewRestriction.LOGIN:
        return [principal(SIGNED_IN)]
    if restriction.restriction_type == BaseViewRestriction.GROUPS:
        groups = [principal(f"group:{group.pk}") for group in restriction.groups.all()]
        return groups or [principal(NOBODY)]
    return [principal(NOBODY)]


def visible_pages(reader: Any, queryset: QuerySet[Page] | None = None) -> QuerySet[Page]:
    """Return the live pages of ``queryset`` (default: all) that ``reader`` (user or request) may see.

    Pages whose type belongs to a plugin that is switched off are seen by nobody.
    """
    pages = Page.objects.all() if queryset is None else queryset
    if off := switched_off():
        pages = pages.exclude(content_type__app_label__in=off)
    # What has expired is gone to the second, even before anybody withdrew it.
    unexpired = Q(expire_at__isnull=True) | Q(expire_at__gt=timezone.now())
    return pages.filter(unexpired, live=True, access__rule__among=rule_ids_for(reader))


def visible_in_collections(reader: Any, queryset: QuerySet) -> QuerySet:
    """Return the media (images, documents) of ``queryset`` whose collection ``reader`` may see."""
    return queryset.filter(collection__access__rule__among=rule_ids_for(reader))


def refresh_pages(path: str) -> None:
    """Recompute the rules of the page at ``path`` and of all below it; sends ``page_rules_changed``."""
    _refresh(Page, PageAccess, "page", PageViewRestriction, path)
    page_rules_changed.send(sender=Page, paths=[path])


def refresh_collections(path: str) -> None:
    """Recompute the rules of the collection at ``path`` and of all below it."""
    _refresh(Collection, CollectionAccess, "collection", CollectionViewRestriction, path)
    ids = list(Collection.objects.filter(path__startswith=path).values_list("pk", flat=True))
    collection_rules_changed.send(sender=Collection, collection_ids=ids)


@transaction.atomic
def _refresh(node: type[Model], access: type[Model], name: str, restriction: type[Model], path: str) -> None:
    """Set the rules below ``path``: one update for the subtree, then one for each restricted node in it."""
    step = node.steplen
    ancestors = [path[:length] for length in range(step, len(path), step)]
    clauses: dict[str, list[list[dict[str, str]]]] = defaultdict(list)
    relevant = restriction.objects.select_related(name).prefetch_related("groups")
    for item in [
        *relevant.filter(**{f"{name}__path__in": ancestors}),
        *relevant.filter(**{f"{name}__path__startswith": path}),
    ]:
        clauses[getattr(item, name).path].append(clause_of(item))
    missing = node.objects.filter(path__startswith=path, access=None).values_list("pk", flat=True)
    public = AccessRule.objects.public()
    access.objects.bulk_create(
        [access(**{f"{name}_id": pk, "rule": public}) for pk in missing.iterator()],
        batch_size=500,
        ignore_conflicts=True,
    )
    inside = sorted(place for place in clauses if place.startswith(path))
    for place in [path, *(place for place in inside if place != path)]:
        above = [clause for other, found in clauses.items() if place.startswith(other) for clause in found]
        rule = AccessRule.objects.intern(above)
        access.objects.filter(**{f"{name}__path__startswith": place}).exclude(rule=rule).update(rule=rule)
