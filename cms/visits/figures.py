"""Figures from the counts: one page over time, and pages compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, FloatField, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from .models import PageDay

PERIODS = (7, 30, 90, 365)
#: Pages read less often say nothing about success.
ENOUGH = 20
WIDTH, HEIGHT = 480, 100


@dataclass(frozen=True)
class Bar:
    """One day of a chart."""

    day: date
    views: int
    x: float
    width: float
    height: float


@dataclass(frozen=True)
class PageFigures:
    """A page in a period, and in the one before."""

    views: int
    before: int
    onward: int
    helped: int
    failed: int

    @property
    def trend(self) -> int | None:
        """By how many percent more (or less) the page is read than in the period before; None without one."""
        return round(100 * (self.views - self.before) / self.before) if self.before else None

    @property
    def answers(self) -> int:
        """How many said whether they found what they looked for."""
        return self.helped + self.failed


def of_page(page_id: int, days: int) -> PageFigures:
    """Return the figures of a page over the last ``days``, today included."""
    return of_pages(PageDay.objects.filter(page_id=page_id), days)


def of_pages(rows: QuerySet[PageDay], days: int) -> PageFigures:
    """Return the figures of all ``rows`` together over the last ``days``, in one query."""
    start = timezone.localdate() - timedelta(days=days - 1)
    now, before = Q(day__gte=start), Q(day__lt=start, day__gte=start - timedelta(days=days))
    sums = rows.filter(now | before).aggregate(
        all_views=Sum("views", filter=now),
        views_before=Sum("views", filter=before),
        all_onward=Sum("onward", filter=now),
        yes=Sum("helped", filter=now),
        no=Sum("failed", filter=now),
    )
    return PageFigures(*(number or 0 for number in sums.values()))


def chart(page_id: int, days: int) -> list[Bar]:
    """Return a bar for each of the last ``days``, today last."""
    start = timezone.localdate() - timedelta(days=days - 1)
    counted = dict(PageDay.objects.filter(page_id=page_id, day__gte=start).values_list("day", "views"))
    top = max(counted.values(), default=0) or 1
    step = WIDTH / days
    return [
        Bar(day, views, round(number * step, 2), round(step * 0.8, 2), round(HEIGHT * views / top, 2))
        for number in range(days)
        for day in [start + timedelta(days=number)]
        for views in [counted.get(day, 0)]
    ]


def most_read(rows: QuerySet[PageDay], days: int, limit: int = 50) -> list[dict[str, Any]]:
    """Return rows (page_id, page__title, total, further, yes, no) of the pages read most."""
    return list(_by_page(rows, days).order_by("-total", "page_id")[:limit])


def without_success(rows: QuerySet[PageDay], days: int, limit: int = 50) -> list[dict[str, Any]]:
    """Return pages that are read a lot and fail people: they say so, or hardly any of them reads on.

    Ordered by readers lost. Who says "no" counts like ten who leave: few say anything. A page that people like is
    left out, however few read on: it may have answered everything.
    """
    found = (
        _by_page(rows, days)
        .filter(total__gte=ENOUGH)
        .filter((Q(no__gte=2) & Q(no__gte=F("yes"))) | Q(yes=0, gone__gte=0.7))
    )
    return list(found.order_by(F("lost").desc(), "page_id")[:limit])


def _by_page(rows: QuerySet[PageDay], days: int) -> QuerySet[Any, dict[str, Any]]:
    start = timezone.localdate() - timedelta(days=days - 1)
    zero = Value(0)
    sums = rows.filter(day__gte=start).values("page_id", "page__title")
    return sums.annotate(
        total=Coalesce(Sum("views"), zero),
        further=Coalesce(Sum("onward"), zero),
        yes=Coalesce(Sum("helped"), zero),
        no=Coalesce(Sum("failed"), zero),
    ).annotate(
        lost=F("total") - F("further") + F("no") * 10,
        gone=Cast(F("total") - F("further"), FloatField()) / Cast(F("total") + 1, FloatField()),
    )
