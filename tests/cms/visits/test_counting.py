"""Readers are counted, and nothing about them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import override_settings
from django.utils import timezone

from cms.visits import counting, figures
from cms.visits.models import PageDay
from tests.conftest import client_of, make_page

pytestmark = pytest.mark.django_db
BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@pytest.fixture(autouse=True)
def nothing_waiting() -> Any:
    counting.forget_waiting()
    yield
    counting.forget_waiting()


def counted() -> dict[str, tuple[int, int]]:
    counting.flush()
    return {row.page.slug: (row.views, row.onward) for row in PageDay.objects.select_related("page")}


def test_a_reader_counts_and_who_reads_on_counts_as_that(client: Any, home: Any) -> None:
    first = make_page(home, "Markt")
    second = make_page(first, "Zeiten")
    client.get(first.url, headers=BROWSER)
    client.get(second.url, headers={**BROWSER, "referer": f"http://testserver{first.url}"})
    assert counted() == {"markt": (1, 1), "zeiten": (1, 0)}


def test_reading_on_at_a_service_counts(client: Any, home: Any) -> None:
    page = make_page(home, "Markt")
    client.get("/leistungen/", headers={**BROWSER, "referer": f"http://testserver{page.url}"})
    assert counted() == {"markt": (0, 1)}


def test_the_english_twin_is_a_page_of_its_own(client: Any, home: Any) -> None:
    from wagtail.models import Locale

    english = Locale.objects.get_or_create(language_code="en")[0]
    twin = home.copy_for_translation(english)
    twin.slug, twin.title = "start-en", "Mainz"
    twin.save_revision().publish()
    page = make_page(twin, "Market")
    client.get("/en/search/", headers={**BROWSER, "referer": f"http://testserver{page.url}"})
    assert counted() == {"market": (0, 1)}


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "Googlebot/2.1"},
        {"user-agent": ""},
        {"user-agent": "curl/8.5"},
        {**BROWSER, "sec-purpose": "prefetch;prerender"},
    ],
)
def test_machines_and_prefetching_do_not_count(client: Any, home: Any, headers: dict[str, str]) -> None:
    client.get(make_page(home, "Markt").url, headers=headers)
    assert counted() == {}


def test_a_reload_a_missing_page_and_a_referrer_outside_do_not_count(client: Any, home: Any) -> None:
    page = make_page(home, "Markt")
    client.get(page.url, headers={**BROWSER, "referer": f"http://testserver{page.url}"})
    client.get("/gibt-es-nicht/", headers={**BROWSER, "referer": f"http://testserver{page.url}"})
    client.get("/leistungen/", headers={**BROWSER, "referer": f"https://elsewhere.example{page.url}"})
    client.head(page.url, headers=BROWSER)
    assert counted() == {}


def test_the_admin_and_its_preview_do_not_count(home: Any, admin_user: Any) -> None:
    page = make_page(home, "Markt")
    page.save_revision()
    client = client_of(admin_user)
    assert client.get(f"/admin/pages/{page.pk}/edit/", headers=BROWSER).status_code == 200
    assert client.get(f"/admin/pages/{page.pk}/view_draft/", headers=BROWSER).status_code == 200
    assert counted() == {}


def test_counting_asks_the_database_nothing(home: Any, rf: Any, django_assert_num_queries: Any) -> None:
    request = rf.get("/markt/", headers=BROWSER)
    with django_assert_num_queries(0):
        counting.note(request, home.pk)
    assert counted() == {"start": (1, 0)}


def test_counts_add_up_over_several_flushes_and_processes(home: Any, rf: Any) -> None:
    for _time in range(3):
        counting.note(rf.get("/", headers=BROWSER), home.pk)
        counting.flush()
    assert counted() == {"start": (3, 0)}


def test_what_cannot_be_written_is_kept(home: Any, rf: Any, monkeypatch: Any) -> None:
    counting.note(rf.get("/", headers=BROWSER), home.pk)

    def away(taken: Any) -> int:
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr(counting, "_write", away)
        with pytest.raises(DatabaseError):
            counting.flush()
    assert counted() == {"start": (1, 0)}


def test_a_page_that_is_gone_is_left_out(home: Any, rf: Any) -> None:
    counting.note(rf.get("/", headers=BROWSER), 999_999)
    counting.note(rf.get("/x/", headers={**BROWSER, "referer": "http://testserver/weg/"}), home.pk)
    assert counted() == {"start": (1, 0)}


def test_memory_is_bounded(rf: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(counting, "MAX_WAITING", 10)
    for number in range(100):
        counting.note(rf.get("/", headers={**BROWSER, "referer": f"http://testserver/{number}/"}))
    assert len(counting._waiting) == 10


@override_settings(VISITS_DAYS=30)
def test_old_counts_go(home: Any) -> None:
    today = timezone.localdate()
    for days in (29, 31):
        PageDay.objects.create(page=home, day=today - timedelta(days=days), views=1)
    assert counting.forget_old() == 1


def test_no_column_could_hold_a_person() -> None:
    names = {field.name for field in PageDay._meta.fields}
    assert names == {"id", "page", "day", "views", "onward", "helped", "failed"}


def test_trend_compares_with_the_period_before(home: Any) -> None:
    today = timezone.localdate()
    PageDay.objects.create(page=home, day=today, views=30)
    PageDay.objects.create(page=home, day=today - timedelta(days=7), views=20)
    found = figures.of_page(home.pk, 7)
    assert (found.views, found.before, found.trend) == (30, 20, 50)
    bars = figures.chart(home.pk, 7)
    assert len(bars) == 7
    assert bars[-1].height == figures.HEIGHT


def test_pages_without_success_are_read_much_and_fail_people(home: Any) -> None:
    today = timezone.localdate()
    for title, values in {
        "Sackgasse": {"views": 100, "onward": 2},
        "Antwort": {"views": 100, "onward": 2, "helped": 5},
        "Weiter": {"views": 100, "onward": 80},
        "Nein": {"views": 50, "onward": 45, "failed": 4, "helped": 1},
        "Selten": {"views": 5},
    }.items():
        PageDay.objects.create(page=make_page(home, title), day=today, **values)
    found = [row["page__title"] for row in figures.without_success(PageDay.objects.all(), 30)]
    assert found == ["Sackgasse", "Nein"]
