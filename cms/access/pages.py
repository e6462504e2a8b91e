"""Keep the rule of each page and collection equal to the restrictions above it, by set-based updates."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
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
    """Recompute the rules of the page at ``path``, of all below it and of their translations; sends ``page_rules_changed``."""
    waiting, done = [path], set()
    while waiting:
        place = waiting.pop()
        if place not in done:
            done.add(place)
            _refresh(Page, PageAccess, "page", PageViewRestriction, place)
            page_rules_changed.send(sender=Page, paths=[place])
            waiting += _translated_places(place)


def _translated_places(path: str) -> list[str]:
    """Return where translations of the German pages at and below ``path`` begin; none for a path in another language."""
    german = Page.objects.filter(path__startswith=path, locale__language_code=settings.LANGUAGE_CODE)
    twins = Page.objects.exclude(locale__language_code=settings.LANGUAGE_CODE)
    found: list[str] = []
    for place in (
        twins.filter(translation_key__in=german.values("translation_key"))
        .order_by("path")
        .values_list("path", flat=True)
    ):
        if not found or not place.startswith(found[-1]):
            found.append(place)
    return found


def _clauses_of_sources(path: str, ancestors: list[str]) -> dict[str, list[list[dict[str, str]]]]:
    """Return what the German originals of the translations around ``path`` ask for: a translation is never read by more.

    Wagtail's restrictions follow one tree; a translation stands in another one.
    """
    twins = Page.objects.exclude(locale__language_code=settings.LANGUAGE_CODE).filter(
        Q(path__in=ancestors) | Q(path__startswith=path)
    )
    source = PageAccess.objects.filter(
        page__translation_key=OuterRef("translation_key"), page__locale__language_code=settings.LANGUAGE_CODE
    ).exclude(rule=AccessRule.objects.public())
    places = dict(
        twins.annotate(asked=Subquery(source.values("rule")[:1])).exclude(asked=None).values_list("path", "asked")
    )
    rules = AccessRule.objects.in_bulk(set(places.values()))
    return {place: rules[rule].clauses for place, rule in places.items()}


def restrictions_of(page: Page, own: QuerySet[PageViewRestriction]) -> QuerySet[PageViewRestriction]:
    """Return ``own`` (what Wagtail finds in the page's tree) and the restrictions of the German pages it translates."""
    if page.locale.language_code == settings.LANGUAGE_CODE:
        return own
    keys = page.get_ancestors(inclusive=True).values("translation_key")
    german = Page.objects.filter(locale__language_code=settings.LANGUAGE_CODE, translation_key__in=keys)
    paths = {
        path[:end]
        for path in german.values_list("path", flat=True)
        for end in range(Page.steplen, len(path) + 1, Page.steplen)
    }
    return PageViewRestriction.objects.filter(Q(pk__in=own.values("pk")) | Q(page__path__in=paths))


def keep_restrictions_of(page: Page, deleted: QuerySet | None = None) -> None:
    """Give the translations of a German page that is going to be deleted its restrictions as their own.

    ``deleted``: what is deleted together with it.
    """
    access = PageAccess.objects.select_related("rule").filter(page_id=page.pk).first()
    if access is None or access.rule.is_public or page.locale.language_code != settings.LANGUAGE_CODE:
        return
    together = {other.pk for other in deleted} if deleted is not None else set()
    for twin in Page.objects.filter(translation_key=page.translation_key).exclude(pk__in=together | {page.pk}):
        for clause in access.rule.clauses:
            who = [item["who"] for item in clause]
            groups = [name.removeprefix("group:") for name in who if name.startswith("group:")]
            kind = PageViewRestriction.LOGIN if SIGNED_IN in who else PageViewRestriction.GROUPS
            PageViewRestriction.objects.create(page=twin, restriction_type=kind).groups.set(groups)


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
    if node is Page:
        for place, found in _clauses_of_sources(path, ancestors).items():
            clauses[place] += found
    inside = sorted(place for place in clauses if place.startswith(path))
    kept: dict[str, list[list[dict[str, str]]]] = {place: clauses[place] for place in ancestors if place in clauses}
    for place in [path, *(place for place in inside if place != path)]:
        above = [clause for other, found in kept.items() if place.startswith(other) for clause in found]
        own = [clause for clause in clauses.get(place, []) if clause not in above]
        if place != path and not own:
            continue  # nothing new: what stands above already says it
        kept[place] = own
        above += own
        rule = AccessRule.objects.intern(above)
        access.objects.filter(**{f"{name}__path__startswith": place}).exclude(rule=rule).update(rule=rule)
