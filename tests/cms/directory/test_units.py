"""The tree of units, and what its pages cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.directory.models import OrganisationUnit, Person
from tests.conftest import make_location, make_unit

pytestmark = pytest.mark.django_db


def fill(unit: OrganisationUnit, number: int) -> None:
    """Give ``unit`` one more of everything its page shows."""
    location = make_location(f"Haus {unit.slug} {number}")
    unit.locations.add(location)
    unit.save()
    Person.objects.create(slug=f"p-{unit.slug}-{number}", last_name=f"Muster {number}", unit=unit, location=location)
    make_unit(f"Team {unit.slug} {number}", f"33.{number}", parent=unit)


def queries_of(client: Any, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "path", ["/aemter/", "/aemter/buergeramt/", "/standorte/", "/api/v1/units/", "/api/v1/locations/"]
)
def test_more_rows_cost_no_more_queries(client: Any, home: Any, path: str) -> None:
    unit = make_unit()
    fill(unit, 1)
    before = queries_of(client, path)
    for number in range(2, 8):
        fill(unit, number)
    assert queries_of(client, path) == before


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_unit_below_itself_is_refused(depth: int) -> None:
    top = make_unit("Dezernat", "I")
    chain = [top, make_unit("Amt", "33", parent=top)]
    chain.append(make_unit("Team", "33.1", parent=chain[-1]))
    top.parent = chain[depth]
    with pytest.raises(ValidationError):
        top.full_clean(exclude=["texts"])


def test_ids_that_begin_alike_are_not_taken_for_relatives() -> None:
    short, long = make_unit("Amt 1", "1", pk=7001), make_unit("Amt 2", "2", pk=70010)
    short.parent = long
    short.full_clean(exclude=["texts"])  # "7001/" is no prefix of "70010/"
    short.save()
    assert short.ancestor_ids() == [long.pk]


def test_a_unit_below_a_hidden_one_stands_at_the_top(client: Any, home: Any, staff_rule: Any) -> None:
    hidden = make_unit("Geheimreferat", "98", access_rule=staff_rule)
    make_unit("Pressestelle", "99", parent=hidden)
    answer = client.get("/aemter/")
    assert [branch["unit"].title for branch in answer.context["tree"]] == ["Pressestelle"]
    page = client.get("/aemter/pressestelle/")
    assert page.context["ancestors"] == []
    assert "Geheimreferat" not in page.content.decode()


def test_a_head_the_reader_may_not_see_is_not_named(client: Any, home: Any, staff_rule: Any) -> None:
    head = Person.objects.create(slug="leitung", last_name="Verborgen", access_rule=staff_rule)
    unit = make_unit(head=head)
    head.unit = unit
    head.save()
    assert "Verborgen" not in client.get(unit.get_absolute_url()).content.decode()
