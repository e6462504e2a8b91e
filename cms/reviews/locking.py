"""Locks with a reason: whoever finds a page locked reads why."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.locks import BaseLock, BasicLock
from wagtail.log_actions import log
from wagtail.models import Page

from .models import LockReason


class ReasonedLock(BasicLock):
    """Wagtail's lock, which says why as well."""

    def get_message(self, user: Any) -> Any:
        """Return Wagtail's sentence, and the reason where one was given."""
        message, reason = super().get_message(user), reason_of(self.object)
        return format_html("{} {}", message, _("Reason: %(reason)s") % {"reason": reason}) if reason else message


class LockedWithReason:
    """Mixin of page types: their lock has a reason, which goes with the lock."""

    def get_lock(self) -> BaseLock | None:
        """Return what keeps the page from being changed, None when nothing does."""
        lock = super().get_lock()  # type: ignore[misc]
        return ReasonedLock(self) if type(lock) is BasicLock else lock

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Store the page; whoever unlocks it, wherever, takes the reason away."""
        saved = super().save(*args, **kwargs)  # type: ignore[misc]
        if "locked" in (kwargs.get("update_fields") or ()) and not self.locked:  # type: ignore[attr-defined]
            LockReason.objects.filter(page_id=self.pk).delete()  # type: ignore[attr-defined]
        return saved


def reason_of(page: Page) -> str:
    """Return why ``page`` is locked, "" when nobody said so. What was written for an earlier lock does not count."""
    if not page.locked:
        return ""
    rows = LockReason.objects.filter(page_id=page.pk, locked_at=page.locked_at)
    return rows.values_list("reason", flat=True).first() or ""


def may_lock(*, page: Page, user: Any) -> bool:
    """Return whether ``user`` may lock ``page`` or say why it is locked: who locked it may, and who may lock it."""
    if page.locked:
        return page.locked_by_id == user.pk or page.permissions_for_user(user).can_unlock()
    return page.permissions_for_user(user).can_lock()


@transaction.atomic
def lock(*, page: Page, by: Any, reason: str) -> None:
    """Lock ``page`` for everybody but ``by`` and say why; of a locked page only the reason changes.

    Raises PermissionDenied.
    """
    row = type(page)._default_manager.select_for_update(of=("self",)).get(pk=page.pk)
    if not may_lock(page=row, user=by):
        raise PermissionDenied
    if not row.locked:
        row.locked, row.locked_by, row.locked_at = True, by, timezone.now()
        row.save(update_fields=["locked", "locked_by", "locked_at"])
        log(row, "wagtail.lock", user=by)
    LockReason.objects.update_or_create(page_id=row.pk, defaults={"reason": reason, "locked_at": row.locked_at})
