"""What is logged, what never is, and how opened results are counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from search.indexing import project_pending
from search.learning import log
from search.models import LoggedQuery
from tests.conftest import client_of, make_service
from tests.search.learning.conftest import asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def services(home: Any) -> None:
    make_service("Sperrmüll abholen lassen")
    project_pending()


def search(text: str, client: Client | None = None, **headers: str) -> Any:
    response = (client or Client()).get(reverse("search:results"), {"q": text}, headers=headers)
    assert response.status_code == 200
    return response


def token_of(text: str) -> str:
    return str(search(text).context["log_token"])


def tell(token: str, rank: Any) -> int:
    return Client(enforce_csrf_checks=True).post(reverse("search:opened"), {"token": token, "rank": rank}).status_code


def test_searches_of_a_day_are_one_row(services: None) -> None:
    search("Sperrmüll")
    search("  SPERRMÜLL ")
    log.flush()
    search("Sperrmüll")
    log.flush()
    row = LoggedQuery.objects.get()
    assert (row.text, row.searches, row.without, row.results) == ("sperrmüll", 3, 0, 1)
    assert row.day == timezone.localdate()


def test_nothing_that_could_tell_who_asked_is_stored() -> None:
    names = {field.name for field in LoggedQuery._meta.get_fields()}
    assert names == {
        *("id", "day", "digest", "text", "audience", "language"),
        *("searches", "without", "results", "clicks", "ranks"),
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
    ],
)
def test_machines_and_prefetching_do_not_count(services: None, headers: dict[str, str]) -> None:
    search("Sperrmüll", **headers)
    Client().head(reverse("search:results"), {"q": "Sperrmüll"})
    log.flush()
    assert not LoggedQuery.objects.exists()


def test_filters_and_further_pages_are_no_new_searches(services: None) -> None:
    Client().get(reverse("search:results"), {"q": "Sperrmüll", "kind": "service"})
    log.flush()
    assert not LoggedQuery.objects.exists()


def test_counting_costs_the_page_no_query(services: None, monkeypatch: pytest.MonkeyPatch) -> None:
    search("Sperrmüll")  # reads what a process remembers
    with CaptureQueriesContext(connection) as counted:
        search("Sperrmüll")
    with monkeypatch.context() as patch, CaptureQueriesContext(connection) as plain:
        patch.setattr(log, "note", lambda *_arguments: "")
        search("Sperrmüll")
    assert [query["sql"] for query in counted if "search_loggedquery" in query["sql"]] == []
    assert len(counted) == len(plain)


@pytest.mark.parametrize(
    "text",
    ["Erna Geheim", "erna.geheim@mainz.example", "Sperrmüll erna@mainz.example", "06131 123456", "33.1-4711/2026-88"],
)
def test_words_of_nobody_else_are_not_written_down(services: None, text: str) -> None:
    search(text)
    log.flush()
    row = LoggedQuery.objects.get()
    assert (row.text, row.searches) == ("", 1)


@pytest.mark.parametrize("text", ["erna.geheim@mainz.example", "06131 123456"])
def test_addresses_and_numbers_are_not_written_down_however_often(services: None, text: str) -> None:
    for number in range(1, 6):
        LoggedQuery.objects.create(
            day=timezone.localdate() - timedelta(days=number),
            digest=log.digest_of(log.normalised(text)),
            audience="public",
            language="de",
            searches=9,
        )
    search(text)
    log.flush()
    assert set(LoggedQuery.objects.values_list("text", flat=True)) == {""}


def test_words_asked_on_a_third_day_are_written_down_for_all_days(services: None) -> None:
    for number in (1, 2):
        LoggedQuery.objects.create(
            day=timezone.localdate() - timedelta(days=number),
            digest=log.digest_of("eislaufbahn"),
            audience="public",
            language="de",
            searches=1,
            without=1,
        )
    search("Eislaufbahn")
    log.flush()
    assert set(LoggedQuery.objects.values_list("text", flat=True)) == {"eislaufbahn"}


def test_names_of_published_people_are_not_words_of_public_services(home: Any) -> None:
    from cms.directory.models import Person
    from tests.conftest import make_unit

    Person.objects.create(slug="kunigunde", first_name="Kunigunde", last_name="Habersack", unit=make_unit())
    project_pending()
    assert search("Kunigunde Habersack").context["results"].total == 1
    log.flush()
    assert LoggedQuery.objects.get().text == ""


def test_words_only_internal_entries_have_are_not_written_down(home: Any, staff_rule: Any) -> None:
    make_service("Winkelhakenstube buchen", access_rule=staff_rule)
    project_pending()
    search("Winkelhakenstube")
    log.flush()
    assert LoggedQuery.objects.get().text == ""


def test_staff_are_counted_apart(services: None, staff_user: Any) -> None:
    search("Sperrmüll", client_of(staff_user))
    log.flush()
    assert LoggedQuery.objects.get().audience == "staff"


def test_the_place_of_an_opened_result_is_counted(services: None) -> None:
    token = token_of("Sperrmüll")
    assert [tell(token, 1), tell(token, 3)] == [204, 204]
    log.flush()
    row = LoggedQuery.objects.get()
    assert (row.searches, row.clicks, row.ranks) == (1, 2, 4)


@pytest.mark.parametrize("rank", ["", "0", "-1", "x", "1.5", "99999999", "000001" + "9" * 30, "000001" + "9" * 5_000])
def test_a_place_that_cannot_be_is_refused_and_spoils_nothing(services: None, rank: str) -> None:
    assert tell(token_of("Sperrmüll"), rank) == 400
    log.flush()
    assert LoggedQuery.objects.get().clicks == 0


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "é" * 50, "x" * 20_000, "\x00"])
def test_a_token_that_is_not_ours_is_refused(services: None, token: str) -> None:
    assert tell(token, 1) == 400


def test_a_token_for_something_else_or_of_another_form_is_refused(services: None) -> None:
    assert tell(signing.dumps(["2026-11-28", "a", "public", "de"], salt="other"), 1) == 400
    assert tell(signing.dumps({"a": 1}, salt=log.SALT), 1) == 400


def test_a_token_of_yesterday_morning_is_refused(services: None, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_of("Sperrmüll")
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 25 * 3600)
    assert tell(token, 1) == 400


def test_only_post_tells(services: None) -> None:
    assert Client().get(reverse("search:opened")).status_code == 405


def test_what_could_not_be_written_is_kept_with_what_came_since(
    services: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = (timezone.localdate(), "sperrmüll", "public", "de")
    log._add(key, searches=1)

    def away(*_arguments: Any) -> None:
        log._add(key, searches=1)  # somebody searches meanwhile
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(log, "_write", away)
        with pytest.raises(ConnectionError):
            log.flush()
    log.flush()
    assert LoggedQuery.objects.get().searches == 2


def test_old_rows_go_and_nameless_ones_sooner(services: None) -> None:
    today = timezone.localdate()

    def row(age: int, text: str) -> None:
        LoggedQuery.objects.create(
            day=today - timedelta(days=age), digest=f"{age}{text}", text=text, audience="public", language="de"
        )

    for age in (10, 40, settings.SEARCH_LOG_DAYS + 1):
        row(age, "")
        row(age, "perso")
    assert log.forget_old() == 3
    assert {(row.day, row.text) for row in LoggedQuery.objects.all()} == {
        (today - timedelta(days=10), ""),
        (today - timedelta(days=10), "perso"),
        (today - timedelta(days=40), "perso"),
    }


def test_the_log_is_for_those_with_the_right(staff_user: Any, editor_user: Any, home: Any) -> None:
    asked("eislaufbahn")
    refused = client_of(staff_user).get(reverse("search_learning"))
    assert refused.status_code in (302, 403)
    assert b"eislaufbahn" in client_of(editor_user).get(reverse("search_learning")).content
