"""Units and locations by API: what an integration may change of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from wagtail.models import ModelLogEntry

from cms.accounts import rights
from cms.accounts.models import RoleAssignment
from cms.accounts.roles import EDITORS_GROUP
from cms.api.writing import ACTION
from cms.directory.models import OpeningHours
from cms.events.models import Event
from tests.cms.integrations.calls import Caller, pointers, problem
from tests.conftest import make_location, make_unit

pytestmark = pytest.mark.django_db
MONDAY = {"weekday": 1, "opens": "09:00", "closes": "12:30"}


@pytest.fixture
def caller(caller_with: Any) -> Caller:
    return caller_with("locations:write", "units:write")


@pytest.fixture
def address(roles: Any) -> str:
    return f"/api/v1/locations/{make_location().pk}/"


def test_hours_take_the_place_of_all_there_were(caller: Caller, client: Any, address: str) -> None:
    tuesday = {"weekday": 2, "opens": "14:00", "closes": "18:00", "by_appointment": True}
    Event.objects.all().delete()
    connection.run_on_commit.clear()  # what made the place is another transaction
    answer = caller("patch", address, {"hours": [MONDAY, tuesday], "phone": "06131 12-1"})
    assert answer.status_code == 200, answer.content
    shown = client.get(address).json()
    assert shown["hours"] == [{**MONDAY, "by_appointment": False}, tuesday] == answer.json()["hours"]
    assert shown["phone"] == "06131 12-1"
    assert OpeningHours.objects.count() == 2
    assert Event.objects.filter(kind="location", object_id=answer.json()["id"], verb="changed").count() == 1


def test_exceptions_are_set_and_hours_stay(caller: Caller, client: Any, address: str) -> None:
    before = client.get(address).json()["hours"]
    day = {"date": "2027-01-04", "reason": {"de": "Inventur"}}
    assert caller("patch", address, {"exceptions": [day]}).status_code == 200
    shown = client.get(address).json()
    assert shown["exceptions"] == [{"date": "2027-01-04", "opens": None, "closes": None, "reason": "Inventur"}]
    assert shown["hours"] == before
    assert caller("patch", address, {"exceptions": []}).json()["exceptions"] == []


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ({"hours": [{**MONDAY, "closes": "08:00"}]}, ["/hours/0/closes"]),
        ({"hours": [MONDAY, {**MONDAY, "weekday": 0}]}, ["/hours/1/weekday"]),
        ({"hours": [{**MONDAY, "weekday": 8}]}, ["/hours/0/weekday"]),
        ({"hours": [{"weekday": 1}]}, ["/hours/0/opens", "/hours/0/closes"]),
        ({"hours": [{**MONDAY, "open": "8"}]}, ["/hours/0/open"]),
        ({"hours": {}}, ["/hours"]),
        ({"exceptions": [{"date": "2027-01-04", "opens": "09:00"}]}, ["/exceptions/0/closes"]),
        ({"email": "nobody"}, ["/email"]),
        ({"street": "Große Bleiche"}, ["/street"]),
    ],
)
def test_what_is_wrong_is_named_and_nothing_changes(
    caller: Caller, client: Any, address: str, values: Any, places: list[str]
) -> None:
    before = client.get(address).json()
    assert pointers(problem(caller("patch", address, values), 400, "invalid")) == places
    assert client.get(address).json() == before


def test_a_unit_says_what_it_does(caller: Caller, client: Any, roles: Any) -> None:
    path = f"/api/v1/units/{make_unit().pk}/"
    text = {"de": "<p>Ausweise</p><script>x</script>", "en": "<p>Passports</p>"}
    answer = caller("patch", path, {"description": text, "email": "amt@mainz.example"})
    assert answer.status_code == 200, answer.content
    assert answer.json()["description"] == {"de": "<p>Ausweise</p>", "en": "<p>Passports</p>"}
    assert client.get(path, {"language": "en"}).json()["description"] == "<p>Passports</p>"
    assert client.get(path).json()["title"] == "Bürgeramt"
    only_english = caller("patch", path, {"description": {"en": ""}}).json()
    assert only_english["description"] == {"de": "<p>Ausweise</p>"}
    assert ModelLogEntry.objects.filter(action=ACTION).latest("pk").data["fields"] == ["description"]


def test_a_role_in_one_unit_reaches_no_further(caller: Caller, integration: Any, roles: Any) -> None:
    mine, other = make_unit("Tiefbauamt", "66"), make_unit("Bürgeramt", "33")
    rights.withdraw(assignment=RoleAssignment.objects.get(user=integration.account))
    rights.assign(user=integration.account, role=roles[EDITORS_GROUP], scope="unit", scope_id=mine.pk)
    assert caller("patch", f"/api/v1/units/{mine.pk}/", {"phone": "1"}).status_code == 200
    problem(caller("patch", f"/api/v1/units/{other.pk}/", {"phone": "1"}), 403, "forbidden")
    problem(caller("get", f"/api/v1/units/{other.pk}/source/"), 403, "forbidden")


def test_each_resource_has_its_scope(caller_with: Any, address: str) -> None:
    unit = make_unit()
    for path, scope in ((address, "units:write"), (f"/api/v1/units/{unit.pk}/", "locations:write")):
        problem(caller_with(scope)("patch", path, {"phone": "1"}), 403, "insufficient-scope")
    unit.refresh_from_db()
    assert unit.phone == "06131 12-0033"


def test_hidden_units_are_not_found(caller: Caller, integration: Any, staff_rule: Any) -> None:
    rights.withdraw(assignment=RoleAssignment.objects.get(user=integration.account))
    for thing, path in (
        (make_unit(access_rule=staff_rule), "units"),
        (make_location(access_rule=staff_rule), "locations"),
    ):
        problem(caller("patch", f"/api/v1/{path}/{thing.pk}/", {"phone": "1"}), 404, "not-found")
        problem(caller("get", f"/api/v1/{path}/{thing.pk}/source/"), 404, "not-found")
