"""Periodic work of the forms."""

from __future__ import annotations

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from cms.contracts.jobs import PeriodicJob

from .filling.keeping import erase_due
from .filling.scanning import scan_waiting
from .handover import watching

PERIODIC = [
    PeriodicJob(name="erase", title=_("Erase forms whose time is over"), task=erase_due, at=time(3, 40)),
    PeriodicJob(
        name="scan", title=_("Check uploaded files for viruses"), task=scan_waiting, every=timedelta(minutes=5)
    ),
    *watching.PERIODIC,
]
