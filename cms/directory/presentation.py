"""What pages show of units and locations; shared by views, blocks and plugins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .hours import Day, OpeningStatus, Schedule, WeekdayHours
from .models import Location

_LATER = datetime.max.replace(tzinfo=UTC)


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


def open_places(reader: Any, most: int = 5) -> list[OpenLocation]:
    """Return places ``reader`` may see whose hours are known: open ones first, then those that open next."""
    places = Location.objects.visible_to(reader).filter(is_active=True)
    shown = [
        place for place in map(present, places.with_texts().with_children("hours", "exceptions")) if place.status.known
    ]
    shown.sort(
        key=lambda place: (not place.status.is_open, place.status.opens_at or _LATER, place.location.title.casefold())
    )
    return shown[:most]
