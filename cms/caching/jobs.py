"""Background work of the page cache."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.contracts.jobs import PeriodicJob
from cms.jobs import job

from . import versions
from .models import Change
from .watching import note_change

KEPT = timedelta(hours=1)


@job()
def trim() -> int:
    """Delete old rows of the version, so that reading it stays quick; return how many.

    With a new row in the same transaction: otherwise the rest could equal what was once seen of a newer set.
    """
    with transaction.atomic():
        deleted = Change.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
        if deleted:
            note_change()
    return deleted


@job()
def carry_out_timed() -> None:
    """Carry out what is due, also where nobody asks for a page."""
    versions.carry_out(timezone.now())


PERIODIC = [
    PeriodicJob(name="trim", title=_("Tidy up the page cache"), task=trim, every=timedelta(minutes=10)),
    PeriodicJob(
        name="timed",
        title=_("Publish and withdraw scheduled content"),
        task=carry_out_timed,
        every=timedelta(minutes=1),
    ),
]
