"""Links between languages, as readers and search engines see them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Page

from cms.content.models import SectionPage
from cms.languages.models import EasyCheck, SignLanguagePage
from cms.languages.services import confirm
from tests.conftest import client_of, make_page, restrict

from .conftest import twin_of

pytestmark = pytest.mark.django_db


def html(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def publish(page: Page, user: Any = None) -> None:
    page.save_revision(user=user).publish(user=user)


def test_leichte_sprache_is_linked_when_there_is_a_page(client: Any, home: Any) -> None:
    assert "Leichte Sprache" not in html(client, "/")


def test_header_and_footer_link_the_start_page(client: Any, home: Any, easy: Any) -> None:
    page = html(client, "/suche/")
    assert page.count('href="/de-simple/"') >= 2
    assert '<html lang="de-simple"' in html(client, "/de-simple/")


def test_a_page_links_its_own_text_in_leichte_sprache(client: Any, home: Any, easy: Any) -> None:
    page = make_page(home, "Abfall")
    twin_of(page, easy, "Der Müll", slug="der-muell")
    assert 'href="/de-simple/der-muell/"' in html(client, "/abfall/")


def test_the_intranet_links_its_own(intranet: Any, easy: Any, staff_user: Any, client: Any) -> None:
    twin_of(intranet, easy, "Das Intranet", slug="das-intranet", portal="intranet")
    film = make_page(intranet, "DGS", SignLanguagePage)
    Page.objects.filter(pk=film.pk).update(live=True)
    inside = html(client_of(staff_user), "/intranet/")
    assert 'href="/de-simple/das-intranet/"' in inside
    assert 'href="/intranet/dgs/"' in inside
    outside = html(client, "/")
    assert "das-intranet" not in outside
    assert "dgs" not in outside


def test_sign_language_is_linked_on_every_page(client: Any, home: Any, staff_user: Any, roles: Any) -> None:
    film = make_page(home, "Gebärdensprache", SignLanguagePage, slug="dgs")
    assert "/dgs/" not in html(client, "/")  # not released
    Page.objects.filter(pk=film.pk).update(live=True)
    for path in ("/", "/suche/", "/aemter/"):
        assert 'href="/dgs/"' in html(client, path)
    assert "sign__poster" in html(client, "/dgs/")
    restrict(film, roles["staff"])
    assert "/dgs/" not in html(client, "/")


def test_search_engines_learn_of_translations(client: Any, home: Any, english: Any, roles: Any) -> None:
    page = make_page(home, "Kultur")
    assert "hreflang=" not in html(client, "/kultur/").partition("</head>")[0]
    twin = twin_of(page, english, "Culture", slug="culture")
    head = html(client, "/kultur/").partition("</head>")[0]
    assert 'hreflang="en" href="http://testserver/en/culture/"' in head
    assert 'hreflang="x-default" href="http://testserver/kultur/"' in head
    assert 'hreflang="de" href="http://testserver/kultur/"' in html(client, "/en/culture/")
    assert 'hreflang="en" href="http://testserver/en/culture/"' in client.get("/sitemap.xml").content.decode()
    restrict(twin, roles["staff"])
    assert "culture" not in html(client, "/kultur/")
    assert "culture" not in client.get("/sitemap.xml").content.decode()


def test_links_in_texts_lead_to_the_translation(client: Any, home: Any, english: Any, roles: Any) -> None:
    target = make_page(home, "Kultur")
    twin = twin_of(target, english, "Culture", slug="culture")
    body = [
        {"type": "rich_text", "value": f'<p><a linktype="page" id="{target.pk}">here</a></p>'},
        {"type": "links", "value": [{"label": "there", "page": target.pk, "url": ""}]},
    ]
    make_page(english, "About", body=body)
    page = html(client, "/en/about/")
    assert page.count('href="/en/culture/"') >= 2
    restrict(twin, roles["staff"])
    page = html(client, "/en/about/")
    assert "/en/culture/" not in page
    assert page.count('href="/kultur/"') >= 2


def test_readers_are_told_that_the_german_page_is_newer(client: Any, home: Any, english: Any, editor: Any) -> None:
    page = make_page(home, "Kultur")
    publish(page)
    twin = twin_of(page, english, "Culture", slug="culture")
    publish(twin)
    assert "The German version is newer" not in html(client, "/en/culture/")
    publish(page)
    assert "The German version is newer" in html(client, "/en/culture/")
    publish(twin)  # a slip of the pen corrected: still not what the German page says
    assert "The German version is newer" in html(client, "/en/culture/")
    confirm(page=twin, user=editor)
    assert "The German version is newer" not in html(client, "/en/culture/")


def test_readers_are_not_told_of_a_german_page_they_may_not_see(client: Any, home: Any, english: Any) -> None:
    page = make_page(home, "Kultur")
    twin = twin_of(page, english, "Culture", slug="culture")
    publish(twin)
    Page.objects.filter(pk=page.pk).update(live=False, last_published_at=timezone.now() + timedelta(hours=1))
    assert "newer" not in html(client, "/en/culture/")


def test_what_testing_readers_vouch_for_is_shown(client: Any, easy: Any) -> None:
    EasyCheck.objects.create(page_id=easy.pk, checked_by="Prüfgruppe Mainz", checked_on=timezone.localdate())
    assert "Prüfgruppe Mainz" in html(client, "/de-simple/")


def test_records_show_german_in_leichte_sprache(client: Any, easy: Any) -> None:
    from tests.conftest import make_service, make_unit

    make_service(unit=make_unit())
    page = html(client, "/de-simple/leistungen/personalausweis-beantragen/")
    assert "Personalausweis beantragen" in page
    assert 'lang="de"' in page
    assert client.get("/de-simple/suche/?q=Personalausweis").status_code == 200


def test_pages_in_leichte_sprache_are_found(
    client: Any, home: Any, easy: Any, django_capture_on_commit_callbacks: Any
) -> None:
    page = make_page(home, "Wertstoffhof", summary="Hier geben Sie Abfälle ab.")
    publish(page)
    twin = twin_of(page, easy, "Der Wertstoff-Hof", slug="hof", summary="Dort geben Sie Müll ab.")
    with django_capture_on_commit_callbacks(execute=True):
        Page.objects.get(pk=twin.pk).specific.save()
    found = html(client, "/de-simple/suche/?q=Wertstoff-Hof")
    assert "/de-simple/hof/" in found
    assert "/wertstoffhof/" not in found.partition("<main")[2]  # the same page once


def test_portals_are_offered_once(intranet: Any, english: Any, staff_user: Any) -> None:
    twin_of(intranet, english, "Intranet (English)", slug="intranet-en", portal=SectionPage.Portal.INTRANET)
    client = client_of(staff_user)
    assert [item.title for item in client.get("/").context["navigation"].portals] == ["Intranet"]
    assert [item.title for item in client.get("/en/").context["navigation"].portals] == ["Intranet (English)"]
