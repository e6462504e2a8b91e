"""What happens when a workflow ends. Wagtail imports this before its models, so nothing of them is imported here."""

from __future__ import annotations

from typing import Any

from wagtail.workflows import publish_workflow_state


def publish_when_released(workflow_state: Any, user: Any = None) -> None:
    """Publish what was approved, or leave the draft to those who may release it."""
    from wagtail.models import Page

    from .release import may_release

    subject = workflow_state.content_object
    if not isinstance(subject, Page) or may_release(user, subject):
        publish_workflow_state(workflow_state, user=user)
