"""What stands around the content, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale

from cms.content.models import ContentPage, HomePage
from tests.conftest import client_of, make_page, make_unit, restrict

pytestmark = pytest.mark.django_db


@pytest.fixture
def english_home(home: Any) -> HomePage:
    """The start page in English."""
    locale = Locale.objects.get_or_create(language_code="en")[0]
    page = home.copy_for_translation(locale)
    page.title, page.live = "City of Mainz", True
    page.save()
    return page


def titles(items: list[Any]) -> list[str]:
    return [str(item.title) for item in items]


def navigation(client: Any, path: str = "/") -> Any:
    return client.get(path).context["navigation"]


def test_the_menu_holds_pages_marked_for_it(client: Any, home: Any) -> None:
    make_page(home, "Kultur", show_in_menus=True)
    make_page(home, "Unauffindbar")
    found = titles(navigation(client).main)
    assert "Kultur" in found
    assert "Unauffindbar" not in found
    assert "Ämter" in found  # what apps contribute


def test_the_portal_is_offered_to_those_who_may_enter(client: Any, intranet: Any, staff_user: Any) -> None:
    assert titles(navigation(client).portals) == []
    assert titles(navigation(client_of(staff_user)).portals) == ["Intranet"]


def test_legal_pages_stand_in_the_footer_of_every_page(client: Any, home: Any) -> None:
    make_page(home, "Impressum", in_footer=True)
    make_page(home, "Barrierefreiheit", in_footer=True)
    make_page(home, "Kein Rechtstext")
    for path in ("/", "/aemter/", "/suche/"):
        answer = client.get(path)
        assert titles(answer.context["navigation"].footer) == ["Impressum", "Barrierefreiheit"]
        assert 'href="/impressum/"' in answer.content.decode()


def test_a_closed_legal_page_is_left_out(client: Any, home: Any, roles: Any) -> None:
    restrict(make_page(home, "Impressum", in_footer=True), roles["staff"])
    assert titles(navigation(client).footer) == []


def test_english_pages_link_english_legal_pages_and_german_ones_where_there_are_none(
    client: Any, home: Any, english_home: Any
) -> None:
    imprint = make_page(home, "Impressum", in_footer=True)
    make_page(home, "Datenschutz", in_footer=True)
    translated = imprint.copy_for_translation(english_home.locale)
    translated.title, translated.slug, translated.live = "Imprint", "imprint", True
    translated.save()
    assert set(titles(navigation(client, "/en/").footer)) == {"Imprint", "Datenschutz"}
    assert set(titles(navigation(client).footer)) == {"Impressum", "Datenschutz"}


@pytest.mark.parametrize(
    ("german", "english"),
    [("/aemter/", "/en/offices/"), ("/leistungen/", "/en/services/"), ("/suche/", "/en/search/")],
)
def test_the_switch_leads_to_the_same_page_in_the_other_language(
    client: Any, english_home: Any, german: str, english: str
) -> None:
    for path in (german, english):
        answer = client.get(path)
        assert answer.status_code == 200
        links = {link.code: link.url for link in answer.context["navigation"].languages}
        assert links == {"de": german, "en": english}


def test_the_switch_keeps_the_query(client: Any, english_home: Any) -> None:
    links = {link.code: link.url for link in navigation(client, "/suche/?q=Hund").languages}
    assert links["en"] == "/en/search/?q=Hund"


def test_a_page_without_translation_leads_to_the_start_page(client: Any, home: Any, english_home: Any) -> None:
    make_page(home, "Kultur")
    links = {link.code: link.url for link in navigation(client, "/kultur/").languages}
    assert links == {"de": "/kultur/", "en": "/en/"}


def test_a_translation_the_reader_may_not_see_is_not_linked(
    client: Any, home: Any, english_home: Any, roles: Any
) -> None:
    page = make_page(home, "Kultur")
    translated = page.copy_for_translation(english_home.locale)
    translated.slug, translated.live = "culture", True
    translated.save()
    assert {link.code: link.url for link in navigation(client, "/kultur/").languages}["en"] == "/en/culture/"
    restrict(ContentPage.objects.get(pk=translated.pk), roles["staff"])
    assert {link.code: link.url for link in navigation(client, "/kultur/").languages}["en"] == "/en/"


def test_the_page_says_its_language(client: Any, english_home: Any) -> None:
    assert 'lang="de"' in client.get("/aemter/").content.decode()[:300]
    assert 'lang="en"' in client.get("/en/offices/").content.decode()[:300]


def test_names_without_english_text_are_shown_in_german(client: Any, english_home: Any) -> None:
    unit = make_unit()
    assert "Bürgeramt" in client.get(f"/en/offices/{unit.slug}/").content.decode()


def test_breadcrumbs_lead_up_to_the_page(client: Any, home: Any) -> None:
    below = make_page(make_page(make_page(home, "Kultur"), "Museen"), "Gutenberg-Museum")
    assert [page.title for page in below.breadcrumbs(None)] == ["Kultur", "Museen"]


def test_the_menu_costs_no_query_for_each_page(client: Any, home: Any) -> None:
    def queries() -> int:
        client.get("/aemter/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/aemter/")
        return len(captured)

    make_page(home, "Seite", show_in_menus=True)
    before = queries()
    for number in range(8):
        make_page(home, f"Seite {number}", show_in_menus=True)
    assert queries() == before
