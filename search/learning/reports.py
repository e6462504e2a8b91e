"""What was asked, in figures: by day, and the queries that stand out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone

from ..models import LoggedQuery
from .todos import OFTEN

SHOWN = 25
PERIODS = (7, 30, 90)
HEIGHT = 100


@dataclass(frozen=True)
class DayFigures:
    """Searches of one day, those without results among them, and the bars' place and height in the chart."""

    day: date
    searches: int
    without: int
    clicks: int
    x: int
    width: int
    height: int
    without_height: int


@dataclass(frozen=True)
class Row:
    """One query over the whole period. ``rank``: mean place of what was opened."""

    text: str
    language: str
    searches: int
    without: int
    clicks: int
    rank: float | None

    @property
    def clicked_percent(self) -> int:
        """Return how many of 100 searches end with an opened result."""
        return min(100, round(100 * self.clicks / self.searches)) if self.searches else 0


def by_day(days: int, audience: str) -> list[DayFigures]:
    """Return the figures of the last ``days`` days, today included."""
    first = timezone.localdate() - timedelta(days=days - 1)
    rows = _rows(days, audience).values("day").annotate(s=Sum("searches"), w=Sum("without"), c=Sum("clicks"))
    found = {row["day"]: row for row in rows.order_by()}
    top = max([row["s"] for row in found.values()] + [1])
    step = 480 // days
    result = []
    for number in range(days):
        day = first + timedelta(days=number)
        row: dict[str, Any] = found.get(day, {"s": 0, "w": 0, "c": 0})
        heights = [round(HEIGHT * row[name] / top) for name in ("s", "w")]
        result.append(DayFigures(day, row["s"], row["w"], row["c"], number * step, max(2, step - 2), *heights))
    return result


def standing_out(days: int, audience: str) -> dict[str, list[Row]]:
    """Return the most frequent queries, those that find nothing, and those whose results hardly anybody opens."""
    rows = (
        _rows(days, audience)
        .exclude(text="")
        .values("text", "language")
        .annotate(s=Sum("searches"), w=Sum("without"), c=Sum("clicks"), r=Sum("ranks"))
    )
    unclicked = rows.filter(s__gte=OFTEN).filter(Q(w__lt=1)).order_by("-s", "text")
    return {
        "popular": _table(rows.order_by("-s", "text")[:SHOWN]),
        "without": _table(rows.filter(w__gt=0).order_by("-w", "text")[:SHOWN]),
        "unclicked": [row for row in _table(unclicked[: 4 * SHOWN]) if row.clicked_percent < 25][:SHOWN],
    }


def _rows(days: int, audience: str) -> Any:
    return LoggedQuery.objects.filter(day__gte=timezone.localdate() - timedelta(days=days - 1), audience=audience)


def _table(rows: Any) -> list[Row]:
    return [
        Row(
            row["text"],
            row["language"],
            row["s"],
            row["w"],
            row["c"],
            round(row["r"] / row["c"], 1) if row["c"] else None,
        )
        for row in rows
    ]
