"""Reports: right figures, the right period and audience, a download that no spreadsheet calculates."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from search.learning.reports import by_day, standing_out
from tests.conftest import client_of
from tests.search.learning.conftest import asked

pytestmark = pytest.mark.django_db


def texts(days: int = 30, audience: str = "public") -> dict[str, list[str]]:
    return {name: [row.text for row in rows] for name, rows in standing_out(days, audience).items()}


def test_queries_stand_in_the_lists_they_belong_to() -> None:
    asked("gut", a_day=9, clicks=8, ranks=8)
    asked("ungeklickt", a_day=5)
    asked("leer", a_day=3, without=3, results=0)
    assert texts() == {"popular": ["gut", "ungeklickt", "leer"], "without": ["leer"], "unclicked": ["ungeklickt"]}


def test_figures_are_sums_and_the_place_is_a_mean() -> None:
    asked("gut", days=2, a_day=9, clicks=3, ranks=12)
    (row,) = standing_out(30, "public")["popular"]
    assert (row.searches, row.clicks, row.rank, row.clicked_percent) == (18, 6, 4.0, 33)


def test_only_the_period_and_the_audience_count() -> None:
    asked("gut", days=10, a_day=1)
    asked("intern", days=1, audience="staff")
    assert standing_out(7, "public")["popular"][0].searches == 6  # today and the six days before
    assert texts(audience="staff")["popular"] == ["intern"]
    days = by_day(7, "public")
    assert [day.searches for day in days] == [1, 1, 1, 1, 1, 1, 0]


def test_an_unnamed_query_is_in_the_sum_but_in_no_list() -> None:
    asked("")
    assert texts()["popular"] == []
    assert sum(day.searches for day in by_day(7, "public")) == 6


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@x"])
def test_the_download_has_no_formulas(editor_user: Any, text: str) -> None:
    asked(text)
    page = client_of(editor_user).get(reverse("search_learning"), {"format": "csv"})
    body = page.content.decode("utf-8-sig")
    assert f";'{text};" in body
    assert page["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("query", ["days=x", "days=-1", "days=99999", "audience=agent", "whose=x"])
def test_odd_choices_are_the_usual_ones(editor_user: Any, query: str) -> None:
    asked("gut")
    page = client_of(editor_user).get(f"{reverse('search_learning')}?{query}")
    assert page.status_code == 200
    assert page.context["days"] in (7, 30, 90)


def test_the_page_without_any_query_says_what_to_do(editor_user: Any) -> None:
    assert client_of(editor_user).get(reverse("search_learning")).status_code == 200
