"""What a result shows besides title and text, and what it must not show."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from django.utils import timezone

from cms.directory.hours import Schedule, status
from cms.directory.models import OpeningException, Person
from search.indexing import project_pending
from search.models import SearchEntry
from search.queries import Hit, SearchQuery, search
from tests.conftest import make_location, make_service, make_unit

pytestmark = pytest.mark.django_db


def hit(text: str, reader: Any = None) -> Hit:
    return search(SearchQuery(text=text), reader=reader).hits[0]


def facts(found: Hit) -> dict[str, str]:
    return {fact.name: fact.text for fact in found.card.facts}


def test_a_service_shows_fee_papers_office_and_place(home: Any) -> None:
    make_service(unit=make_unit(), location=make_location())
    project_pending(500)
    found = hit("Personalausweis")
    assert facts(found) == {"fee": "37,00\xa0€", "papers": "1 Unterlage", "unit": "Bürgeramt"}
    assert found.card.phone == "06131 12-0033"
    assert found.card.place == "Bürgerservice"
    assert found.card.opening


def test_a_person_shows_phone_room_and_function(home: Any) -> None:
    Person.objects.create(
        slug="muster",
        last_name="Muster",
        phone="06131 12-77",
        room="B 12",
        function={"de": "Leitung"},
        unit=make_unit(),
    )
    project_pending(500)
    found = hit("Muster")
    assert facts(found) == {"function": "Leitung", "unit": "Bürgeramt", "room": "B 12"}
    assert found.card.phone == "06131 12-77"


@pytest.mark.parametrize("typed", ["06131 12-77", "0613112-77", "+49 6131 12 77", "B 12", "Muster"])
def test_people_are_found_by_phone_and_room(home: Any, typed: str) -> None:
    Person.objects.create(slug="muster", last_name="Muster", phone="06131 12-77", room="B 12")
    project_pending(500)
    assert hit(typed).title == "Muster"


def test_skills_are_for_staff_alone(home: Any, staff_user: Any, client: Any) -> None:
    Person.objects.create(slug="muster", last_name="Muster", skills="Gebärdensprache, Vergaberecht")
    project_pending(500)
    assert hit("Gebärdensprache", staff_user).title == "Muster"
    assert search(SearchQuery(text="Gebärdensprache"), reader=None).total == 0
    assert "Gebärdensprache" not in client.get("/personen/muster/").content.decode()
    client.force_login(staff_user)
    assert "Gebärdensprache" in client.get("/personen/muster/").content.decode()


def test_a_place_not_everybody_may_see_stays_off_the_card(home: Any, staff_rule: Any) -> None:
    make_service(location=make_location("Geheimer Bunker", access_rule=staff_rule))
    project_pending(500)
    card = SearchEntry.objects.get(kind="service", language="de").card
    assert "place" not in card
    assert "hours" not in card


def test_a_place_that_becomes_internal_leaves_the_card(home: Any, staff_rule: Any) -> None:
    location = make_location("Geheimer Bunker")
    make_service(location=location)
    project_pending(500)
    assert hit("Personalausweis").card.place == "Geheimer Bunker"
    location.access_rule = staff_rule
    location.save()
    project_pending(500)
    assert hit("Personalausweis").card.place == ""


def test_new_hours_of_a_place_reach_the_services_there(home: Any) -> None:
    location = make_location()
    make_service(location=location)
    project_pending(500)
    OpeningException.objects.create(location=location, date=date(2026, 12, 24))
    project_pending(500)
    assert SearchEntry.objects.get(kind="service", language="de").card["hours"]["exceptions"] == [
        ["2026-12-24", None, None]
    ]


@pytest.mark.parametrize("day", [date(2026, 11, 30), date(2026, 12, 3), date(2026, 12, 24), date(2026, 12, 25)])
def test_stored_hours_say_the_same_as_the_place(home: Any, day: date) -> None:
    location = make_location()
    location.exceptions.set([OpeningException(date=date(2026, 12, 24), opens=time(9), closes=time(10))])
    location.save()
    stored = Schedule.restored(Schedule.of(location).stored())
    for hour in (7, 9, 13, 15, 20):
        at = timezone.make_aware(datetime.combine(day, time(hour)))
        assert stored.status(at).label == status(location, at).label
