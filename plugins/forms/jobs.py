"""Periodic work of the forms."""

from __future__ import annotations

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from cms.contracts.health import Problem
from cms.contracts.jobs import PeriodicJob

from .building import results
from .filling import scanning
from .filling.keeping import erase_due
from .fit_connect import jobs as fit_connect
from .handover import watching


def health() -> list[Problem]:
    """Name what hand-overs, FIT-Connect and the virus scanner know to be wrong."""
    return [*watching.health(), *fit_connect.health(), *scanning.health()]


PERIODIC = [
    PeriodicJob(name="erase", title=_("Erase forms whose time is over"), task=erase_due, at=time(3, 40)),
    PeriodicJob(
        name="scan", title=_("Check uploaded files for viruses"), task=scanning.scan_waiting, every=timedelta(minutes=5)
    ),
    *results.PERIODIC,
    *watching.PERIODIC,
    *fit_connect.PERIODIC,
]
