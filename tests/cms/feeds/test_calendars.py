"""Calendars: RFC 5545 and 7986, read back by the library."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from icalendar import Calendar

from cms.directory.models import OpeningException
from cms.notices.models import Notice
from tests.conftest import client_of, make_location

pytestmark = pytest.mark.django_db


def calendar(answer: Any) -> Calendar:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    lines = answer.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in answer.content.replace(b"\r\n", b"")
    return Calendar.from_ical(answer.content)


def events(found: Calendar) -> dict[str, Any]:
    return {str(event["summary"]): event for event in found.walk("VEVENT")}


@pytest.fixture
def office(home: Any) -> Any:
    """Closed in three days, open at other hours in four."""
    place = make_location("Bürgerservice", house_number="46/48", postal_code="55116")
    today = timezone.localdate()
    place.exceptions.set(
        [
            OpeningException(date=today + timedelta(days=3), reason={"de": "Betriebsausflug, mit Komma; Ende"}),
            OpeningException(date=today + timedelta(days=4), opens=time(9), closes=time(11)),
            OpeningException(date=today - timedelta(days=400)),
        ]
    )
    place.save()
    return place


def test_closed_days_and_other_hours(client: Any, office: Any) -> None:
    today = timezone.localdate()
    found = calendar(client.get("/standorte/buergerservice/feed.ics")).walk("VEVENT")
    closed = next(event for event in found if event.decoded("dtstart") == today + timedelta(days=3))
    assert str(closed["summary"]) == "Bürgerservice: geschlossen"
    assert closed.decoded("dtend") == today + timedelta(days=4)
    assert str(closed["description"]) == "Betriebsausflug, mit Komma; Ende"
    assert str(closed["location"]) == "Große Bleiche 46/48, 55116 Mainz"
    other = next(event for event in found if str(event["summary"]) == "Bürgerservice: geöffnet 9:00–11:00")
    assert other.decoded("dtstart") == datetime.combine(today + timedelta(days=4), time(9), ZoneInfo("Europe/Berlin"))


def test_public_holidays_close_a_place_only_on_days_it_would_be_open(client: Any, office: Any) -> None:
    found = calendar(client.get("/standorte/buergerservice/feed.ics"))
    days = {event.decoded("dtstart") for event in found.walk("VEVENT")}
    assert date(2026, 12, 25) in days  # a Friday
    assert date(2026, 12, 26) not in days  # a Saturday


def test_the_time_zone_is_described(client: Any, office: Any) -> None:
    found = calendar(client.get("/standorte/buergerservice/feed.ics"))
    assert [str(zone["tzid"]) for zone in found.walk("VTIMEZONE")] == ["Europe/Berlin"]
    assert str(found["name"]) == "Schließtage und andere Öffnungszeiten: Bürgerservice"
    assert str(found["source"]) == "http://testserver/standorte/buergerservice/feed.ics"


def test_uids_stay(client: Any, office: Any) -> None:
    def uids() -> set[str]:
        found = calendar(client.get("/standorte/buergerservice/feed.ics"))
        return {str(event["uid"]) for event in found.walk("VEVENT")}

    before = uids()
    assert len(before) == len({*before})
    office.set_texts({("name", "de"): "Stadthaus"})
    office.save()
    assert uids() == before


def test_each_uid_is_used_once(client: Any, office: Any) -> None:
    day = timezone.localdate() + timedelta(days=9)
    office.exceptions.add(
        OpeningException(date=day, opens=time(8), closes=time(9)),
        OpeningException(date=day, opens=time(14), closes=time(15)),
    )
    office.save()
    found = [str(event["uid"]) for event in calendar(client.get("/standorte/buergerservice/feed.ics")).walk("VEVENT")]
    assert len(found) == len(set(found))


def test_the_same_calendar_has_the_same_bytes(client: Any, office: Any, settings: Any) -> None:
    settings.PAGE_CACHE_SECONDS = 0
    path = "/standorte/buergerservice/feed.ics"
    assert client.get(path).content == client.get(path).content


def test_a_restricted_or_unused_place_has_no_calendar(client: Any, home: Any, staff_user: Any, staff_rule: Any) -> None:
    make_location("Geheim", access_rule=staff_rule)
    make_location("Alt", is_active=False)
    for reader in (client, client_of(staff_user)):
        assert reader.get("/standorte/geheim/feed.ics").status_code == 404
        assert reader.get("/standorte/alt/feed.ics").status_code == 404
    page = client_of(staff_user).get("/standorte/geheim/")
    assert page.status_code == 200
    assert "feed.ics" not in page.content.decode()


def test_the_page_links_the_calendar(client: Any, office: Any) -> None:
    page = client.get("/standorte/buergerservice/").content.decode()
    assert page.count('href="/standorte/buergerservice/feed.ics"') == 2  # head and text


def test_of_the_notices_those_with_an_end_are_dates(client: Any, home: Any) -> None:
    now = timezone.now()
    Notice.objects.create(headline={"de": "Ohne Ende"}, starts=now)
    Notice.objects.create(headline={"de": "Straßenfest"}, starts=now, ends=now + timedelta(days=2))
    Notice.objects.create(headline={"de": "Geplant"}, starts=now + timedelta(days=1), ends=now + timedelta(days=2))
    found = events(calendar(client.get("/hinweise/feed.ics")))
    assert list(found) == ["Information: Straßenfest"]
    assert found["Information: Straßenfest"].decoded("dtend") == (now + timedelta(days=2)).replace(microsecond=0)
