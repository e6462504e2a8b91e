"""No page asks more than twelve times, however much it shows (the process has seen the site before)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.images import get_image_model
from wagtail.models import Collection, Locale, Page

from cms.content.models import ContentPage, HomePage, SectionPage, StepByStepPage
from cms.directory.models import Person
from search.indexing import project_pending
from tests.conftest import client_of, make_location, make_page, make_service, make_unit

from .test_blocks_rights import block, document
from .test_images import picture

pytestmark = pytest.mark.django_db
MOST = 12


@pytest.fixture(autouse=True)
def uncached(settings: Any) -> None:
    settings.PAGE_CACHE_SECONDS = 0


def translated(page: Page, locale: Locale, slug: str) -> Page:
    copy = page.copy_for_translation(locale)
    copy.slug, copy.title, copy.live = slug, f"{page.title} (en)", True
    copy.save()
    return copy


def everything(home: Page, english: Page, numbers: range) -> list[dict[str, Any]]:
    """Return blocks of all kinds that show something of the database, one for each of ``numbers`` about its own things."""
    root = Collection.get_first_root_node()
    found: list[dict[str, Any]] = []
    for number in numbers:
        unit = make_unit(f"Amt {number}", str(number), slug=f"amt-{number}")
        place = make_location(f"Haus {number}", latitude=50.0, longitude=8.2 + number / 100)
        service = make_service(f"Leistung {number}", slug=f"leistung-{number}")
        page = make_page(home, f"Ziel {number}", slug=f"ziel-{number}")
        translated(page, english.locale, f"target-{number}")
        file, film = document(f"{number}.pdf", root), document(f"{number}.mp4", root)
        image = get_image_model()(title=f"Bild {number}", file=picture("PNG"), collection=root)
        image.save()
        shown = {"image": image.pk, "alt": f"Bild {number}", "decorative": False, "caption": ""}
        listed = {"title": f"Liste {number}", "kind": "service", "topic": "", "number": 2 + number, "order": "title"}
        found += [
            block("rich_text", f'<p><a linktype="page" id="{page.pk}">Verweis {number}</a></p>'),
            block("unit_contact", unit.pk),
            block("opening_hours", place.pk),
            block("map", {"title": "Karte", "places": [place.pk]}),
            block("image", shown),
            block("gallery", {"title": "Bilder", "images": [shown, shown]}),
            block("document", file.pk),
            block("documents", {"title": "Dateien", "documents": [{"document": file.pk, "title": f"Datei {number}"}]}),
            block("video", {"title": "Film", "file": film.pk, "poster": image.pk, "without_speech": True}),
            block("links", [{"label": f"Link {number}", "page": page.pk, "url": ""}]),
            block("teaser", {"record": f"unit:{unit.pk}", "title": f"Teaser {number}", "text": ""}),
            block("topic_list", listed),
            block("services", {"title": "Leistungen", "services": [service.pk]}),
        ]
    return found


@pytest.fixture
def pages(home: HomePage) -> list[ContentPage]:
    """Two pages deep in the tree, the second with four times as much; each has pages below, a translation, and is a step."""
    english = Locale.objects.get_or_create(language_code="en")[0]
    start = translated(home, english, "start-en")
    section = make_page(home, "Bereich", SectionPage, slug="bereich")
    group = make_page(section, "Gruppe", slug="gruppe")
    translated(section, english, "section")
    translated(group, english, "group")
    found = []
    for name, numbers in (("wenig", range(1)), ("viel", range(1, 5))):
        page = make_page(group, name.title(), slug=name, body=json.dumps(everything(home, start, numbers)))
        translated(page, english, f"{name}-en")
        for number in numbers:
            make_page(page, f"Unterseite {number}", slug=f"unterseite-{number}")
            links = [{"label": name, "page": page.pk, "url": ""}]
            step = {"title": f"Schritt {number}", "relation": "", "text": "", "links": links}
            make_page(
                home, f"Weg {number}", StepByStepPage, slug=f"weg-{number}", steps=json.dumps([block("step", step)])
            )
        found.append(page)
    project_pending(500)
    return found


def asked(client: Client, path: str, status: int = 200) -> tuple[list[str], str]:
    """Return the statements of the second request and its answer."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == status, path
    return [query["sql"][:300] for query in captured], answer.content.decode()


def test_a_page_with_everything_asks_twelve_times_at_most(client: Any, pages: list[ContentPage]) -> None:
    statements, html = asked(client, pages[1].url)
    for text in ("Verweis 4", "Amt 4", "Haus 4", "Bild 4", "Datei 4", "Link 4", "Teaser 4", "Leistung 4", "/ziel-4/",
                 "Unterseite 4", "/bereich/gruppe/", "/weg-4/#step-1", "/en/section/group/viel-en/"):  # fmt: skip
        assert text in html, text
    assert len(statements) <= MOST, "\n".join(statements)


def test_a_translation_asks_as_often(client: Any, pages: list[ContentPage]) -> None:
    statements, html = asked(client, "/en/section/group/viel-en/")
    for text in ("/en/target-4/", "/en/section/group/", "/bereich/gruppe/viel/"):
        assert text in html, text
    assert len(statements) <= MOST, "\n".join(statements)


def test_staff_cost_no_more_where_there_is_more_to_see(pages: list[ContentPage], staff_user: Any) -> None:
    client = client_of(staff_user)
    little, much = (asked(client, page.url)[0] for page in pages)
    assert len(much) == len(little), "\n".join(much)


def test_an_office_asks_twelve_times_at_most(client: Any, roles: Any, home: Any) -> None:
    above = make_unit("Dezernat", "1", slug="dezernat")
    office = make_unit("Amt", "10", slug="amt", parent=above)
    for number in range(3):
        make_unit(f"Abteilung {number}", f"10.{number}", slug=f"abteilung-{number}", parent=office)
        office.locations.add(make_location(f"Haus {number}"))
        person = Person.objects.create(
            slug=f"person-{number}", last_name=f"Person {number}", unit=office, access_rule=office.access_rule
        )
        make_service(f"Leistung {number}", slug=f"leistung-{number}", unit=office)
    office.head = person
    office.save()
    statements, html = asked(client, "/aemter/amt/")
    for text in ("Dezernat", "Abteilung 2", "Haus 2", "Person 2", "Leistung 2"):
        assert text in html, text
    assert len(statements) <= MOST, "\n".join(statements)


def test_what_is_missing_asks_twelve_times_at_most(client: Any, pages: list[ContentPage]) -> None:
    for path in ("/aemter/gibt-es-nicht-amt/", "/bereich/gruppe/leistung-hausx/"):
        statements, _html = asked(client, path, status=404)
        assert len(statements) <= MOST, "\n".join(statements)
