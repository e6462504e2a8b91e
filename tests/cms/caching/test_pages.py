"""Nobody ever gets a stale page, or one that is not for everybody."""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.access.models import AccessRule
from cms.caching import versions
from cms.caching.backend import ForgivingRedisCache
from cms.content.models import ContentPage, HomePage
from cms.directory.models import OrganisationUnit
from cms.plugins import switches
from tests.conftest import client_of, make_location, make_page, make_service, make_unit, make_user, restrict

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def cache_is_on(settings: Any) -> None:
    settings.PAGE_CACHE_SECONDS = 3600


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of pages that were made, not taken from the cache."""
    addresses: list[str] = []
    serve = ContentPage.serve

    def noted(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        addresses.append(request.path)
        return serve(self, request, *args, **kwargs)

    monkeypatch.setattr(ContentPage, "serve", noted)
    return addresses


def test_a_second_reader_gets_what_was_kept(home: HomePage, made: list[str]) -> None:
    make_page(home, "Kultur")
    first, second = Client().get("/kultur/"), Client().get("/kultur/")
    assert made == ["/kultur/"]
    assert first.content == second.content
    assert first.headers["Cache-Control"] == second.headers["Cache-Control"] == "public, no-cache"
    assert second.headers["Content-Security-Policy"]


def test_a_kept_page_costs_one_query(home: HomePage) -> None:
    make_page(home, "Kultur")
    Client().get("/kultur/")
    with CaptureQueriesContext(connection) as captured:
        Client().get("/kultur/")
    assert len(captured) == 1


def test_a_published_change_is_there_at_the_next_request(home: HomePage) -> None:
    page = make_page(home, "Kultur")
    Client().get("/kultur/")
    page.title = "Kultur und Freizeit"
    page.save_revision().publish()
    assert b"Kultur und Freizeit" in Client().get("/kultur/").content


def test_a_draft_changes_nothing_for_readers(home: HomePage, made: list[str]) -> None:
    page = make_page(home, "Kultur")
    Client().get("/kultur/")
    page.title = "Kultur und Freizeit"
    page.save_revision()
    assert b"Kultur und Freizeit" not in Client().get("/kultur/").content
    assert len(made) == 1


def test_a_restricted_page_is_gone_at_the_next_request(home: HomePage, roles: dict[str, Group]) -> None:
    page = make_page(home, "Kultur")
    Client().get("/kultur/")
    restrict(page, roles["staff"])
    answer = Client().get("/kultur/")
    assert answer.status_code == 302
    assert b"Kultur" not in answer.content


def test_a_page_below_a_restricted_one_is_gone(home: HomePage, roles: dict[str, Group]) -> None:
    section = make_page(home, "Museum")
    make_page(section, "Depot")
    Client().get("/museum/depot/")
    restrict(section, roles["staff"])
    assert Client().get("/museum/depot/").status_code == 302


def test_a_moved_page_answers_at_its_new_place_only(home: HomePage) -> None:
    page, target = make_page(home, "Depot"), make_page(home, "Museum")
    Client().get("/depot/")
    page.move(target, pos="last-child")
    assert Client().get("/museum/depot/").status_code == 200
    assert Client().get("/depot/").status_code in (301, 404)


def test_a_withdrawn_page_leaves_the_menus_of_other_pages(home: HomePage) -> None:
    make_page(home, "Kultur")
    other = make_page(home, "Depotverwaltung", show_in_menus=True)
    assert b"Depotverwaltung" in Client().get("/kultur/").content
    other.unpublish()
    assert b"Depotverwaltung" not in Client().get("/kultur/").content


def test_a_new_phone_number_is_there_at_the_next_request(home: HomePage) -> None:
    unit = make_unit()
    assert b"12-4711" not in Client().get(unit.get_absolute_url()).content
    OrganisationUnit.objects.filter(pk=unit.pk).update(phone="06131 12-4711")
    assert b"12-4711" in Client().get(unit.get_absolute_url()).content


def test_a_record_that_becomes_internal_is_gone(home: HomePage, staff_rule: AccessRule) -> None:
    unit = make_unit()
    assert Client().get(unit.get_absolute_url()).status_code == 200
    unit.access_rule = staff_rule
    unit.save()
    assert Client().get(unit.get_absolute_url()).status_code == 404


def test_what_staff_sees_is_not_kept_for_the_public(home: HomePage, staff_user: Any, staff_rule: AccessRule) -> None:
    unit = make_unit()
    make_unit("Geheimes Referat", parent=unit, access_rule=staff_rule)
    inside = client_of(staff_user).get(unit.get_absolute_url())
    assert "Geheimes Referat" in inside.content.decode()
    assert "private" in inside.headers["Cache-Control"]
    assert "Geheimes Referat" not in Client().get(unit.get_absolute_url()).content.decode()


def test_staff_does_not_get_the_public_page(home: HomePage, staff_user: Any, staff_rule: AccessRule) -> None:
    unit = make_unit()
    make_unit("Geheimes Referat", parent=unit, access_rule=staff_rule)
    Client().get(unit.get_absolute_url())
    assert "Geheimes Referat" in client_of(staff_user).get(unit.get_absolute_url()).content.decode()


def test_a_page_that_expires_is_gone_on_time(home: HomePage) -> None:
    now = timezone.now()
    page = make_page(home, "Kultur")
    page.expire_at = now + timedelta(minutes=5)
    page.save_revision().publish()
    assert Client().get("/kultur/").status_code == 200
    with mock.patch.object(timezone, "now", return_value=now + timedelta(minutes=5, seconds=1)):
        assert Client().get("/kultur/").status_code == 404
        page.refresh_from_db()
        assert page.expired
        assert not page.live


def test_a_scheduled_page_is_there_on_time(home: HomePage) -> None:
    now = timezone.now()
    page = home.add_child(instance=ContentPage(title="Kultur", locale=home.locale, live=False))
    page.go_live_at = now + timedelta(minutes=5)
    page.save_revision().publish()
    assert Client().get("/kultur/").status_code == 404
    with mock.patch.object(timezone, "now", return_value=now + timedelta(minutes=5, seconds=1)):
        assert Client().get("/kultur/").status_code == 200


def test_a_scheduled_change_of_a_live_page_is_there_on_time(home: HomePage) -> None:
    now = timezone.now()
    page = make_page(home, "Kultur")
    page.save_revision().publish()
    page.refresh_from_db()
    page.title, page.go_live_at = "Kultur und Freizeit", now + timedelta(minutes=5)
    page.save_revision().publish()
    before = Client().get("/kultur/")
    assert before.status_code == 200
    assert b"Kultur und Freizeit" not in before.content
    with mock.patch.object(timezone, "now", return_value=now + timedelta(minutes=5, seconds=1)):
        assert b"Kultur und Freizeit" in Client().get("/kultur/").content


def test_an_audience_that_opens_later_opens_on_time(home: HomePage) -> None:
    now = timezone.now()
    opens = (now + timedelta(minutes=5)).isoformat()
    unit = make_unit(access_rule=AccessRule.objects.intern([[{"who": "public", "from": opens}]]))
    assert Client().get(unit.get_absolute_url()).status_code == 404
    assert unit.get_absolute_url() not in Client().get("/aemter/").content.decode()
    with mock.patch.object(timezone, "now", return_value=now + timedelta(minutes=5, seconds=1)):
        assert unit.get_absolute_url() in Client().get("/aemter/").content.decode()


def test_open_now_changes_when_a_place_closes(home: HomePage) -> None:
    make_location()  # Monday to Friday 8 to 12
    monday = timezone.make_aware(timezone.datetime(2026, 11, 23, 11, 59))
    with mock.patch.object(timezone, "now", return_value=monday):
        versions.forget()
        before = Client().get("/standorte/").content.decode()
    with mock.patch.object(timezone, "now", return_value=monday + timedelta(minutes=2)):
        after = Client().get("/standorte/").content.decode()
    assert "12:00" in before
    assert before != after


def test_a_plugin_that_is_switched_off_leaves_the_pages(home: HomePage) -> None:
    make_service()
    assert b"/leistungen/" in Client().get("/").content
    switches.switch(label="services", off=True)
    try:
        assert b"/leistungen/" not in Client().get("/").content
        assert Client().get("/leistungen/").status_code == 404
    finally:
        switches.switch(label="services", off=False)


def test_pages_with_parameters_or_a_session_are_not_kept(home: HomePage, made: list[str]) -> None:
    make_page(home, "Kultur")
    user = make_user("jemand")
    for _round in range(2):
        Client().get("/kultur/?seite=2")
        client_of(user).get("/kultur/")
        Client(headers={"hx-request": "true"}).get("/kultur/")
        Client().head("/kultur/")
    assert len(made) == 8


def test_a_page_with_a_form_is_not_kept() -> None:
    answer = Client().get("/accounts/login/")
    assert answer.cookies["csrftoken"].value
    assert "ETag" not in answer.headers


def test_a_preview_is_neither_kept_nor_answered_from_the_cache(home: HomePage) -> None:
    page = make_page(home, "Kultur")
    for _round in range(2):
        draft = ContentPage.objects.get(pk=page.pk)
        draft.title = "Streng geheimer Entwurf"
        assert b"Streng geheimer Entwurf" in draft.make_preview_request().render().content
        assert b"Streng geheimer Entwurf" not in Client().get("/kultur/").content


def test_a_browser_that_has_the_page_gets_no_body(home: HomePage) -> None:
    make_page(home, "Kultur")
    etag = Client().get("/kultur/").headers["ETag"]
    answer = Client().get("/kultur/", headers={"if-none-match": etag})
    assert answer.status_code == 304
    assert answer.content == b""
    ContentPage.objects.update(title="Anders")
    assert Client().get("/kultur/", headers={"if-none-match": etag}).status_code == 200


def test_the_packed_page_is_the_same(home: HomePage) -> None:
    make_page(home, "Kultur")
    plain = Client().get("/kultur/")
    packed = Client().get("/kultur/", headers={"accept-encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_another_host_has_pages_of_its_own(home: HomePage, made: list[str]) -> None:
    make_page(home, "Kultur")
    Client().get("/kultur/", headers={"host": "localhost"})
    Client().get("/kultur/", headers={"host": "127.0.0.1"})
    assert len(made) == 2


def test_pages_are_made_when_the_cache_is_away(home: HomePage, settings: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "cms.caching.backend.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1",
            "OPTIONS": {"socket_connect_timeout": 0.2},
        }
    }
    make_page(home, "Kultur")
    try:
        assert Client().get("/kultur/").status_code == 200
    finally:
        ForgivingRedisCache._paused_until = 0.0


def test_a_change_while_a_page_is_made_is_not_lost(home: HomePage, monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_page(home, "Kultur")
    serve = ContentPage.serve

    def slow(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        response = serve(self, request, *args, **kwargs).render()
        monkeypatch.setattr(ContentPage, "serve", serve)
        page.title = "Neu"
        page.save_revision().publish()
        return response

    monkeypatch.setattr(ContentPage, "serve", slow)
    Client().get("/kultur/")
    assert b"<h1>Neu</h1>" in Client().get("/kultur/").content


def test_a_failing_schedule_does_not_take_pages_down(home: HomePage, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    page = make_page(home, "Kultur")
    page.save_revision().publish()
    page.refresh_from_db()
    page.title, page.go_live_at = "Neu", now + timedelta(minutes=5)
    page.save_revision().publish()
    Client().get("/kultur/")
    monkeypatch.setattr("cms.content.scheduling.call_command", mock.Mock(side_effect=RuntimeError))
    with mock.patch.object(timezone, "now", return_value=now + timedelta(minutes=6)):
        assert Client().get("/kultur/").status_code == 200
