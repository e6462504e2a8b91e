"""Every change that can change a rule recomputes it inside the same transaction."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import m2m_changed, post_delete, post_migrate, post_save, pre_delete
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction
from wagtail.signals import post_page_move

from .models import AccessRule, PageAccess
from .pages import keep_restrictions_of, refresh_collections, refresh_pages


def connect() -> None:
    """Connect all receivers; called once by the app's ``ready``."""
    post_save.connect(_page_saved, dispatch_uid="access.page_saved")
    post_page_move.connect(_page_moved, dispatch_uid="access.page_moved")
    pre_delete.connect(_page_deleting, sender=Page, dispatch_uid="access.page_deleting")
    post_save.connect(_collection_saved, sender=Collection, dispatch_uid="access.collection_saved")
    _announce_moves(Collection)
    for sender in (PageViewRestriction, CollectionViewRestriction):
        for signal in (post_save, post_delete):
            signal.connect(_restriction_changed, sender=sender, dispatch_uid=f"access.{sender.__name__}.{id(signal)}")
        m2m_changed.connect(
            _restriction_groups_changed, sender=sender.groups.through, dispatch_uid=f"access.{sender.__name__}.groups"
        )
    post_save.connect(_group_saved, sender=Group, dispatch_uid="access.group_saved")
    pre_delete.connect(_group_deleting, sender=Group, dispatch_uid="access.group_deleting")
    post_delete.connect(_group_deleted, sender=Group, dispatch_uid="access.group_deleted")
    post_migrate.connect(_migrated, dispatch_uid="access.migrated")


def _page_saved(sender: type, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    if not raw and isinstance(instance, Page) and not PageAccess.objects.filter(page_id=instance.pk).exists():
        refresh_pages(instance.path)


def _page_moved(instance: Page, **kwargs: Any) -> None:
    refresh_pages(Page.objects.values_list("path", flat=True).get(pk=instance.pk))


def _page_deleting(instance: Page, origin: Any = None, **kwargs: Any) -> None:
    together = isinstance(origin, QuerySet) and issubclass(origin.model, Page)
    keep_restrictions_of(instance, origin.all() if together else None)


def _model_of(origin: Any) -> type:
    """Return the model of the row or rows where a deletion began."""
    return origin.model if isinstance(origin, QuerySet) else type(origin)


def _collection_saved(instance: Collection, **kwargs: Any) -> None:
    refresh_collections(Collection.objects.values_list("path", flat=True).get(pk=instance.pk))


def _announce_moves(model: type[Collection]) -> None:
    """Make ``model.move`` recompute the rules at the new place. Wagtail sends a signal for moved pages only."""
    original = model.move
    if hasattr(original, "__wrapped_by_access__"):
        return

    @wraps(original)
    def move(self: Collection, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            result = original(self, *args, **kwargs)
            _collection_saved(self)
        return result

    move.__wrapped_by_access__ = True  # type: ignore[attr-defined]
    model.move = move  # type: ignore[method-assign]


def _restriction_changed(instance: Any, origin: Any = None, **kwargs: Any) -> None:
    # Deleting a page or a collection deletes its restriction too; then there is nothing to refresh, though it is still
    # there at this moment.
    if origin is not None and _model_of(origin) is not type(instance):
        return
    if isinstance(instance, PageViewRestriction):
        path = Page.objects.filter(pk=instance.page_id).values_list("path", flat=True).first()
        if path:
            refresh_pages(path)
    else:
        path = Collection.objects.filter(pk=instance.collection_id).values_list("path", flat=True).first()
        if path:
            refresh_collections(path)


def _restriction_groups_changed(instance: Any, action: str, **kwargs: Any) -> None:
    if action in {"post_add", "post_remove", "post_clear"} and not isinstance(instance, Group):
        _restriction_changed(instance)


def _group_saved(instance: Group, created: bool, raw: bool = False, **kwargs: Any) -> None:
    if created and not raw:  # so that the group can be chosen as an audience
        AccessRule.objects.for_groups(instance)


def _group_deleting(instance: Group, **kwargs: Any) -> None:
    instance._restricted_paths = (
        list(Page.objects.filter(view_restrictions__groups=instance).values_list("path", flat=True)),
        list(Collection.objects.filter(view_restrictions__groups=instance).values_list("path", flat=True)),
    )


def _group_deleted(instance: Group, **kwargs: Any) -> None:
    pages, collections = instance._restricted_paths
    for path in pages:
        refresh_pages(path)
    for path in collections:
        refresh_collections(path)


def _migrated(app_config: Any, **kwargs: Any) -> None:
    """After the last migration: standard rules exist, and every page has the rule that the code of now gives it."""
    if app_config.label != "access":
        return
    AccessRule.objects.public()
    AccessRule.objects.signed_in()
    for group in Group.objects.all():
        AccessRule.objects.for_groups(group)
    for model, refresh in (
        (Page, refresh_pages),
        (Collection, refresh_collections),
    ):
        for path in model.objects.filter(depth=1).values_list("path", flat=True):
            refresh(path)
