"""Where those upload whose role is limited to a page: a collection of the page, as closed as the page is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, Page

from cms.access.models import AccessRule, PageAccess
from cms.access.rules import implies
from cms.access.uploads import collection_for
from cms.accounts.models import DerivedGroup

from .models import PageCollection

#: Wagtail checks rights on media by its own models' permissions, whatever model is in use. "add": change own ones.
RIGHTS = ("add_image", "choose_image", "add_document", "choose_document")


@transaction.atomic
def give_collection(*, group: Group, page: Page, rule: AccessRule | None = None) -> Collection:
    """Let ``group`` upload into a collection of ``page`` and choose from it; return the collection.

    ``rule``: as closed as this at least, by default as the page. Safe to repeat.
    """
    if rule is None:
        access = PageAccess.objects.select_related("rule").filter(page=page).first()
        rule = access.rule if access else AccessRule.objects.public()
    collection = _collection(page, rule)
    permissions = Permission.objects.filter(
        content_type__app_label__in=["wagtailimages", "wagtaildocs"], codename__in=RIGHTS
    )
    for permission in permissions:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
    return collection


def _collection(page: Page, rule: AccessRule) -> Collection:
    for row in PageCollection.objects.filter(page=page).select_related("collection__access__rule").order_by("pk"):
        if implies(row.collection.access.rule.clauses, rule.clauses):
            return row.collection
    parent = collection_for(rule) if rule.clauses else Collection.get_first_root_node()
    collection = parent.add_child(name=page.title[:255])
    PageCollection.objects.create(page=page, collection=collection)
    return collection


def collection_of_section(*, user: Any, page: Page, rule: AccessRule) -> Collection | None:
    """Return where a user whose role is limited to a page uploads for ``page``, which has become as closed as ``rule``.

    None for everybody else.
    """
    groups = DerivedGroup.objects.filter(group__user=user).select_related("group")
    above = {found.pk: found for found in page.get_ancestors(inclusive=True)}
    for derived in groups:
        if derived.page_id in above:
            return give_collection(group=derived.group, page=above[derived.page_id], rule=rule)
    return None
