"""What pages show of units and locations; shared by views, blocks and plugins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .hours import Day, OpeningStatus, Schedule, WeekdayHours
from .models import Location


@dataclass(frozen=True)
class OpenLocation:
    """A location with its status now and its hours."""

    location: Location
    status: OpeningStatus
    week: list[Day]
    weekly: list[WeekdayHours]


def present(location: Location) -> OpenLocation:
    """Return ``location`` with status and hours. Its hours and exceptions should be prefetched."""
    schedule = Schedule.of(location)
    return OpenLocation(location, schedule.status(), schedule.week(), schedule.weekly())


def location_context(location: Location) -> dict[str, Any]:
    """Return ``location``, ``status``, ``week`` and ``weekly`` for templates."""
    place = present(location)
    return {"location": location, "status": place.status, "week": place.week, "weekly": place.weekly}
