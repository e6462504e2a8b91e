"""Load ``fixtures/notices.yaml``: notices, and who publishes emergencies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from cms.accounts import rights
from cms.accounts.models import RoleAssignment, User
from cms.directory.models import OrganisationUnit

from .models import Notice
from .services import save_notice
from .targets import target_models


def load(data: dict[str, Any], report: Any) -> None:
    """Create the notices unless there are some, and give the roles."""
    for role, names in (data.get("roles") or {}).items():
        for user in User.objects.filter(username__in=names):
            group = Group.objects.get(name=role)
            if not RoleAssignment.objects.filter(user=user, role=group).exists():
                rights.assign(user=user, role=group, note="Demo")
    if Notice.objects.exists():
        return
    rows = [_notice(row) for row in data.get("notices", [])]
    found = [notice for notice in rows if notice]
    for notice in found:
        save_notice(notice=notice)
    report(f"{len(found)} notices")


def _notice(row: dict[str, Any]) -> Notice | None:
    """Return the notice, None when what it is about doesn't exist."""
    now = timezone.now()
    notice = Notice(
        severity=row["severity"],
        headline=row["headline"],
        text=row.get("text") or {},
        easy_text=row.get("easy_text") or "",
        link=row.get("link") or "",
        link_label=row.get("link_label") or {},
        starts=now + timedelta(days=row.get("starts_in_days", 0)),
        ends=now + timedelta(days=row["days"]) if row.get("days") else None,
        place=row["place"],
    )
    if notice.place == Notice.Place.UNIT:
        notice.unit = OrganisationUnit.objects.filter(slug=row["unit"]).first()
        return notice if notice.unit else None
    if notice.place == Notice.Place.RECORD:
        model = target_models().get(row["kind"])
        record = model._default_manager.filter(slug=row["slug"]).first() if model else None
        if record is None:
            return None
        notice.kind, notice.object_id = row["kind"], str(record.pk)
    return notice
