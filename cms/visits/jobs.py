"""Old counts go."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext_lazy as _

from cms.contracts.jobs import PeriodicJob
from cms.jobs import job

from .counting import forget_old


@job()
def forget_visits() -> int:
    """Delete counts older than VISITS_DAYS; return how many rows."""
    return forget_old()


PERIODIC = [PeriodicJob(name="forget", title=_("Delete old counts of visits"), task=forget_visits, at=time(3, 40))]
