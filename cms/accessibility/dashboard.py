"""Barriers on the start page of the admin."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.contracts.portal import Tile

from .models import BarrierReport


def tiles(request: HttpRequest) -> list[Tile]:
    """Return how many reports are open, for those who can do something about them."""
    if not request.user.has_perm("accessibility.change_barrierreport"):
        return []
    rows = list(BarrierReport.objects.exclude(state=BarrierReport.State.SOLVED))
    if not rows:
        return []
    late = any(row.is_overdue for row in rows)
    return [
        Tile(
            title=_("open barrier reports"),
            value=len(rows),
            url=reverse("barrier_reports:index"),
            order=40,
            urgent=late,
        )
    ]
