"""Opening times over the year: lunch breaks, holidays of Rheinland-Pfalz, nights the clock changes."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from cms.directory.hours import holiday_name, hours_on, status
from cms.directory.models import OpeningException, OpeningHours
from tests.conftest import make_location

MAINZ = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MAINZ)


def open_every_day(*spans: tuple[time, time]) -> Any:
    location = make_location()
    location.hours.set(
        [OpeningHours(weekday=day, opens=opens, closes=closes) for day in range(7) for opens, closes in spans]
    )
    location.save()
    return location


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        ("2026-01-01", True),
        ("2026-01-06", False),  # Epiphany: not here
        ("2026-04-03", True),  # Good Friday
        ("2026-04-06", True),  # Easter Monday
        ("2026-05-01", True),
        ("2026-05-14", True),  # Ascension
        ("2026-05-25", True),  # Whit Monday
        ("2026-06-04", True),  # Corpus Christi
        ("2026-08-15", False),  # Assumption: not here
        ("2026-10-03", True),
        ("2026-10-31", False),  # Reformation Day: not here
        ("2026-11-01", True),  # All Saints
        ("2026-11-18", False),  # Day of Repentance: not here
        ("2026-12-24", False),
        ("2026-12-25", True),
        ("2026-12-26", True),
    ],
)
def test_holidays_of_the_land(day: str, holiday: bool) -> None:
    assert bool(holiday_name(date.fromisoformat(day))) is holiday


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "german", "english"),
    [
        ("2026-11-26 07:59", "öffnet heute 8:00", "opens today 8:00"),
        ("2026-11-26 11:59:59", "jetzt geöffnet bis 12:00", "open now until 12:00"),
        ("2026-11-26 12:00", "öffnet heute 14:00", "opens today 14:00"),
        ("2026-11-26 18:00", "öffnet morgen 8:00", "opens tomorrow 8:00"),
        ("2026-11-28 09:00", "öffnet Montag 8:00", "opens Monday 8:00"),
    ],
)
def test_around_the_lunch_break_in_both_languages(moment: str, german: str, english: str) -> None:
    location = make_location()
    for language, label in (("de", german), ("en", english)):
        with translation.override(language):
            assert status(location, at(moment)).label == label


@pytest.mark.django_db
def test_a_holiday_closes_and_says_why() -> None:
    location = open_every_day((time(8), time(12)))
    day = hours_on(location, date(2026, 11, 1))
    assert (day.spans, day.reason) == ((), "Allerheiligen")
    found = status(location, at("2026-11-01 09:00"))
    assert not found.is_open
    assert found.opens_at == at("2026-11-02 08:00")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-03-29 01:59", "2026-03-29 08:00"),  # an hour is missing this night
        ("2026-10-25 01:30", "2026-10-25 08:00"),  # an hour comes twice this night
    ],
)
def test_opening_times_stay_on_the_wall_clock_when_the_clock_changes(moment: str, opens: str) -> None:
    found = status(open_every_day((time(8), time(12))), at(moment))
    assert found.opens_at == at(opens)
    assert found.opens_at is not None
    assert (found.opens_at.hour, found.opens_at.minute) == (8, 0)


@pytest.mark.django_db
def test_the_hour_that_comes_twice_is_open_twice() -> None:
    location = open_every_day((time(2), time(3)))
    for fold in (0, 1):
        assert status(location, at("2026-10-25 02:30").replace(fold=fold)).is_open


@pytest.mark.django_db
def test_times_are_those_of_the_city_wherever_the_moment_comes_from() -> None:
    location = make_location()
    assert status(location, datetime(2026, 11, 23, 10, 59, tzinfo=ZoneInfo("UTC"))).is_open
    assert not status(location, datetime(2026, 11, 23, 11, 0, tzinfo=ZoneInfo("UTC"))).is_open


@pytest.mark.django_db
def test_an_exception_closes_an_ordinary_day_with_its_reason() -> None:
    location = make_location()
    location.exceptions.set([OpeningException(date=date(2026, 11, 23), reason={"de": "Betriebsausflug"})])
    location.save()
    assert hours_on(location, date(2026, 11, 23)).reason == "Betriebsausflug"
    assert not status(location, at("2026-11-23 09:00")).is_open


@pytest.mark.django_db
def test_spans_without_a_gap_are_one() -> None:
    location = open_every_day((time(8), time(12)), (time(12), time(16)))
    assert status(location, at("2026-11-23 09:00")).until == at("2026-11-23 16:00")


@pytest.mark.django_db
def test_who_never_opens_again_is_closed() -> None:
    location = make_location()
    location.hours.set([])
    location.exceptions.set([OpeningException(date=date(2026, 11, 20), opens=time(8), closes=time(9))])
    location.save()
    with translation.override("de"):
        assert status(location, at("2026-11-23 09:00")).label == "geschlossen"
