"""Blocks show only what the reader may see, read it at once for the whole page, and never lead in circles."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction

from cms.content.models import CityDocument
from search.indexing import project_pending
from search.models import SearchEntry
from search.queries import SearchQuery, search
from tests.conftest import client_of, make_location, make_page, make_unit, restrict

from .test_images import picture

pytestmark = pytest.mark.django_db
SECRET = "Winkelhakenstube"


def block(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value}


def page_with(home: Any, title: str, *blocks: dict[str, Any], **values: Any) -> Any:
    return make_page(home, title, body=json.dumps(blocks), **values)


def text_of(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def document(name: str, collection: Collection, content: bytes = b"x") -> CityDocument:
    stored = CityDocument(title=name, collection=collection, file=ContentFile(content, name))
    stored._set_document_file_metadata()
    stored.save()
    return stored


@pytest.fixture
def staff_collection(roles: Any) -> Collection:
    collection = Collection.get_first_root_node().add_child(name="intern")
    restriction = CollectionViewRestriction.objects.create(collection=collection, restriction_type="groups")
    restriction.groups.set([roles["staff"]])
    return collection


@pytest.fixture
def hidden(home: Any, roles: Any, staff_rule: Any, staff_collection: Collection) -> list[dict[str, Any]]:
    """A block of each kind that leads to something for staff only; each has the secret word in what it shows."""
    unit = make_unit(f"{SECRET} Amt", "98", slug="geheim-amt", access_rule=staff_rule)
    place = make_location(f"{SECRET} Haus", access_rule=staff_rule, latitude=50.0, longitude=8.27)
    secret_page = make_page(home, f"{SECRET} Seite", slug="geheim")
    restrict(secret_page, roles["staff"])
    image = get_image_model()(title=SECRET, file=picture("PNG"), collection=staff_collection)
    image.save()
    film = document(f"{SECRET}.mp4", staff_collection)
    project_pending(500)
    shown = {"image": image.pk, "alt": f"{SECRET} Bild", "decorative": False, "caption": ""}
    return [
        block("unit_contact", unit.pk),
        block("opening_hours", place.pk),
        block("map", {"title": "Karte", "places": [place.pk]}),
        block("image", shown),
        block("gallery", {"title": "Bilder", "images": [shown, shown]}),
        block("document", film.pk),
        block("documents", {"title": "Dateien", "documents": [{"document": film.pk, "title": f"{SECRET} Datei"}]}),
        block("video", {"title": "Film", "file": film.pk, "without_speech": True}),
        block("links", [{"label": f"{SECRET} Verweis", "page": secret_page.pk, "url": ""}]),
        block("buttons", [{"label": f"{SECRET} Knopf", "page": secret_page.pk, "url": "", "style": "primary"}]),
        block("teaser", {"record": f"page:{secret_page.pk}", "title": f"{SECRET} Teaser", "text": ""}),
        block("teaser", {"record": f"unit:{unit.pk}", "title": f"{SECRET} Teaser", "text": ""}),
        block("topic_list", {"title": "Ämter", "kind": "unit", "topic": "", "number": 5, "order": "title"}),
        block("rich_text", f'<p><a linktype="page" id="{secret_page.pk}">dort</a></p>'),
    ]


def test_no_block_shows_what_the_reader_may_not_see(client: Any, home: Any, hidden: Any, staff_user: Any) -> None:
    for number, item in enumerate(hidden):
        page_with(home, f"Seite {number}", item, slug=f"seite-{number}")
        assert SECRET.lower() not in text_of(client, f"/seite-{number}/").lower(), item
        assert "/geheim" not in text_of(client, f"/seite-{number}/"), item
        staff = text_of(client_of(staff_user), f"/seite-{number}/")
        assert SECRET.lower() in staff.lower() or "/geheim" in staff, item


def test_links_in_text_leave_restricted_pages_out(client: Any, home: Any, hidden: Any, staff_user: Any) -> None:
    open_page = make_page(home, "Offen", slug="offen")
    link = f'<p><a linktype="page" id="{open_page.pk}">hier</a></p>'
    inside = [{"title": "Frage", "text": hidden[-1]["value"] + link}]
    tone = {"tone": "info", "title": "", "text": hidden[-1]["value"] + link}
    for slug, item in {"a": block("accordion", inside), "b": block("callout", tone)}.items():
        page_with(home, slug, item, slug=slug)
        public = text_of(client, f"/{slug}/")
        assert '<a href="/offen/">hier</a>' in public
        assert "/geheim/" not in public
        assert "dort" in public
        assert '<a href="/geheim/">dort</a>' in text_of(client_of(staff_user), f"/{slug}/")


def test_what_a_block_hides_is_not_in_the_search_entry_of_its_page(home: Any, hidden: Any) -> None:
    page = page_with(home, "Alles", *hidden)
    project_pending(500)
    entry = SearchEntry.objects.get(kind="page", object_id=str(page.pk))
    assert SECRET not in entry.body
    assert "Alles" not in [hit.title for hit in search(SearchQuery(text=SECRET), reader=None).hits]


def test_an_editor_sees_in_the_preview_what_is_missing(home: Any, admin_client: Any) -> None:
    page = page_with(home, "Lücken", *(block(kind, 999_999) for kind in ("unit_contact", "opening_hours", "document")))
    assert "block-missing" not in text_of(admin_client, page.url)
    assert page.make_preview_request().content.decode().count('class="block-missing"') == 3


def test_a_page_of_thirty_blocks_asks_few_questions(client: Any, home: Any) -> None:
    units = [make_unit(f"Amt {number}", str(number), slug=f"amt-{number}") for number in range(5)]
    places = [make_location(f"Haus {number}", latitude=50.0, longitude=8.2 + number / 100) for number in range(5)]
    root = Collection.get_first_root_node()
    files = [document(f"{number}.pdf", root) for number in range(5)]
    pages = [make_page(home, f"Ziel {number}", slug=f"ziel-{number}") for number in range(5)]
    project_pending(500)
    blocks = [
        *(block("unit_contact", unit.pk) for unit in units),
        *(block("opening_hours", place.pk) for place in places),
        *(block("document", file.pk) for file in files),
        *(block("teaser", {"record": f"unit:{unit.pk}", "title": "", "text": ""}) for unit in units),
        *(block("rich_text", f'<p><a linktype="page" id="{page.pk}">x</a></p>') for page in pages),
        *(block("links", [{"label": "y", "page": page.pk, "url": ""}]) for page in pages),
        block("map", {"title": "Karte", "places": [place.pk for place in places]}),
    ]
    few = page_with(home, "Leer", slug="leer")
    many = page_with(home, "Voll", *blocks, slug="voll")
    for page in (few, many):  # what a process remembers
        client.get(page.url)
    with CaptureQueriesContext(connection) as empty:
        client.get(few.url)
    with CaptureQueriesContext(connection) as full:
        body = client.get(many.url).content.decode()
    for text in ("Amt 4", "Haus 4", "4.pdf", "/ziel-4/"):
        assert text in body
    # Units and their texts; places, texts, hours, exceptions; documents; pages; search entries.
    assert len(full) - len(empty) <= 9, [query["sql"][:150] for query in full]


def test_teasers_in_a_circle_end(client: Any, home: Any) -> None:
    first = make_page(home, "Erste", slug="erste")
    second = page_with(home, "Zweite", block("teaser", {"record": f"page:{first.pk}", "title": "", "text": ""}))
    own = [block("teaser", {"record": f"page:{pk}", "title": "", "text": ""}) for pk in (second.pk, first.pk)]
    first.body = json.dumps(own)
    first.save_revision().publish()
    project_pending(500)
    body = text_of(client, "/erste/")
    assert body.count('<a href="/zweite/">Zweite</a>') == 1
    assert body.count('<a href="/erste/">Erste</a>') == 1


def test_a_teaser_vanishes_with_its_page(client: Any, home: Any) -> None:
    target = make_page(home, "Ziel", slug="ziel")
    page_with(home, "Von hier", block("teaser", {"record": f"page:{target.pk}", "title": "Dorthin", "text": ""}))
    project_pending(500)
    assert "Dorthin" in text_of(client, "/von-hier/")
    target.unpublish()
    project_pending(500)
    assert "Dorthin" not in text_of(client, "/von-hier/")


def test_where_a_page_is_used_names_the_teaser(home: Any) -> None:
    from wagtail.models import ReferenceIndex

    target = make_page(home, "Ziel", slug="ziel")
    page = page_with(home, "Von hier", block("teaser", {"record": f"page:{target.pk}", "title": "", "text": ""}))
    ReferenceIndex.create_or_update_for_object(page)
    assert ReferenceIndex.get_references_to(target).count() == 1


def test_a_list_shows_the_newest_first_and_not_its_own_page(client: Any, home: Any) -> None:
    from datetime import UTC, datetime

    for number, title in enumerate(("Alt", "Neu")):
        page = make_page(home, title, slug=title.lower())
        type(page).objects.filter(pk=page.pk).update(last_published_at=datetime(2026, 1 + number, 1, tzinfo=UTC))
        page.refresh_from_db()
        page.save()
    value = {"title": "Neues", "kind": "page", "topic": "", "number": 5, "order": "date"}
    page_with(home, "Liste", block("topic_list", value), slug="liste")
    project_pending(500)
    body = text_of(client, "/liste/").partition('class="topic-list"')[2].partition("</ul>")[0]
    assert body.index("/neu/") < body.index("/alt/")
    assert "/liste/" not in body


def test_a_list_about_a_topic_keeps_others_out(client: Any, home: Any) -> None:
    unit = make_unit("Bauamt", "60", slug="bauamt")
    make_unit("Sportamt", "52", slug="sportamt")
    project_pending(500)
    SearchEntry.objects.filter(kind="unit", object_id=str(unit.pk)).update(topics=["bauen"])
    value = {"title": "Bauen", "kind": "", "topic": "bauen", "number": 5, "order": "title"}
    page_with(home, "Liste", block("topic_list", value), slug="liste")
    body = text_of(client, "/liste/")
    assert "Bauamt" in body
    assert "Sportamt" not in body
