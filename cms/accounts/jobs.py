"""Periodic work on accounts."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from cms.contracts.jobs import PeriodicJob
from cms.jobs import job

from .rights import derive_all_due


@job()
def begin_and_end_roles() -> int:
    """Derive groups for everybody whose role began or ended; return for how many."""
    return derive_all_due()


PERIODIC = [
    PeriodicJob(name="roles", title=_("Let roles begin and end"), task=begin_and_end_roles, every=timedelta(minutes=1))
]
