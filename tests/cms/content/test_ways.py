"""A to Z, the sitemap page, the page that does not exist, and redirects."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from cms.content.errors import words_of
from cms.content.models import ChapterPage, ContentPage, GuidePage, SectionPage
from cms.content.old_addresses import keep_old_addresses
from search.indexing import project_pending
from tests.conftest import client_of, make_page, make_service, restrict

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(home: Any, roles: Any) -> Page:
    """A section with pages, one of them for staff alone."""
    section = make_page(home, "Ämter und Wege", SectionPage, slug="aemter-und-wege")
    make_page(section, "Abfall")
    restrict(make_page(section, "Zwiebelkuchenrezept"), roles["staff"])
    make_service("Öltank anmelden", slug="oeltank")
    project_pending(500)
    return section


def titles(answer: Any) -> list[str]:
    return [item.title for item in answer.context["entries"]]


def test_umlauts_stand_with_their_letters(client: Any, city: Any) -> None:
    assert titles(client.get("/a-bis-z/?letter=A")) == ["Abfall", "Ämter und Wege"]
    assert titles(client.get("/a-bis-z/?letter=o")) == ["Öltank anmelden"]


def test_a_to_z_neither_lists_nor_counts_what_is_restricted(client: Any, city: Any, staff_user: Any) -> None:
    letters = {item["letter"]: item["count"] for item in client.get("/a-bis-z/").context["letters"]}
    assert letters["Z"] == 0
    assert client.get("/a-bis-z/?letter=Z").status_code == 404
    assert titles(client_of(staff_user).get("/a-bis-z/?letter=Z")) == ["Zwiebelkuchenrezept"]


@pytest.mark.parametrize("letter", ["ß", "1", "AA", "\x00", "💥", "%"])
def test_odd_letters_are_not_found(client: Any, city: Any, letter: str) -> None:
    assert client.get("/a-bis-z/", {"letter": letter}).status_code in {400, 404}


def test_an_empty_site_has_an_empty_list(client: Any, home: Any) -> None:
    from search.models import SearchEntry

    SearchEntry.objects.all().delete()
    assert client.get("/a-bis-z/").status_code == 200


def test_english_readers_get_english_titles_once(client: Any, home: Any) -> None:
    from wagtail.models import Locale

    page = make_page(home, "Abfall")
    english = Locale.objects.get_or_create(language_code="en")[0]
    twin = home.copy_for_translation(english)
    twin.live = True
    twin.save()
    copy = page.copy_for_translation(english)
    copy.title, copy.slug, copy.live = "Waste", "waste", True
    copy.save()
    make_page(home, "Allerlei")
    project_pending(500)
    assert titles(client.get("/en/a-to-z/?letter=W")) == ["Waste"]
    assert titles(client.get("/en/a-to-z/?letter=A")) == ["Allerlei"]  # there is no English one
    assert titles(client.get("/a-bis-z/?letter=A")) == ["Abfall", "Allerlei"]


def test_the_sitemap_page_shows_the_tree_the_reader_may_see(client: Any, city: Any, staff_user: Any) -> None:
    public, staff = client.get("/uebersicht/"), client_of(staff_user).get("/uebersicht/")
    assert [node.title for node in public.context["nodes"][0].children] == ["Abfall"]
    assert "2 Seiten" not in public.content.decode()  # counts tell nothing, either
    assert {node.title for node in staff.context["nodes"][0].children} == {"Abfall", "Zwiebelkuchenrezept"}


def test_pages_below_a_withdrawn_one_stand_a_level_higher(client: Any, city: Any) -> None:
    middle = make_page(city, "Mitte")
    make_page(middle, "Unten")
    ContentPage.objects.filter(pk=middle.pk).update(live=False)
    nodes = client.get("/uebersicht/").context["nodes"]
    assert {node.title for node in nodes[0].children} == {"Abfall", "Unten"}


def test_the_sitemap_page_costs_no_query_for_each_page(client: Any, city: Any) -> None:
    def queries() -> int:
        client.get("/uebersicht/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/uebersicht/")
        return len(captured)

    before = queries()
    for number in range(12):
        make_page(city, f"Seite {number}")
    assert queries() == before <= 12


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/leistungen/personalausweis-beantragen/", "leistungen personalausweis beantragen"),
        ("/b%C3%BCrgeramt/%C3%B6ffnungszeiten.html", "bürgeramt öffnungszeiten"),
        ("/wp-login.php", ""),
        ("/static/x.css", ""),
        ("/index.html", ""),
        ("/12/34/", ""),
        ("/%00%ff/", ""),
        ("/", ""),
    ],
)
def test_the_words_of_an_address_are_asked_for(path: str, words: str) -> None:
    assert words_of(path) == words


def test_the_page_that_is_missing_searches_for_its_words(client: Any, city: Any) -> None:
    answer = client.get("/alt/abfall/")
    assert answer.status_code == 404
    html = answer.content.decode()
    assert 'value="alt abfall"' in html
    assert 'href="/aemter-und-wege/abfall/"' in html
    assert html.count("<h1") == 1


def test_what_is_missing_suggests_nothing_restricted(client: Any, city: Any, staff_user: Any) -> None:
    assert titles(client.get("/alt/zwiebelkuchenrezept/")) == []
    assert titles(client_of(staff_user).get("/alt/zwiebelkuchenrezept/")) == ["Zwiebelkuchenrezept"]


def test_words_of_an_address_are_no_markup(client: Any, home: Any) -> None:
    html = client.get("/%22%3E%3Cscript%3Ealert(1)%3C/script%3E/").content.decode()
    assert "<script>alert" not in html


@pytest.fixture
def rename(django_capture_on_commit_callbacks: Any) -> Any:
    """Publish a page under another slug; Wagtail writes the redirect after the transaction."""

    def rename(page: Page, slug: str) -> None:
        page = Page.objects.get(pk=page.pk).specific
        page.slug = slug
        with django_capture_on_commit_callbacks(execute=True):
            page.save_revision().publish()

    return rename


def test_an_old_address_leads_to_the_new_one(client: Any, home: Any, rename: Any) -> None:
    rename(make_page(home, "Alt"), "neu")
    answer = client.get("/alt/")
    assert (answer.status_code, answer["Location"]) == (301, "/neu/")
    assert answer["Cache-Control"] == "no-cache"


def test_pages_below_are_redirected_when_their_section_moves(client: Any, city: Any, home: Any) -> None:
    city.move(make_page(home, "Rathaus"), pos="last-child")
    assert client.get("/aemter-und-wege/abfall/")["Location"] == "/rathaus/aemter-und-wege/abfall/"


def test_several_moves_make_one_redirect(client: Any, home: Any, rename: Any) -> None:
    page = make_page(home, "Eins")
    rename(page, "zwei")
    rename(page, "drei")
    assert client.get("/eins/")["Location"] == client.get("/zwei/")["Location"] == "/drei/"


def test_chains_written_by_hand_end_at_once(client: Any, home: Any) -> None:
    Redirect.objects.create(old_path="/a", redirect_link="/b/")
    Redirect.objects.create(old_path="/b", redirect_link="/c/")
    Redirect.objects.create(old_path="/c", redirect_link="/ziel/")
    assert client.get("/a/")["Location"] == "/ziel/"


def test_circles_of_redirects_are_not_followed(client: Any, home: Any) -> None:
    Redirect.objects.create(old_path="/a", redirect_link="/b/")
    Redirect.objects.create(old_path="/b", redirect_link="/a/")
    assert client.get("/a/").status_code == 404


def test_a_redirect_does_not_hide_a_page_at_the_old_address(client: Any, home: Any, rename: Any) -> None:
    rename(make_page(home, "Alt"), "neu")
    make_page(home, "Nachfolger", slug="alt")
    assert "Nachfolger" in client.get("/alt/").content.decode()


def test_a_page_that_comes_back_is_read_there(client: Any, home: Any, rename: Any) -> None:
    page = make_page(home, "Alt")
    rename(page, "neu")
    rename(page, "alt")
    assert client.get("/alt/").status_code == 200
    assert client.get("/neu/")["Location"] == "/alt/"


def test_a_redirect_does_not_tell_the_address_of_a_restricted_page(
    client: Any, home: Any, rename: Any, intranet: Any, staff_user: Any
) -> None:
    page = make_page(home, "Alt")
    page.move(intranet, pos="last-child")
    rename(page, "geheime-adresse")
    answer = client.get("/alt/")
    assert answer.status_code == 404
    assert "geheime-adresse" not in answer.content.decode()
    assert client_of(staff_user).get("/alt/")["Location"] == "/intranet/geheime-adresse/"


def test_all_addresses_of_a_text_in_chapters_are_kept_and_drafts_get_none(client: Any, city: Page, home: Any) -> None:
    guide = make_page(city, "Umzug", GuidePage, slug="umzug")
    make_page(guide, "Erstens", ChapterPage, slug="erstens")
    ContentPage.objects.filter(pk=make_page(city, "Entwurf").pk).update(live=False)
    city.move(make_page(home, "Rathaus"), pos="last-child")
    for path in ("/umzug/", "/umzug/gesamt/", "/umzug/erstens/"):
        assert client.get(f"/aemter-und-wege{path}")["Location"] == f"/rathaus/aemter-und-wege{path}"
    assert not Redirect.objects.filter(old_path__contains="entwurf").exists()


def test_old_addresses_cost_no_query_for_each_page(home: Any) -> None:
    def queries(number: int) -> int:
        section = make_page(home, f"Bereich {number}", SectionPage, slug=f"bereich-{number}")
        for place in range(number):
            make_page(section, f"Seite {place}")
        with CaptureQueriesContext(connection) as captured:
            keep_old_addresses(page_id=section.pk, before=f"{home.url_path}frueher-{number}/")
        assert Redirect.objects.filter(old_path__startswith=f"/frueher-{number}").count() == number + 1
        return len(captured)

    queries(0)  # what a process remembers
    assert queries(12) == queries(2)


def test_an_address_too_long_for_a_redirect_does_not_stop_the_move(client: Any, home: Any) -> None:
    deep = make_page(home, "Tief")
    for _level in range(3):
        deep = make_page(deep, "Tiefer", slug="t" * 100)
    Page.objects.get(slug="tief").move(make_page(home, "Rathaus"), pos="last-child")
    assert client.get("/tief/")["Location"] == "/rathaus/tief/"
    assert client.get(f"/tief/{'t' * 100}/")["Location"] == f"/rathaus/tief/{'t' * 100}/"
    assert Redirect.objects.count() == 3
