"""Other people's queries: only those of many, only the public's, only what finds something for the reader."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from search.indexing import project_pending
from search.learning.related import popular, related
from search.models import LoggedQuery
from search.queries import SearchQuery, search
from tests.conftest import client_of, make_service
from tests.search.learning.conftest import asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def services(home: Any) -> None:
    make_service("Sperrmüll abholen lassen")
    make_service("Personalausweis beantragen")
    project_pending()


def related_to(text: str, reader: Any = None) -> list[str]:
    return related(search(SearchQuery(text=text), reader=reader), reader)


def test_queries_that_share_a_word_are_related(services: None) -> None:
    asked("sperrmüll abholen")
    asked("personalausweis")
    assert related_to("Sperrmüll") == ["sperrmüll abholen"]
    assert related_to("Personalausweis") == []  # the same query is no other one


def test_the_most_frequent_comes_first(services: None) -> None:
    asked("sperrmüll")
    asked("personalausweis", a_day=5)
    assert popular(None) == ["personalausweis", "sperrmüll"]


@pytest.mark.parametrize(("days", "a_day"), [(2, 50), (4, 1)])
def test_what_few_asked_is_not_shown(services: None, days: int, a_day: int) -> None:
    asked("sperrmüll abholen", days=days, a_day=a_day)
    assert popular(None) == []
    assert related_to("Sperrmüll") == []


def test_what_staff_asked_is_shown_to_nobody(services: None, staff_user: Any) -> None:
    asked("sperrmüll abholen", audience="staff", a_day=50)
    for reader in (None, staff_user):
        assert popular(reader) == []
        assert related_to("Sperrmüll", reader) == []


def test_what_finds_nothing_for_this_reader_is_not_shown(services: None, staff_rule: Any, staff_user: Any) -> None:
    make_service("Sperrmüll Winkelhakenstube", access_rule=staff_rule)
    project_pending()
    # As if it had been public when people asked for it.
    asked("winkelhakenstube")
    asked("winkelhakenstube sperrgut")
    assert popular(staff_user)[:1] == ["winkelhakenstube"]
    assert popular(None) == []
    # Asked for with the word everybody knows, and with the other reader's answer remembered.
    assert "winkelhakenstube sperrgut" not in related_to("Sperrgut")
    for url in (
        reverse("search:results"),
        f"{reverse('search:results')}?q=xyzzyx",
        f"{reverse('search:results')}?q=Sperrgut",
    ):
        assert b"winkelhakenstube" not in Client().get(url).content.lower()


def test_a_record_that_becomes_internal_takes_its_query_along(services: None, staff_rule: Any) -> None:
    service = make_service("Winkelhakenstube")
    project_pending()
    asked("winkelhakenstube")
    assert popular(None) == ["winkelhakenstube"]
    service.access_rule = staff_rule
    service.save()
    assert popular(None) == []


def test_an_unnamed_query_is_never_shown(services: None) -> None:
    asked("sperrmüll abholen")
    LoggedQuery.objects.update(text="")
    assert popular(None) == []


def test_a_warm_process_asks_nothing_more(services: None) -> None:
    asked("sperrmüll abholen")
    client = Client()
    url = f"{reverse('search:results')}?q=Sperrm%C3%BCll"
    assert b"sperrm\xc3\xbcll abholen" in client.get(url).content
    with CaptureQueriesContext(connection) as warm:
        client.get(url)
    assert [query["sql"] for query in warm if "search_loggedquery" in query["sql"]] == []


def test_the_pages_show_them_as_links(services: None, citizen: Any) -> None:
    asked("sperrmüll abholen")
    for client in (Client(), client_of(citizen)):
        empty = client.get(reverse("search:results")).content.decode()
        assert "?q=sperrm%C3%BCll%20abholen" in empty
