"""Work that comes again by the clock (manifest kind ``jobs``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any


@dataclass(frozen=True, kw_only=True)
class PeriodicJob:
    """A job without arguments, run every so often, or each day at a time of the city's clock.

    ``name`` is unique within the app and stays. ``task`` was made by ``cms.jobs.job``. Exactly one of ``every`` and
    ``at`` is given. A run that is due while the one before still runs is left out.
    Raises ValueError when both or neither are given.
    """

    name: str
    title: Any
    task: Any
    every: timedelta | None = None
    at: time | None = None

    def __post_init__(self) -> None:
        if (self.every is None) == (self.at is None):
            raise ValueError(f"The periodic job {self.name!r} needs either every=… or at=….")
