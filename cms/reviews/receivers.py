"""Wagtail says that a page waits or was published: tell the right people, end what is over."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from wagtail.models import Page, TaskState
from wagtail.signals import page_published, task_submitted

from cms.notifications.services import notify_many

from .approvers import people_to_tell
from .models import EditorialApprovalTask
from .services import end_when_published


def connect() -> None:
    """Connect the receivers; called once by the app's ``ready``."""
    task_submitted.connect(_submitted, sender=TaskState, dispatch_uid="reviews.submitted")
    page_published.connect(_published, dispatch_uid="reviews.published")


def _published(sender: type, instance: Page, **kwargs: Any) -> None:
    end_when_published(page_id=instance.pk)


def _submitted(sender: type, instance: TaskState, user: Any = None, **kwargs: Any) -> None:
    task, page = instance.task.specific, instance.workflow_state.content_object
    if not isinstance(task, EditorialApprovalTask) or not isinstance(page, Page):
        return
    asker = instance.workflow_state.requested_by
    notify_many(
        topic="approval",
        template="reviews/mail/submitted.txt",
        to=people_to_tell(task, page),
        key=lambda person: f"approval-{instance.pk}-{person.pk}",
        context={
            "title": page.get_admin_display_title(),
            "asker": (asker.get_full_name() or asker.get_username()) if asker else "",
            "task": task.name,
            "url": settings.SITE_URL + reverse("wagtailadmin_pages:edit", args=[page.pk]),
        },
    )
