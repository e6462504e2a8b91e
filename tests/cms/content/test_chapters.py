"""Guides and publications: chapters in order, as one page, with footnotes, as the reader may see them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from cms.content.footnotes import with_links
from cms.content.models import ChapterFootnote, ChapterPage, ContentPage, GuidePage, PublicationPage
from search.models import SearchEntry
from tests.conftest import client_of, make_page, restrict

pytestmark = pytest.mark.django_db


def text(html: str) -> str:
    return json.dumps([{"type": "rich_text", "value": html}])


@pytest.fixture
def guide(home: Any) -> GuidePage:
    """A guide with three chapters."""
    guide = make_page(home, "Hund in Mainz", GuidePage, body=text("<p>Für alle, die einen Hund halten.</p>"))
    for title in ("Anmelden", "Steuer zahlen", "Leine und Maulkorb"):
        make_page(guide, title, ChapterPage, body=text(f"<h2>Zu {title}</h2><p>Alles über {title}.</p>"))
    return guide


def read(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_chapters_lead_forth_and_back(client: Any, guide: Any) -> None:
    first = client.get("/hund-in-mainz/").context
    assert [chapter.title for chapter in first["chapters"]] == ["Anmelden", "Steuer zahlen", "Leine und Maulkorb"]
    assert first["next"].title == "Anmelden"
    second = client.get("/hund-in-mainz/steuer-zahlen/").context
    assert (second["previous"].title, second["next"].title, second["number"]) == ("Anmelden", "Leine und Maulkorb", 2)
    assert client.get("/hund-in-mainz/anmelden/").context["previous"].pk == guide.pk
    last = client.get("/hund-in-mainz/leine-und-maulkorb/").context
    assert last["next"] is None


def test_the_whole_guide_stands_on_one_page_with_one_main_heading(client: Any, guide: Any) -> None:
    page = read(client, "/hund-in-mainz/gesamt/")
    assert page.count("<h1") == 1
    for title in ("Anmelden", "Steuer zahlen", "Leine und Maulkorb"):
        assert f"Alles über {title}." in page
    assert "<h3>Zu Anmelden" in page.replace(' id="zu-anmelden"', "")  # one level below the chapter's
    assert 'name="robots" content="noindex"' in page  # the chapters are what shall be found


def test_a_restricted_chapter_is_nowhere_in_the_guide(client: Any, guide: Any, roles: Any, staff_user: Any) -> None:
    restrict(ChapterPage.objects.get(slug="steuer-zahlen"), roles["staff"])
    for path in ("/hund-in-mainz/", "/hund-in-mainz/anmelden/", "/hund-in-mainz/gesamt/"):
        assert "Steuer zahlen" not in read(client, path)
        assert "Steuer zahlen" in read(client_of(staff_user), path)
    assert client.get("/hund-in-mainz/anmelden/").context["next"].title == "Leine und Maulkorb"


def test_the_whole_of_a_restricted_guide_is_as_restricted(client: Any, guide: Any, roles: Any, staff_user: Any) -> None:
    restrict(guide, roles["staff"])
    assert client.get("/hund-in-mainz/gesamt/").status_code in {302, 403, 404}
    assert "Alles über Anmelden" in read(client_of(staff_user), "/hund-in-mainz/gesamt/")


def test_chapters_stand_in_documents_only(guide: Any, home: Any) -> None:
    assert not ChapterPage.can_create_at(home)
    assert ChapterPage.can_create_at(guide)
    assert not ContentPage.can_create_at(guide)


def test_a_chapter_is_found_by_the_name_of_its_guide(guide: Any) -> None:
    from search.indexing import project_pending

    project_pending(100)
    entry = SearchEntry.objects.get(title="Steuer zahlen")
    assert entry.keywords == ["Hund in Mainz"]
    assert "Alles über Steuer zahlen" in entry.body


def test_a_publication_shows_who_published_it_when(client: Any, home: Any) -> None:
    make_page(
        home, "Jahresbericht", PublicationPage, publisher="Amt für Zahlen", published_on="2026-03-01", version="2"
    )
    page = read(client, "/jahresbericht/")
    assert "Amt für Zahlen" in page
    assert "1. März 2026" in page


def test_marks_become_links_and_never_inside_tags() -> None:
    html, cited = with_links('<p title="[^1]">Eins[^1], noch einmal[^1], keine[^9]</p>', prefix="a", count=2)
    assert cited == {1}
    assert html.startswith('<p title="[^1]">Eins<sup')
    assert html.count('href="#a-note-1"') == 2
    assert html.count('id="a-ref-1"') == 1  # an id is there once
    assert "keine[^9]" in html


def test_footnotes_work_alone_and_on_the_whole_page(client: Any, guide: Any) -> None:
    for slug in ("anmelden", "steuer-zahlen"):
        chapter = ChapterPage.objects.get(slug=slug)
        chapter.body = text("<p>Belegt.[^1]</p>")
        chapter.footnotes = [ChapterFootnote(text=f"<p>Quelle {slug}</p>")]
        chapter.save()
    alone, whole = read(client, "/hund-in-mainz/anmelden/"), read(client, "/hund-in-mainz/gesamt/")
    assert 'href="#anmelden-note-1"' in alone
    for slug in ("anmelden", "steuer-zahlen"):
        assert whole.count(f'id="{slug}-note-1"') == whole.count(f'href="#{slug}-note-1"') == 1
        assert whole.count(f'id="{slug}-ref-1"') == whole.count(f'href="#{slug}-ref-1"') == 1


@pytest.mark.parametrize(
    ("body", "notes", "message"),
    [
        ("<p>Ohne Beleg[^2][^1]</p>", ["<p>Eins</p>"], "Fußnoten, die es nicht gibt: 2."),
        ("<p>Ohne Verweis</p>", ["<p>Eins</p>"], "Schreiben Sie [^1] in den Text"),
        ("<p>Richtig[^1]</p>", ["<p>Eins</p>"], ""),
    ],
)
def test_the_form_compares_marks_and_footnotes(
    editor_user: Any, guide: Any, body: str, notes: list[str], message: str
) -> None:
    editor_user.is_superuser = True
    editor_user.save()
    data = nested_form_data(
        {
            "title": "Neu",
            "slug": "neu",
            "summary": "",
            "body": streamfield([("rich_text", rich_text(body))]),
            "footnotes": inline_formset([{"text": rich_text(note)} for note in notes]),
            "comments": inline_formset([]),
        }
    )
    answer = client_of(editor_user).post(f"/admin/pages/add/content/chapterpage/{guide.pk}/", data, follow=True)
    made = Page.objects.filter(slug="neu").exists()
    assert made is not bool(message)
    if message:
        assert message in str(answer.context["form"].errors["body"])
        assert body.removeprefix("<p>").removesuffix("</p>") in answer.content.decode()  # nothing typed is lost


def test_moving_a_guide_takes_the_whole_page_along(client: Any, guide: Any, home: Any) -> None:
    guide.move(make_page(home, "Tiere"), pos="last-child")
    for old, new in (("gesamt/", "gesamt/"), ("anmelden/", "anmelden/"), ("", "")):
        answer = client.get(f"/hund-in-mainz/{old}")
        assert answer["Location"] == f"/tiere/hund-in-mainz/{new}"
