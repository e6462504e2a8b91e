"""Questions with several inputs, and places in words or on the map."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest

from plugins.forms.definition.structure import Field
from plugins.forms.definition.types import TYPES
from plugins.forms.models import Submission
from tests.plugins.forms.filled import OWNER, Person, de, make_form

pytestmark = pytest.mark.django_db
SPOT = {"key": "spot", "type": "map_point", "label": de("Wo ist es?"), "required": True}
FORM = {"format": 1, "languages": ["de"], "steps": [{"key": "one", "title": de("Ort"), "fields": [SPOT]}]}


@pytest.fixture
def person(home: Any) -> Person:
    return Person(make_form(FORM)).begin()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ({"words": "Gaustraße, vor 12"}, {"words": "Gaustraße, vor 12"}),
        ({"lat": "49,99", "lng": "8.27"}, {"lat": 49.99, "lng": 8.27}),
        ({"words": "Dom", "lat": "49,99", "lng": "8,27"}, {"words": "Dom", "lat": 49.99, "lng": 8.27}),
    ],
)
def test_a_place_is_told_in_words_or_numbers_or_both(person: Person, typed: dict, stored: dict) -> None:
    person.send({f"f-spot_{name}": value for name, value in typed.items()}).send()
    assert Submission.objects.get().answers == {"spot": stored}
    kind, field = TYPES["map_point"], Field(key="spot", type="map_point")
    assert kind.check(field, stored, "de") == []
    jsonschema.validate(stored, kind.schema(field))


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"lat": 1},
        {"words": ""},
        {"words": 1},
        {"words": "x" * 201},
        {"words": "x", "lat": 1},
        {"lat": 99, "lng": 1},
    ],
)
def test_what_is_no_place_is_refused_by_check_and_schema(value: dict[str, Any]) -> None:
    kind, field = TYPES["map_point"], Field(key="spot", type="map_point")
    assert kind.check(field, value, "de")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(value, kind.schema(field))


def test_half_a_point_and_none_at_all_are_named(person: Person) -> None:
    person.send({"f-spot_lat": "49,99"})
    assert 'href="#id_f-spot_2"' in person.text  # the number that is missing
    person.send({})
    assert "Wo ist es? Bitte machen Sie hier eine Angabe." in person.errors


def test_only_pages_with_a_map_may_ask_where_one_is(person: Person) -> None:
    assert "geolocation=(self)" in person.answer["Permissions-Policy"]
    assert "forms/map" in person.text
    person.send({"f-spot_words": "Dom"})
    assert "geolocation=()" in person.answer["Permissions-Policy"]


def test_the_map_shows_what_is_near_and_nothing_else(home: Any, client: Any) -> None:
    found = client.get("/formulare/karte/", {"lat": "49.99", "lng": "8.27", "zoom": "14"})
    assert 'data-zoom="14"' in found.content.decode()
    assert "<polyline" in found.content.decode()
    assert "public" in found["Cache-Control"]
    odd = [{"lat": "x"}, {"lat": "nan"}, {"lat": "1", "lng": "1"}, {"zoom": "99"}, {"zoom": "1.5"}, {"lng": "inf"}]
    assert {client.get("/formulare/karte/", query).status_code for query in odd} == {404}


def test_each_input_of_an_address_has_its_own_error(home: Any) -> None:
    person = Person(make_form()).begin().send({**OWNER, "f-address_house_number": "a", "f-address_town": ""})
    assert re.findall(r'href="#(id_f-address_\d)"', person.text) == ["id_f-address_1", "id_f-address_3"]
    assert person.text.count('aria-invalid="true"') == 2
    assert 'aria-describedby="id_f-address_1_error"' in person.text
