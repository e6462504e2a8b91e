"""Is it open, until when, and when does it open next? In the city's time zone, with the Land's holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays
from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext

from cms.records.texts import localized

from .models import Location, OpeningHours

#: How far ahead the next opening is looked for.
HORIZON_DAYS = 21
WEEKDAYS = dict(OpeningHours.Weekday.choices)


@dataclass(frozen=True)
class Span:
    """An opening span on one day; ``by_appointment`` spans are open only to those who booked."""

    opens: time
    closes: time
    by_appointment: bool = False

    @property
    def label(self) -> str:
        """Return "8:00–12:00"."""
        return f"{_clock(self.opens)}–{_clock(self.closes)}"


@dataclass(frozen=True)
class Day:
    """The hours of one day with the reason when they differ from the usual ones."""

    date: date
    spans: tuple[Span, ...]
    reason: str = ""


@dataclass(frozen=True)
class OpeningStatus:
    """Open now? ``until`` when open; ``opens_at`` the next opening when closed; both aware; ``known`` is False without hours."""

    known: bool
    is_open: bool = False
    by_appointment: bool = False
    until: datetime | None = None
    opens_at: datetime | None = None
    now: datetime | None = None
    reason: str = ""

    @property
    def label(self) -> str:
        """Return the status in words: "open now until 18:00", "opens Thursday 8:00"."""
        if not self.known:
            return ""
        if self.is_open and self.until:
            clock = _clock(self.until.timetz())
            if self.by_appointment:
                return gettext("open by appointment until %(time)s") % {"time": clock}
            return gettext("open now until %(time)s") % {"time": clock}
        if self.opens_at is None or self.now is None:
            return gettext("closed")
        days = (self.opens_at.date() - self.now.date()).days
        clock = _clock(self.opens_at.timetz())
        if days == 0:
            return gettext("opens today %(time)s") % {"time": clock}
        if days == 1:
            return gettext("opens tomorrow %(time)s") % {"time": clock}
        if days < 7:
            return gettext("opens %(weekday)s %(time)s") % {
                "weekday": WEEKDAYS[self.opens_at.weekday()],
                "time": clock,
            }
        return gettext("opens on %(date)s %(time)s") % {
            "date": formats.date_format(self.opens_at.date(), "SHORT_DATE_FORMAT"),
            "time": clock,
        }


def _clock(value: time) -> str:
    return f"{value.hour}:{value.minute:02d}"


@lru_cache(maxsize=32)
def _holidays(year: int, country: str, subdivision: str, language: str) -> dict[date, str]:
    return dict(holidays.country_holidays(country, subdiv=subdivision, years=year, language=language))


def holiday_name(day: date) -> str:
    """Return the German name of the Land's public holiday on ``day``, or ""."""
    country, subdivision = settings.HOLIDAYS
    return _holidays(day.year, country, subdivision, "de").get(day, "")


def hours_on(location: Location, day: date) -> Day:
    """Return the hours of ``location`` on ``day``: exceptions over holidays over the weekly hours."""
    exceptions = [item for item in location.exceptions.all() if item.date == day]
    if exceptions:
        spans = tuple(
            sorted((Span(item.opens, item.closes) for item in exceptions if item.opens), key=lambda s: s.opens)
        )
        return Day(day, spans, next((localized(item.reason) for item in exceptions if item.reason), ""))
    if name := holiday_name(day):
        return Day(day, (), name)
    spans = tuple(
        sorted(
            (
                Span(row.opens, row.closes, row.by_appointment)
                for row in location.hours.all()
                if row.weekday == day.weekday()
            ),
            key=lambda span: span.opens,
        )
    )
    return Day(day, spans)


def status(location: Location, at: datetime | None = None) -> OpeningStatus:
    """Return whether ``location`` is open at ``at`` (aware; default: now) and when that changes.

    Spans by appointment count as open only when nothing else is, and never as the next opening if an
    ordinary one follows within the horizon.
    """
    if not location.hours.all() and not location.exceptions.all():
        return OpeningStatus(known=False)
    now = timezone.localtime(at)
    today = hours_on(location, now.date())
    for span in sorted(today.spans, key=lambda span: span.by_appointment):
        if span.opens <= now.time() < span.closes:
            closes = span.closes
            # Spans that follow without a gap are one for the visitor.
            for later in today.spans:
                if later.opens == closes and later.by_appointment == span.by_appointment:
                    closes = later.closes
            return OpeningStatus(True, True, span.by_appointment, _at(now.date(), closes), None, now)
    ahead: list[tuple[datetime, bool]] = []
    for offset in range(HORIZON_DAYS):
        day = hours_on(location, now.date() + timedelta(days=offset))
        ahead += [
            (_at(day.date, span.opens), span.by_appointment) for span in day.spans if _at(day.date, span.opens) > now
        ]
        if any(not by_appointment for _when, by_appointment in ahead):
            break
    ordinary = [when for when, by_appointment in ahead if not by_appointment]
    opens_at = min(ordinary, default=None) or min((when for when, _ in ahead), default=None)
    return OpeningStatus(True, False, False, None, opens_at, now, today.reason)


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def week(location: Location, at: datetime | None = None) -> list[Day]:
    """Return the hours of the seven days from today on, for the table on the page."""
    today = timezone.localtime(at).date()
    return [hours_on(location, today + timedelta(days=offset)) for offset in range(7)]


@dataclass(frozen=True)
class WeekdayHours:
    """The usual hours of one weekday; ``label`` is the weekday's lazy name."""

    weekday: int
    label: object
    spans: tuple[Span, ...]


def weekly(location: Location) -> list[WeekdayHours]:
    """Return the usual hours, Monday to Friday always and the weekend when there are any."""
    spans: dict[int, list[Span]] = {number: [] for number in WEEKDAYS}
    for row in location.hours.all():
        spans[row.weekday].append(Span(row.opens, row.closes, row.by_appointment))
    return [
        WeekdayHours(number, WEEKDAYS[number], tuple(sorted(found, key=lambda span: span.opens)))
        for number, found in spans.items()
        if found or (number < 5 and any(spans.values()))
    ]
