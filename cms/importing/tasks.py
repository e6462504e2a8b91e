"""Background work of moving in."""

from __future__ import annotations

from cms.jobs import job

from . import services
from .models import ImportRun


@job(atomic=False)
def carry_out(run_id: int) -> None:
    """Carry out a run, page by page; repeated after a crash."""
    run = ImportRun.objects.filter(pk=run_id).select_related("parent__locale", "started_by").first()
    if run and run.state not in (ImportRun.State.DONE, ImportRun.State.FAILED):
        services.carry_out(run)
