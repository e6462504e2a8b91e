"""Is it open, until when, and when does it open next? In the city's time zone, with the Land's holidays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import holidays
from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext

from cms.records.texts import localized

from .models import Location, OpeningException, OpeningHours

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


class Schedule:
    """The hours of one location: weekly spans, exceptions and holidays."""

    def __init__(self, hours: Iterable[OpeningHours], exceptions: Iterable[OpeningException]) -> None:
        self._weekly: dict[int, list[Span]] = {number: [] for number in WEEKDAYS}
        for row in hours:
            self._weekly[row.weekday].append(Span(row.opens, row.closes, row.by_appointment))
        for spans in self._weekly.values():
            spans.sort(key=lambda span: span.opens)
        self._exceptions: dict[date, list[OpeningException]] = {}
        for item in exceptions:
            self._exceptions.setdefault(item.date, []).append(item)

    @classmethod
    def of(cls, location: Location) -> Schedule:
        """Return the hours of ``location``, read once."""
        return cls(location.hours.all(), location.exceptions.all())

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> Schedule:
        """Return the hours that :meth:`stored` wrote down."""
        return cls(
            [
                OpeningHours(weekday=weekday, opens=_time(opens), closes=_time(closes), by_appointment=by_appointment)
                for weekday, opens, closes, by_appointment in stored.get("weekly", ())
            ],
            [
                OpeningException(date=date.fromisoformat(day), opens=_time(opens), closes=_time(closes))
                for day, opens, closes in stored.get("exceptions", ())
            ],
        )

    def stored(self) -> dict[str, Any]:
        """Return the hours as JSON values, without reasons; {} when nothing is known."""
        if not self.known:
            return {}
        return {
            "weekly": [
                [weekday, span.opens.isoformat(), span.closes.isoformat(), span.by_appointment]
                for weekday, spans in self._weekly.items()
                for span in spans
            ],
            "exceptions": [
                [day.isoformat(), item.opens and item.opens.isoformat(), item.closes and item.closes.isoformat()]
                for day, items in sorted(self._exceptions.items())
                for item in items
            ],
        }

    @property
    def known(self) -> bool:
        """Whether anything is known about when it is open."""
        return any(self._weekly.values()) or bool(self._exceptions)

    def on(self, day: date) -> Day:
        """Return the hours of ``day``: exceptions over holidays over the weekly hours."""
        if exceptions := self._exceptions.get(day):
            spans = sorted(
                (Span(item.opens, item.closes) for item in exceptions if item.opens), key=lambda span: span.opens
            )
            return Day(day, tuple(spans), next((localized(item.reason) for item in exceptions if item.reason), ""))
        if name := holiday_name(day):
            return Day(day, (), name)
        return Day(day, tuple(self._weekly[day.weekday()]))

    def differs_on(self, day: date) -> bool:
        """Return whether on ``day`` other hours hold than each week: by an exception, or a holiday on a day with hours."""
        return day in self._exceptions or bool(holiday_name(day) and self._weekly[day.weekday()])

    def status(self, at: datetime | None = None) -> OpeningStatus:
        """Return whether it is open at ``at`` (aware; default: now) and when that changes.

        Spans by appointment count as open only when nothing else is, and never as the next opening if an
        ordinary one follows within the horizon.
        """
        if not self.known:
            return OpeningStatus(known=False)
        now = timezone.localtime(at)
        today = self.on(now.date())
        for span in sorted(today.spans, key=lambda span: span.by_appointment):
            if span.opens <= now.time() < span.closes:
                closes = span.closes
                # Spans that follow without a gap are one for the visitor.
                for later in today.spans:
                    if later.opens == closes and later.by_appointment == span.by_appointment:
                        closes = later.closes
                return OpeningStatus(True, True, span.by_appointment, _at(now.date(), closes), None, now)
        return OpeningStatus(True, False, False, None, self._next_opening(now), now, today.reason)

    def _next_opening(self, now: datetime) -> datetime | None:
        by_appointment = None
        for offset in range(HORIZON_DAYS):
            day = now.date() + timedelta(days=offset)
            for span in self.on(day).spans:
                when = _at(day, span.opens)
                if when > now and not span.by_appointment:
                    return when
                if when > now and by_appointment is None:
                    by_appointment = when
        return by_appointment

    def week(self, at: datetime | None = None) -> list[Day]:
        """Return the hours of the seven days from today on."""
        today = timezone.localtime(at).date()
        return [self.on(today + timedelta(days=offset)) for offset in range(7)]

    def weekly(self) -> list[WeekdayHours]:
        """Return the usual hours, Monday to Friday always and the weekend when there are any."""
        return [
            WeekdayHours(number, WEEKDAYS[number], tuple(spans))
            for number, spans in self._weekly.items()
            if spans or (number < 5 and any(self._weekly.values()))
        ]


@dataclass(frozen=True)
class WeekdayHours:
    """The usual hours of one weekday; ``label`` is the weekday's lazy name."""

    weekday: int
    label: object
    spans: tuple[Span, ...]


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def status(location: Location, at: datetime | None = None) -> OpeningStatus:
    """Return whether ``location`` is open at ``at`` and when that changes; see :meth:`Schedule.status`."""
    return Schedule.of(location).status(at)


def hours_on(location: Location, day: date) -> Day:
    """Return the hours of ``location`` on ``day``; see :meth:`Schedule.on`."""
    return Schedule.of(location).on(day)
