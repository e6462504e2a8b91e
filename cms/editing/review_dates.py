"""Who answers for a page, when it is looked at again, and who is reminded of it."""

from __future__ import annotations

import calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from cms.directory.deputies import deputies_of, represented_by
from cms.notifications.services import notify

from .models import EditingPolicy, PageReview

TOPIC = "page_reviews"


@dataclass(frozen=True)
class Care:
    """What holds for a page: its own values or those of the nearest section above that hands its own down."""

    owner: Any
    unit: Any
    months: int
    from_section: Page | None = None

    def __bool__(self) -> bool:
        return bool(self.owner or self.unit)


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class Inheritance:
    """All rows that hand something down, read once; answers for any number of pages without further queries."""

    def __init__(self, policy: EditingPolicy | None = None) -> None:
        rows = PageReview.objects.filter(for_below=True).select_related("page", "owner", "unit__head")
        self.by_path = {row.page.path: row for row in rows}
        self.months = (policy or EditingPolicy.objects.first() or EditingPolicy()).review_months

    def care(self, path: str, own: PageReview | None) -> Care:
        """Return what holds for the page at ``path`` with its ``own`` row."""
        above = [self.by_path[path[:end]] for end in range(len(path) - 4, 0, -4) if path[:end] in self.by_path]
        owner, unit = (own.owner, own.unit) if own else (None, None)
        section = None
        if not owner and not unit:
            section = next((row for row in above if row.owner or row.unit), None)
            owner, unit = (section.owner, section.unit) if section else (None, None)
        months = own.months if own else None
        months = months or next((row.months for row in above if row.months), None) or self.months
        return Care(owner, unit, months, section.page if section else None)


def care_of(page: Page) -> Care:
    """Return who answers for ``page`` (also one that is not stored yet but has a path) and how often it is reviewed."""
    own = PageReview.objects.filter(page_id=page.pk).select_related("owner", "unit").first() if page.pk else None
    return Inheritance().care(page.path, own)


def answers_for(page: Page) -> bool:
    """Return whether somebody answers for ``page``."""
    return bool(care_of(page))


def _demand_edit(page: Page, user: Any) -> None:
    if not page.permissions_for_user(user).can_edit():
        raise PermissionDenied


@transaction.atomic
def set_review(
    *, page: Page, user: Any, owner: Any, unit: Any, months: int | None, for_below: bool, next_on: date | None
) -> PageReview:
    """Store who answers for ``page`` and when it is next reviewed (None: after the interval from today).

    Raises PermissionDenied for who may not edit the page; ValidationError for owner and office at once, or a date
    that has passed and was not the stored one.
    """
    _demand_edit(page, user)
    own = PageReview.objects.filter(page_id=page.pk).first() or PageReview(page_id=page.pk)
    today = timezone.localdate()
    if owner and unit:
        raise ValidationError({"unit": _("Choose a person or an office, not both.")})
    if next_on and next_on < today and next_on != own.next_on:
        raise ValidationError({"next_on": _("This date has passed.")})
    own.owner, own.unit, own.months, own.for_below = owner, unit, months, for_below
    own.next_on = next_on or add_months(today, Inheritance().care(page.path, own).months)
    own.full_clean(validate_unique=False)
    own.save()
    log(instance=page, action="editing.review_date", user=user)
    return own


def change_review(
    *, page: Page, user: Any, owner: Any = None, unit: Any = None, next_on: date | None = None
) -> PageReview:
    """Change of the care for ``page`` only what is given; a new owner takes the place of an office, and the other way round.

    Raises what :func:`set_review` raises.
    """
    own = PageReview.objects.filter(page_id=page.pk).select_related("owner", "unit").first() or PageReview()
    if not owner and not unit:
        owner, unit = own.owner, own.unit
    return set_review(
        page=page, user=user, owner=owner, unit=unit, months=own.months, for_below=own.for_below,
        next_on=next_on or own.next_on,
    )  # fmt: skip


@transaction.atomic
def confirm(*, page: Page, user: Any) -> PageReview:
    """Note that ``page`` is still right. Makes no new version; the date on the page follows. Raises PermissionDenied."""
    _demand_edit(page, user)
    today = timezone.localdate()
    own = PageReview.objects.filter(page_id=page.pk).select_related("owner", "unit").first() or PageReview(
        page_id=page.pk
    )
    own.last_on, own.last_by = today, user
    own.next_on = add_months(today, Inheritance().care(page.path, own).months)
    own.save()
    _show_on_page(page, today)
    log(instance=page, action="editing.reviewed", user=user)
    return own


def _show_on_page(page: Page, day: date) -> None:
    """Set the date that page types show, in the live page and in the draft, which would bring the old one back."""
    model = page.specific_class
    if model is None or not any(field.name == "reviewed_at" for field in model._meta.fields):
        return
    model._default_manager.filter(pk=page.pk).update(reviewed_at=day)
    if page.latest_revision_id and (revision := Revision.objects.filter(pk=page.latest_revision_id).first()):
        revision.content["reviewed_at"] = day.isoformat()
        Revision.objects.filter(pk=revision.pk).update(content=revision.content)


def give_dates() -> int:
    """Give every live page without a review date one: an interval after it was last published. Return how many."""
    inherited = Inheritance()
    today = timezone.localdate()
    pages = Page.objects.filter(live=True, depth__gt=1, review=None).values_list("pk", "path", "last_published_at")
    rows = []
    for pk, path, published in pages.iterator(chunk_size=2000):
        since = timezone.localtime(published).date() if published else today
        rows.append(PageReview(page_id=pk, next_on=add_months(since, inherited.care(path, None).months)))
    PageReview.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return len(rows)


def due(until: date) -> Any:
    """Return the rows of live pages whose review date is not after ``until``, oldest first."""
    rows = PageReview.objects.filter(page__live=True, next_on__lte=until)
    return rows.select_related("page", "owner", "unit__head").order_by("next_on", "page_id")


def remind() -> int:
    """Send each owner, and whoever stands in, one mail a week about all pages due soon or overdue; return how many."""
    policy = EditingPolicy.objects.first() or EditingPolicy()
    today = timezone.localdate()
    inherited = Inheritance(policy)
    by_recipient: dict[Any, list[PageReview]] = defaultdict(list)
    standing_in: dict[Any, list[Any]] = {}
    for row in due(today + timedelta(days=policy.remind_days)):
        for recipient in recipients(inherited.care(row.page.path, row), standing_in):
            by_recipient[recipient].append(row)
    year, week, _day = today.isocalendar()
    count = 0
    for recipient, rows in by_recipient.items():
        who = recipient if isinstance(recipient, str) else recipient.pk
        sent = notify(
            topic=TOPIC,
            template="editing/mail/reviews.txt",
            to=recipient,
            key=f"reviews-{year}-{week}-{who}",
            context={
                "rows": rows[:30],
                "number": len(rows),
                "today": today,
                "site_url": settings.SITE_URL,
                "url": reverse("editing_reviews"),
            },
        )
        count += sent is not None
    return count


def accounts_of(user: Any) -> set[Any]:
    """Return the keys of the accounts whose pages are the work of ``user`` today: the own, and those of people away."""
    return {user.pk, *(person.account_id for person in represented_by(user) if person.account_id)}


def is_work_of(accounts: set[Any], care: Care) -> bool:
    """Return whether one of ``accounts`` answers for a page, itself or as head of the office."""
    head = care.unit.head if care.unit else None
    return (care.owner.pk if care.owner else head.account_id if head else None) in accounts


def recipients(care: Care, known: dict[Any, list[Any]] | None = None) -> list[Any]:
    """Return who is told about a page: the owner or the head of the office with deputies, else the office's address.

    ``known``: what was found for other pages; accounts that are switched off get nothing.
    """
    known = {} if known is None else known
    head = care.unit.head.account if care.unit and care.unit.head else None
    account = care.owner or head
    if account is None or not account.is_active:
        return [care.unit.email] if care.unit and care.unit.email else []
    if account.pk not in known:
        known[account.pk] = [account, *deputies_of(account)]
    return known[account.pk]
