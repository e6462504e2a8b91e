"""Open now? In the city's time zone, with the Land's holidays."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from cms.directory.hours import holiday_name, hours_on, status
from cms.directory.models import OpeningException, OpeningHours
from tests.conftest import make_location, make_unit

pytestmark = pytest.mark.django_db
MAINZ = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MAINZ)


@pytest.mark.parametrize(
    ("moment", "label"),
    [
        ("2026-11-23 08:00", "jetzt geöffnet bis 12:00"),
        ("2026-11-23 11:59", "jetzt geöffnet bis 12:00"),
        ("2026-11-23 12:00", "öffnet morgen 8:00"),
        ("2026-11-26 12:30", "öffnet heute 14:00"),
        ("2026-11-27 13:00", "öffnet Montag 8:00"),
        ("2026-12-24 13:00", "öffnet Montag 8:00"),  # Christmas and the weekend between
    ],
)
def test_status_in_words(moment: str, label: str) -> None:
    location = make_location()
    OpeningHours.objects.filter(location=location, weekday=3, opens=time(14)).update(closes=time(18))
    if moment.startswith("2026-12-24"):
        location.exceptions.set([OpeningException(date=date(2026, 12, 24), reason={"de": "Heiligabend"})])
        location.save()
    with translation.override("de"):
        assert status(location, at(moment)).label == label


def test_english_says_the_same() -> None:
    with translation.override("en"):
        assert status(make_location(), at("2026-11-23 09:00")).label == "open now until 12:00"


def test_the_land_s_holidays_close_and_others_do_not() -> None:
    assert holiday_name(date(2027, 5, 27)) == "Fronleichnam"
    assert holiday_name(date(2027, 1, 6)) == ""  # Epiphany is no holiday in Rheinland-Pfalz
    assert hours_on(make_location(), date(2027, 5, 27)).spans == ()


def test_an_exception_wins_over_a_holiday() -> None:
    location = make_location()
    location.exceptions.set([OpeningException(date=date(2027, 5, 27), opens=time(10), closes=time(11))])
    location.save()
    assert status(location, at("2027-05-27 10:30")).is_open


def test_appointments_only_is_not_simply_open() -> None:
    location = make_location()
    location.hours.set([OpeningHours(weekday=0, opens=time(8), closes=time(12), by_appointment=True)])
    location.save()
    found = status(location, at("2026-11-23 09:00"))
    assert found.by_appointment
    with translation.override("de"):
        assert "Termin" in found.label


def test_the_clock_change_does_not_move_opening_times() -> None:
    location = make_location()
    opens = status(location, at("2027-03-28 12:00")).opens_at
    assert opens is not None
    assert (opens.hour, opens.utcoffset().total_seconds()) == (8, 7200)  # type: ignore[union-attr]


def test_without_hours_nothing_is_claimed() -> None:
    location = make_location()
    location.hours.set([])
    location.save()
    assert not status(location).known


def test_a_moved_unit_takes_its_units_along() -> None:
    top, other = make_unit("Dezernat", "I"), make_unit("Zweites", "II")
    office = make_unit("Amt", "33", parent=top)
    team = make_unit("Team", "33.1", parent=office)
    office.parent = other
    office.save()
    team.refresh_from_db()
    assert team.ancestor_ids() == [other.pk, office.pk]


def test_a_unit_cannot_stand_below_itself(client: Any) -> None:
    from django.core.exceptions import ValidationError

    top = make_unit("Dezernat", "I")
    below = make_unit("Amt", "33", parent=top)
    top.parent = below
    with pytest.raises(ValidationError):
        top.clean()
