"""Writes: what a translation says is recorded, confirmed and tested."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation

from .models import EasyCheck, Origin
from .release import EASY, holds
from .states import source_of


def note_published(page: Page) -> None:
    """Record which version of the German page a translation says, when it has just been published.

    By hand: the first time it says what is published now; later only somebody can tell (:func:`confirm`). By
    wagtail-localize: what was there when its text was taken over, once every word is translated.
    """
    source = source_of(page)
    if source is None:
        return
    synced = Translation.objects.filter(
        enabled=True, source__object_id=page.translation_key, target_locale=page.locale_id
    ).select_related("source")
    if (translation := synced.first()) is not None:
        if not source.waiting:
            _record(page, source, translation.source.last_updated_at)
    elif not Origin.objects.filter(page=page).exists():
        _record(page, source, source.last_published_at or timezone.now())


def _record(page: Page, source: Page, seen_at: Any) -> None:
    revisions = source.revisions.filter(created_at__lte=seen_at).order_by("-created_at")
    current = source.live_revision if source.last_published_at and source.last_published_at <= seen_at else None
    Origin.objects.update_or_create(
        page_id=page.pk, defaults={"revision": current or revisions.first(), "seen_at": seen_at}
    )


@transaction.atomic
def confirm(*, page: Page, user: Any) -> None:
    """Record that ``page`` says what its German page says now. Raises PermissionDenied, ValueError without a source."""
    if not page.permissions_for_user(user).can_edit():
        raise PermissionDenied
    source = source_of(page)
    if source is None:
        raise ValueError("Only a translation can be up to date with its source.")
    _record(page, source, timezone.now())
    log(page, "languages.confirm", user=user)


@transaction.atomic
def record_check(*, page: Page, user: Any, checked_by: str, checked_on: date) -> EasyCheck:
    """Record who tested a page in Leichte Sprache.

    Raises PermissionDenied for who may not release such pages, ValidationError for a date to come, ValueError for
    another language.
    """
    if not holds(user, EASY) or not page.permissions_for_user(user).can_edit():
        raise PermissionDenied
    if page.locale.language_code != settings.EASY_LANGUAGE:
        raise ValueError("Only pages in Leichte Sprache are tested by readers.")
    check = EasyCheck(page_id=page.pk, checked_by=checked_by, checked_on=checked_on)
    check.full_clean(exclude=["page"])
    EasyCheck.objects.update_or_create(
        page_id=page.pk, defaults={"checked_by": check.checked_by, "checked_on": check.checked_on}
    )
    log(page, "languages.tested", user=user)
    return check


@transaction.atomic
def begin_by_hand(*, source: Page, language: str, user: Any) -> Page:
    """Create the draft of a translation that is written anew instead of sentence by sentence; return it.

    It has the title of ``source``, which is never shown before somebody published it, and no text. Raises
    PermissionDenied when ``user`` may not read and change the source or add pages where the new one goes,
    ValueError when there is one already.
    """
    locale = Locale.objects.get_or_create(language_code=language)[0]
    if not may_translate(user=user, source=source, language=language):
        raise PermissionDenied
    page = Page.objects.filter(translation_key=source.translation_key, locale=locale).specific().first()
    if page is None:
        page = source.specific.copy_for_translation(locale, copy_parents=True, exclude_fields=["body", "summary"])
    elif page.alias_of_id is None:
        raise ValueError("The page is translated already.")
    page.alias_of = None
    page.live, page.body, page.summary, page.owner = False, [], "", user
    page.save()
    page.save_revision(user=user)
    log(page, "languages.begin", user=user)
    return page


def may_translate(*, user: Any, source: Page, language: str) -> bool:
    """Return whether ``user`` may change ``source`` and add pages at the place of its translation."""
    if not source.permissions_for_user(user).can_edit():
        return False
    above = source.get_parent()
    while above is not None and above.depth > 1:
        twin = Page.objects.filter(translation_key=above.translation_key, locale__language_code=language).first()
        if twin is not None:
            return twin.specific.permissions_for_user(user).can_add_subpage()
        above = above.get_parent()
    return above is not None and above.permissions_for_user(user).can_add_subpage()
