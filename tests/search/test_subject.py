"""A service is found by what it is about before an office of that name."""

from __future__ import annotations

from typing import Any

import pytest

from plugins.services.search import subject
from search.indexing import project_pending
from search.queries import SearchQuery, search
from tests.conftest import make_service, make_unit


@pytest.mark.parametrize(
    ("title", "about"),
    [
        ("Wohngeld beantragen", "Wohngeld"),
        ("Hund anmelden (Hundesteuer)", ""),
        ("Führerschein", ""),
        ("Leistungen für Familien", ""),
        ("Apply for housing benefit", ""),
    ],
)
def test_the_verb_at_the_end_is_left_out(title: str, about: str) -> None:
    assert subject(title) == about


@pytest.mark.django_db
def test_the_service_stands_before_the_office(home: Any) -> None:
    make_unit("Wohngeld und Wohnungswesen")
    make_service("Wohngeld beantragen")
    project_pending(500)
    assert search(SearchQuery(text="wohngeld"), reader=None).hits[0].title == "Wohngeld beantragen"
