"""Set up the city's workflow, from ``fixtures/reviews.yaml``."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from wagtail.models import Page, Workflow, WorkflowPage, WorkflowTask

from cms.accounts.models import RoleSettings
from cms.accounts.roles import EDITORS_GROUP, SECTION_EDITORS_GROUP

from .models import EditorialApprovalTask, OutsideApprovalTask, OutsideReview
from .services import ask, comment

ROLES = (EDITORS_GROUP, SECTION_EDITORS_GROUP)


def load(data: dict[str, Any], report: Any) -> None:
    """Create workflows that don't exist yet and give them to their pages; deputies get the roles of absent editors."""
    for group in Group.objects.filter(name__in=ROLES):
        RoleSettings.objects.get_or_create(group=group, defaults={"for_deputies": True})
    rows = data.get("workflows", [])
    for row in rows:
        if not Workflow.objects.filter(name=row["name"]).exists():
            _workflow(row)
    for row in data.get("outside", []):
        _outside(row)
    report(f"{len(rows)} workflows")


def _workflow(row: dict[str, Any]) -> None:
    workflow = Workflow.objects.create(name=row["name"], active=True)
    for number, step in enumerate(row["steps"]):
        if step["type"] == "outside":
            task: Any = OutsideApprovalTask.objects.create(
                name=step["name"],
                reviewer_name=step.get("reviewer") or "",
                reviewer_email=step.get("email") or "",
            )
        else:
            task = EditorialApprovalTask.objects.create(name=step["name"], four_eyes=step.get("four_eyes", True))
            task.groups.set(Group.objects.filter(name__in=ROLES))
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=number)
    pages = Page.objects.filter(slug__in=row["pages"]) if row.get("pages") else Page.objects.filter(depth=1)
    for page in pages:
        WorkflowPage.objects.update_or_create(page=page, defaults={"workflow": workflow})


def _outside(row: dict[str, Any]) -> None:
    page = Page.objects.filter(slug=row["page"]).first()
    if page is None or page.owner is None or OutsideReview.objects.filter(page=page).exists():
        return
    review = ask(page=page.specific, name=row["name"], email=row["email"], by=page.owner, message=row["message"])
    for text in row.get("comments", []):
        comment(review=review, text=text)
