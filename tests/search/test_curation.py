"""What editors put first or hide, on both engines, through the access filter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from search.models import BestBet
from search.queries import SearchQuery, SearchResults, search
from tests.conftest import make_service

pytestmark = pytest.mark.django_db


def bet(service: Any, words: str = "Stempel", **values: Any) -> BestBet:
    return BestBet.objects.create(words=words, kind="service", object_id=str(service.pk), title=service.title, **values)


def find(text: str = "Stempel", reader: Any = None, **values: Any) -> SearchResults:
    return search(SearchQuery(text=text, **values), reader=reader)


def titles(found: SearchResults) -> list[str]:
    return [hit.title for hit in found.hits]


@pytest.fixture
def services(home: Any, engine: Any) -> list[Any]:
    made = [make_service(f"Stempel Nummer {n}", slug=f"a{n}") for n in range(12)]
    made.append(make_service("Passbilder", slug="bilder"))
    engine()
    return made


def test_a_bet_comes_first_whatever_the_ending(services: list[Any]) -> None:
    bet(services[-1])
    for text in ("Stempel", "stempels", "STEMPEL"):
        found = find(text)
        assert titles(found)[0] == "Passbilder"
        assert found.hits[0].is_recommended
        assert found.total == 13


def test_pages_go_on_where_the_one_before_ended(services: list[Any]) -> None:
    bet(services[-1])
    bet(services[5])
    pages = [titles(find(page=number, size=10)) for number in (1, 2)]
    assert pages[0][:2] == ["Passbilder", "Stempel Nummer 5"]
    assert len(pages[0]) == 10
    assert len(pages[1]) == 3
    assert len(set(pages[0] + pages[1])) == 13


def test_facets_count_a_bet_once(services: list[Any]) -> None:
    bet(services[3])
    found = find()
    assert found.total == 12
    assert {option.value: option.count for option in found.facets[0].options} == {"service": 12}


def test_what_is_hidden_is_neither_shown_nor_counted(services: list[Any]) -> None:
    bet(services[0], effect=BestBet.Effect.HIDE)
    assert find().total == 11
    assert "Stempel Nummer 0" not in titles(find(size=20))
    assert find("Stempel Nummer").total == 12


def test_a_bet_out_of_its_time_or_use_changes_nothing(services: list[Any]) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    bet(services[-1], starts=tomorrow)
    bet(services[-1], ends=tomorrow - timedelta(days=2))
    bet(services[-1], is_active=False)
    assert "Passbilder" not in titles(find(size=20))


def test_a_bet_does_not_show_what_the_reader_may_not_see(
    services: list[Any], staff_rule: Any, staff_user: Any, engine: Any
) -> None:
    secret = make_service("Dienstreise", slug="reise", access_rule=staff_rule)
    engine()
    bet(secret)
    found = find()
    assert found.total == 12
    assert "Dienstreise" not in titles(found)
    assert titles(find(reader=staff_user))[0] == "Dienstreise"


def test_a_bet_passes_the_filters_like_everything(services: list[Any]) -> None:
    bet(services[-1])
    assert find(kinds=("page",)).total == 0
    assert titles(find(kinds=("service",)))[0] == "Passbilder"
    assert "Passbilder" not in titles(find(order="title", size=20))


def test_a_bet_on_something_that_is_gone_is_no_error(services: list[Any], engine: Any) -> None:
    bet(services[-1])
    services[-1].delete()
    engine()
    assert find().total == 12
