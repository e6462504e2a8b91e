"""Load ``fixtures/accessibility.yaml``: who cares for barriers, and an example of each."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group

from cms.accounts import rights
from cms.accounts.models import RoleAssignment, User

from .models import AccessibilitySettings, BarrierReport
from .services import report_barrier


def load(data: dict[str, Any], report: Any) -> None:
    """Give the roles, and create the contact and the reports unless there are some. No check is made up."""
    for role, names in (data.get("roles") or {}).items():
        for user in User.objects.filter(username__in=names):
            group = Group.objects.get(name=role)
            if not RoleAssignment.objects.filter(user=user, role=group).exists():
                rights.assign(user=user, role=group, note="Demo")
    city = AccessibilitySettings.load()
    if not city.contact and data.get("contact"):
        city.contact, city.email = data["contact"], data.get("email", "")
        city.save()
    if BarrierReport.objects.exists():
        return
    for row in data.get("reports", []):
        made = report_barrier(text=row["text"], address=row.get("address", ""))
        made.state, made.summary = row.get("state", made.state), row.get("summary") or {}
        made.save()
    report(f"{len(data.get('reports', []))} barrier reports")
