"""Ask somebody outside, take the answer, and what follows from it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.log_actions import log
from wagtail.models import Page, Revision, TaskState

from cms.directory.deputies import deputies_of
from cms.notifications.services import notify, notify_many

from .models import OutsideApprovalTask, OutsideComment, OutsideReview
from .places import places_of

State = OutsideReview.State
#: So many comments one review may have: nobody fills the table by a link.
MOST_COMMENTS = 200


class NotOpen(Exception):
    """The review was answered, withdrawn or has expired."""


def _may_ask(page: Page, user: Any) -> bool:
    return page.permissions_for_user(user).can_edit()


@transaction.atomic
def ask(
    *,
    page: Page,
    name: str,
    email: str,
    by: Any,
    days: int | None = None,
    message: str = "",
    language: str = "de",
    ends_on_publish: bool = True,
) -> OutsideReview:
    """Send ``email`` a link to the newest version of ``page``; earlier open questions to that address end.

    Raises PermissionDenied when ``by`` may not edit the page, ValueError when ``days`` is out of range.
    """
    if not _may_ask(page, by):
        raise PermissionDenied
    task_state = page.current_workflow_task_state
    waits = task_state is not None and isinstance(task_state.task.specific, OutsideApprovalTask)
    return _ask(
        page=page, name=name, email=email, by=by, days=days, message=message, language=language,
        ends_on_publish=ends_on_publish, task_state=task_state if waits else None,
    )  # fmt: skip


def _ask(*, page: Page, email: str, by: Any, days: int | None, task_state: Any, **values: Any) -> OutsideReview:
    days = settings.OUTSIDE_REVIEW_DAYS if days is None else days
    if not 1 <= days <= settings.OUTSIDE_REVIEW_LONGEST_DAYS:
        raise ValueError(f"A link works for 1 to {settings.OUTSIDE_REVIEW_LONGEST_DAYS} days.")
    page.outside_reviews.waiting().filter(email__iexact=email).update(state=State.WITHDRAWN, answered_at=timezone.now())
    review = OutsideReview(
        page_id=page.pk, revision=_still(page), email=email, asked_by=by, task_state=task_state,
        expires_at=timezone.now() + timedelta(days=days), **values,
    )  # fmt: skip
    _send_link(review)
    log(page, "reviews.ask", user=by, data={"review": review.pk})
    return review


def _still(page: Page) -> Revision:
    """Return a version of the newest draft that nobody overwrites.

    Autosave writes into the version of the editor's open tab; a copy on top belongs to no tab.
    """
    latest = page.get_latest_revision()
    if latest is not None and page.get_lock() is not None:
        return latest
    specific = latest.as_object() if latest is not None else page.specific
    changed = bool(specific.has_unpublished_changes)
    return specific.save_revision(user=latest.user if latest is not None else None, changed=changed, clean=False)


def _send_link(review: OutsideReview, template: str = "reviews/mail/asked.txt") -> None:
    """Give the review a new key and mail it; the former one stops working."""
    key = secrets.token_urlsafe(32)
    review.key_hash = _hash(key)
    review.save()
    with translation.override(review.language):
        url = settings.SITE_URL + reverse("reviews:review", args=[key])
    notify(
        topic="outside_review",
        template=template,
        to=review.email,
        language=review.language,
        context={
            "name": review.name,
            "asker": asker_of(review),
            "title": title_of(review),
            "message": review.message,
            "until": review.expires_at,
            "url": url,
        },
        reply_to=review.asked_by.email if review.asked_by else "",
    )


def asker_of(review: OutsideReview) -> str:
    """Return the name of who asked, as the person outside reads it."""
    by = review.asked_by
    return (by.get_full_name() or by.get_username()) if by else settings.WAGTAIL_SITE_NAME


def title_of(review: OutsideReview) -> str:
    """Return the title of the page in the version that was sent."""
    return review.revision.object_str if review.revision else review.page.get_admin_display_title()


def find(key: str) -> OutsideReview | None:
    """Return the review with this key in whatever state, None for a key nobody was sent."""
    rows = OutsideReview.objects.select_related("page", "revision", "asked_by")
    return rows.filter(key_hash=_hash(key)).first()


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def opened(*, review: OutsideReview) -> None:
    """Note that the link was opened, once."""
    OutsideReview.objects.filter(pk=review.pk, opened_at=None).update(opened_at=timezone.now())


def _locked(review: OutsideReview) -> OutsideReview:
    """Return the row, locked and open. Raises NotOpen."""
    row = OutsideReview.objects.select_for_update().get(pk=review.pk)
    if not row.is_open:
        raise NotOpen
    return row


@transaction.atomic
def comment(*, review: OutsideReview, text: str, block_id: str = "") -> OutsideComment:
    """Keep what the person wrote about a block, or about the whole page.

    Raises NotOpen; ValueError for a block this version doesn't have, or more than ``MOST_COMMENTS``.
    """
    row = _locked(review)
    places = {place.block_id: place.label for place in places_of(row.revision)}
    if block_id and block_id not in places:
        raise ValueError("This version has no such block.")
    if row.comments.count() >= MOST_COMMENTS:
        raise ValueError("There are too many comments.")
    return OutsideComment.objects.create(
        review=row, block_id=block_id, block_label=places.get(block_id, "")[:200], text=text
    )


@transaction.atomic
def answer(*, review: OutsideReview, approved: bool, text: str = "") -> None:
    """Take the answer: tell who asked, and let the workflow that waits for it go on or back.

    Raises NotOpen; ValueError when changes are wanted without a word which (a comment is one, too).
    """
    row = _locked(review)
    if not approved and not text and not row.comments.exists():
        raise ValueError("Say what should change.")
    row.state = State.APPROVED if approved else State.CHANGES
    row.answer, row.answered_at = text, timezone.now()
    row.save(update_fields=["state", "answer", "answered_at"])
    log(row.page, "reviews.approved" if approved else "reviews.changes", data={"review": row.pk})
    _tell_askers(row)
    waiting = row.task_state
    if waiting is not None and waiting.status == TaskState.STATUS_IN_PROGRESS:
        waiting.task.specific.on_action(
            waiting, user=row.asked_by, action_name="approve" if approved else "reject", comment=_words(row)
        )


def _words(review: OutsideReview) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        said = translation.gettext("%(name)s (from outside): %(answer)s")
        return said % {"name": review.name, "answer": review.answer or review.state_text}


def _tell_askers(review: OutsideReview) -> None:
    """Write to who asked and, while that person is absent, to the deputies, as far as they may edit the page."""
    if review.asked_by is None:
        return
    deputies = [user for user in deputies_of(review.asked_by) if _may_ask(review.page, user)]
    notify_many(
        topic="outside_answer",
        template="reviews/mail/answered.txt",
        to=[review.asked_by, *deputies],
        key=lambda user: f"outside-review-{review.pk}-{user.pk}",
        context={
            "name": review.name,
            "title": title_of(review),
            "approved": review.state == State.APPROVED,
            "answer": review.answer,
            "comments": review.comments.count(),
            "url": settings.SITE_URL + reverse("wagtailadmin_pages:edit", args=[review.page_id]),
        },
    )


@transaction.atomic
def withdraw(*, review: OutsideReview, by: Any) -> None:
    """End the question at once; the link says so. Raises PermissionDenied."""
    if not _may_ask(review.page, by):
        raise PermissionDenied
    rows = OutsideReview.objects.filter(pk=review.pk).exclude(state=State.WITHDRAWN)
    if rows.update(state=State.WITHDRAWN, answered_at=timezone.now()):
        log(review.page, "reviews.withdraw", user=by, data={"review": review.pk})


@transaction.atomic
def ask_again(*, review: OutsideReview, by: Any) -> OutsideReview:
    """Show the person the newest version by a new link; comments stay with the review. The former link ends.

    Raises PermissionDenied.
    """
    if not _may_ask(review.page, by):
        raise PermissionDenied
    row = OutsideReview.objects.select_for_update(of=("self",)).select_related("page").get(pk=review.pk)
    row.revision = _still(row.page)
    row.state, row.answer, row.answered_at, row.opened_at = State.OPEN, "", None, None
    row.asked_by = by
    row.expires_at = timezone.now() + timedelta(days=settings.OUTSIDE_REVIEW_DAYS)
    current = row.page.current_workflow_task_state
    row.task_state = current if current and isinstance(current.task.specific, OutsideApprovalTask) else None
    _send_link(row, "reviews/mail/asked_again.txt")
    log(row.page, "reviews.ask", user=by, data={"review": row.pk})
    return row


@transaction.atomic
def resolve(*, comment: OutsideComment, by: Any, resolved: bool = True) -> None:
    """Tick a comment off, or open it again. Raises PermissionDenied."""
    if not _may_ask(comment.review.page, by):
        raise PermissionDenied
    comment.resolved_at, comment.resolved_by = (timezone.now(), by) if resolved else (None, None)
    comment.save(update_fields=["resolved_at", "resolved_by"])
    log(comment.review.page, "reviews.resolve", user=by, data={"comment": comment.pk})


@transaction.atomic
def begin_waiting(*, task: OutsideApprovalTask, task_state: TaskState, by: Any) -> None:
    """Connect a workflow's step with the open questions about the page; ask the step's own person if nobody was asked."""
    page = task_state.workflow_state.content_object
    if not isinstance(page, Page):
        return
    newest = task_state.revision.content
    for review in page.outside_reviews.waiting().select_related("revision"):
        if same_text(review.revision.content, newest):
            review.task_state = task_state
            review.save(update_fields=["task_state"])
    if task.reviewer_email and not page.outside_reviews.waiting().filter(task_state=task_state).exists():
        _ask(
            page=page, name=task.reviewer_name, email=task.reviewer_email, by=by, days=None, message="",
            language=settings.LANGUAGE_CODE, ends_on_publish=True, task_state=task_state,
        )  # fmt: skip


#: What differs between two versions that read the same.
_BESIDES = {"latest_revision", "latest_revision_created_at", "has_unpublished_changes", "draft_title", "live",
            "live_revision", "last_published_at", "first_published_at", "wagtail_admin_comments"}  # fmt: skip


def same_text(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether two versions of a page read the same."""
    names = (one.keys() | other.keys()) - _BESIDES
    return all(one.get(name) == other.get(name) for name in names)


def end_when_published(*, page_id: int) -> int:
    """End the questions about a page that is being published, where whoever asked wanted that; return how many."""
    rows = OutsideReview.objects.filter(page_id=page_id, state=State.OPEN, ends_on_publish=True)
    return rows.update(state=State.WITHDRAWN, answered_at=timezone.now())
