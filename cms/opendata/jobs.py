"""Background work of open data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.contracts.jobs import PeriodicJob
from cms.jobs import job

from .services import measure


@job()
def measure_files() -> int:
    """Note the size of each file and whether it has changed; return how many have."""
    return measure()


def load_demo(data: Any, report: Callable[[str], None]) -> None:
    """Measure the files, so that the demo shows sizes from the start."""
    report(f"open data: {measure()} files measured")


PERIODIC = [
    PeriodicJob(name="measure", title=_("Note the size of the open data"), task=measure_files, every=timedelta(hours=1))
]
