"""When a place is closed or open at other hours, as a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.contracts.feeds import CALENDAR, Feed, FeedContent, FeedEntry

from .hours import Day, Schedule
from .models import Location

#: How many days back and ahead a calendar tells of.
DAYS_BACK, DAYS_AHEAD = 31, 400


def other_hours(slug: str) -> FeedContent | None:
    """Return the closed days and other hours of a place that everybody may see, from the last month on."""
    places = Location.objects.visible_to(None).filter(is_active=True, slug=slug)
    place = places.with_texts().with_children("hours", "exceptions").first()
    if place is None:
        return None
    return FeedContent(
        title=_("Closed days and other hours: %(title)s") % {"title": place.title},
        summary=_("All other days the usual hours hold."),
        entries=partial(_entries, place),
    )


def _entries(place: Location) -> Iterable[FeedEntry]:
    schedule, today = Schedule.of(place), timezone.localdate()
    for offset in range(-DAYS_BACK, DAYS_AHEAD + 1):
        day = schedule.on(today + timedelta(days=offset))
        if schedule.differs_on(day.date):
            yield from _of_day(place, day)


def _of_day(place: Location, day: Day) -> Iterable[FeedEntry]:
    # The calendar says each day anew what holds; nobody has noted when an exception was entered.
    stamp = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    key = f"location/{place.pk}/{day.date.isoformat()}"
    facts = {"url": place.get_absolute_url(), "updated": stamp, "summary": day.reason, "place": place.address}
    if not day.spans:
        yield FeedEntry(
            key=key,
            title=_("%(place)s: closed") % {"place": place.title},
            starts=day.date,
            ends=day.date + timedelta(days=1),
            **facts,
        )
    for number, span in enumerate(day.spans):
        yield FeedEntry(
            key=f"{key}/{number}",
            title=_("%(place)s: open %(hours)s") % {"place": place.title, "hours": span.label},
            starts=timezone.make_aware(datetime.combine(day.date, span.opens)),
            ends=timezone.make_aware(datetime.combine(day.date, span.closes)),
            **facts,
        )


FEEDS = [
    Feed(
        name="opening hours",
        title=gettext_lazy("Closed days and other hours"),
        view="directory:location",
        read=other_hours,
        formats=CALENDAR,
    )
]
