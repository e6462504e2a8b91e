"""Lists and things of resources: fields, references, filters, languages, pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cms.directory.models import OpeningException, OpeningHours
from plugins.services.models import LifeSituation
from tests.conftest import client_of, make_location, make_service, make_unit

pytestmark = pytest.mark.django_db


def results(client: Any, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


@pytest.fixture
def city(home: Any, staff_rule: Any) -> dict[str, Any]:
    """A service of an office and of one that only members of staff see."""
    office, secret = make_unit("Bürgeramt", "33"), make_unit("Ermittlungen", "39", access_rule=staff_rule)
    location = make_location()
    service = make_service("Ausweis beantragen", unit=office, location=location)
    service.responsibilities.add(service.responsibilities.model(unit=secret))
    service.set_texts({("title", "en"): "Apply for an identity card", ("body", "de"): "<p>Kommen Sie vorbei.</p>"})
    service.save()
    return {"office": office, "secret": secret, "location": location, "service": service}


def test_a_list_says_what_and_where(client: Any, city: dict[str, Any]) -> None:
    (row,) = results(client, "/api/v1/services/")
    service = city["service"]
    assert (row["kind"], row["id"], row["title"]) == ("service", str(service.pk), "Ausweis beantragen")
    assert row["url"] == f"http://testserver{service.get_absolute_url()}"
    assert client.get(row["api_url"]).json()["title"] == "Ausweis beantragen"


def test_a_thing_says_more_than_its_list(client: Any, city: dict[str, Any]) -> None:
    thing = client.get(f"/api/v1/services/{city['service'].pk}/").json()
    assert thing["body"] == "<p>Kommen Sie vorbei.</p>"
    assert thing["languages"] == ["de", "en"]


def test_only_the_chosen_fields_are_shown(client: Any, city: dict[str, Any]) -> None:
    assert results(client, "/api/v1/services/", fields="id,title") == [
        {"id": str(city["service"].pk), "title": "Ausweis beantragen"}
    ]


def test_a_field_that_does_not_exist_is_named(client: Any, home: Any) -> None:
    answer = client.get("/api/v1/services/", {"fields": "titel"})  # also in an empty list
    assert answer.status_code == 400
    (place,) = answer.json()["errors"]
    assert place["parameter"] == "fields"
    assert "titel" in place["detail"]


def test_references_to_what_the_caller_may_not_see_are_left_out(
    client: Any, city: dict[str, Any], staff_user: Any
) -> None:
    path = f"/api/v1/services/{city['service'].pk}/"
    for query in ({}, {"expand": "units"}):
        assert [unit["title"] for unit in client.get(path, query).json()["units"]] == ["Bürgeramt"]
        seen = client_of(staff_user).get(path, query).json()["units"]
        assert {unit["title"] for unit in seen} == {"Bürgeramt", "Ermittlungen"}


def test_a_reference_is_shown_in_full_on_demand(client: Any, city: dict[str, Any]) -> None:
    path = f"/api/v1/services/{city['service'].pk}/"
    (short,) = client.get(path).json()["units"]
    (full,) = client.get(path, {"expand": "units"}).json()["units"]
    assert set(short) == {"kind", "id", "title", "url", "api_url"}
    assert full["office_code"] == "33"
    assert client.get(path, {"expand": "fees"}).json()["errors"][0]["parameter"] == "expand"


def test_what_holds_at_units_and_locations_is_told_of_those_the_caller_may_see(
    client: Any, city: dict[str, Any], staff_user: Any
) -> None:
    service = city["service"]
    for row in service.responsibilities.all():
        row.note = {"de": f"Zimmer {row.unit.office_code}"}
        row.save()
    service.places.update(duration_minutes=15)
    path = f"/api/v1/services/{service.pk}/"
    for query in ({}, {"fields": "at_units,at_locations"}):
        answer = client.get(path, query).json()
        assert [unit["note"] for unit in answer["at_units"]] == ["Zimmer 33"]
        assert [row["duration_minutes"] for row in answer["at_locations"]] == [15]
        seen = client_of(staff_user).get(path, query).json()["at_units"]
        assert {unit["note"] for unit in seen} == {"Zimmer 33", "Zimmer 39"}


def test_a_location_tells_its_hours_of_the_next_seven_days(client: Any, city: dict[str, Any]) -> None:
    location = city["location"]
    today = timezone.localdate()
    location.hours.set([OpeningHours(weekday=today.weekday(), opens="08:00", closes="12:00")])
    location.exceptions.set([OpeningException(date=today + timedelta(days=1), reason={"de": "Betriebsausflug"})])
    location.save()
    week = client.get(f"/api/v1/locations/{location.pk}/").json()["week"]
    assert [day["date"] for day in week] == [(today + timedelta(days=n)).isoformat() for n in range(7)]
    assert week[1]["spans"] == []
    assert "Betriebsausflug" in str(week[1])


@pytest.mark.parametrize(
    ("path", "kind", "api"),
    [
        ("/leistungen/", "service", "/api/v1/services/"),
        ("/en/services/", "service", "/api/v1/services/"),
        ("/leistungen/lebenslagen/", "life_situation", "/api/v1/life-situations/"),
        ("/aemter/", "unit", "/api/v1/units/"),
    ],
)
def test_the_address_of_a_list_leads_to_the_list(client: Any, home: Any, path: str, kind: str, api: str) -> None:
    found = client.get("/api/v1/addresses/", {"path": path}).json()
    assert found == {"kind": kind, "id": "", "api_url": f"http://testserver{api}", "redirect_to": ""}
    assert client.get(found["api_url"]).status_code == 200


def test_a_parent_nobody_may_see_is_not_named(client: Any, city: dict[str, Any], staff_user: Any) -> None:
    child = make_unit("Außendienst", "39.1", slug="aussendienst", parent=city["secret"])
    path = f"/api/v1/units/{child.pk}/"
    assert client.get(path).json()["parent_id"] is None
    assert client.get(path).json()["parents"] == []
    assert client_of(staff_user).get(path).json()["parent_id"] == str(city["secret"].pk)


def test_filters_find_nothing_by_what_the_caller_may_not_see(
    client: Any, city: dict[str, Any], staff_user: Any
) -> None:
    secret, office = city["secret"].pk, city["office"].pk
    assert len(results(client, "/api/v1/services/", unit=office)) == 1
    assert results(client, "/api/v1/services/", unit=secret) == []
    assert len(results(client_of(staff_user), "/api/v1/services/", unit=secret)) == 1
    assert results(client, "/api/v1/units/", below=secret) == []


def test_services_of_a_place_and_of_a_life_situation(client: Any, city: dict[str, Any]) -> None:
    other = make_service("Umziehen")
    situation = LifeSituation(slug="umzug")
    situation.set_texts({("title", "de"): "Umzug"})
    situation.save()
    other.life_situations.set([situation])
    other.save()
    assert [row["title"] for row in results(client, "/api/v1/services/", life_situation="umzug")] == ["Umziehen"]
    found = results(client, "/api/v1/services/", location=city["location"].pk)
    assert [row["title"] for row in found] == ["Ausweis beantragen"]


@pytest.mark.parametrize("number", ["9" * 40, "-1", "1e9", "abc", "0"])
@pytest.mark.parametrize("name", ["unit", "location"])
def test_odd_numbers_find_nothing_or_are_named(client: Any, city: dict[str, Any], name: str, number: str) -> None:
    answer = client.get("/api/v1/services/", {name: number})
    assert answer.status_code == 400 or answer.json()["results"] == []


def test_the_language_is_chosen_by_header_or_parameter(client: Any, city: dict[str, Any]) -> None:
    path = "/api/v1/services/"
    english = client.get(path, headers={"accept-language": "en"})
    assert english.json()["results"][0]["title"] == "Apply for an identity card"
    assert english["Content-Language"] == "en"
    chosen = client.get(path, {"language": "de"}, headers={"accept-language": "en"})
    assert chosen.json()["results"][0]["title"] == "Ausweis beantragen"
    assert chosen["Content-Language"] == "de"
    assert client.get(path, {"language": "fr"}).json()["errors"][0]["parameter"] == "language"


def test_pages_show_everything_once_in_both_directions(client: Any, home: Any) -> None:
    wanted = {str(make_unit(f"Amt {number}", str(number), slug=f"amt-{number}").pk) for number in range(7)}
    answer = client.get("/api/v1/units/", {"size": 3}).json()
    forward = [row["id"] for row in answer["results"]]
    while answer["next"]:
        answer = client.get(answer["next"]).json()
        forward += [row["id"] for row in answer["results"]]
    assert len(forward) == 7
    assert set(forward) == wanted
    back = [row["id"] for row in answer["results"]]
    while answer["previous"]:
        answer = client.get(answer["previous"]).json()
        back = [row["id"] for row in answer["results"]] + back
    assert back == forward


def test_the_last_page_is_one_call_away(client: Any, home: Any) -> None:
    last = [make_unit(f"Amt {number}", str(number), slug=f"amt-{number}") for number in range(5)][-2:]
    links = client.get("/api/v1/units/", {"size": 2})["Link"]
    address = next(link.split(">")[0].lstrip(" <") for link in links.split(",") if 'rel="last"' in link)
    answer = client.get(address).json()
    assert [row["id"] for row in answer["results"]] == [str(unit.pk) for unit in last]
    assert answer["next"] is None


@pytest.mark.parametrize(
    "query",
    [{"cursor": "abc"}, {"cursor": "cD14"}, {"size": "0"}, {"size": "101"}, {"size": "-1"}, {"size": "x"}, {"sizes": "3"}],
)  # fmt: skip
def test_wrong_pages_are_named(client: Any, home: Any, query: dict[str, str]) -> None:
    make_unit()
    answer = client.get("/api/v1/units/", query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] in query


def test_what_is_hidden_does_not_exist(client: Any, city: dict[str, Any]) -> None:
    hidden = client.get(f"/api/v1/units/{city['secret'].pk}/")
    missing = client.get("/api/v1/units/99999999999999999999/")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.json() == missing.json()


@pytest.mark.parametrize(
    "moment",
    ["2020-01-01T00:00:00+23:59", "2020-01-01T00:00:00-23:59", "2020-01-01", "0001-01-01T00:00:00+01:00", "gestern"],
)
def test_any_moment_is_understood_or_named(client: Any, city: dict[str, Any], moment: str) -> None:
    answer = client.get("/api/v1/services/", {"updated_since": moment})
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        assert len(answer.json()["results"]) == 1
    else:
        assert answer.json()["errors"][0]["parameter"] == "updated_since"
