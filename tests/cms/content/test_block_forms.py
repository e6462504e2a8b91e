"""What editors meet: a preview of every block, clear refusals beside the field, and nothing dangerous in texts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from wagtail.models import Collection

from cms.content.blocks import BODY_BLOCKS
from cms.content.blocks.links import ButtonsBlock, RecordBlock, TeaserBlock, TopicListBlock
from cms.content.blocks.pictures import GalleryBlock, VideoBlock
from cms.content.blocks.text import LONGEST_TEXT, SafeTextBlock, cleaned
from cms.content.media_forms import check_document
from cms.content.models import CityDocument, ContentPage
from search.indexing import project_pending
from tests.conftest import client_of, make_location, make_page, make_unit

from .test_images import picture

pytestmark = pytest.mark.django_db
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00"


def errors_of(block: Any, raw: Any) -> dict[str, str]:
    """Return field -> message of what the block refuses."""
    with translation.override("de"), pytest.raises(ValidationError) as error:
        block.clean(block.to_python(raw))
    return {name: " ".join(found.messages) for name, found in error.value.block_errors.items()}


def document(name: str, content: bytes = b"x") -> CityDocument:
    stored = CityDocument(title=name, collection=Collection.get_first_root_node(), file=ContentFile(content, name))
    stored.save()
    return stored


@pytest.mark.parametrize("name", [name for name, _block in BODY_BLOCKS])
def test_every_block_has_name_group_description_and_preview(client: Any, home: Any, admin_user: Any, name: str) -> None:
    from wagtail.images import get_image_model

    make_unit()
    make_location(latitude=50.0, longitude=8.27)
    document("eins.pdf")
    get_image_model()(title="Bild", file=picture("PNG")).save()
    make_page(home, "Neu")
    project_pending(500)
    block = ContentPage._meta.get_field("body").stream_block.child_blocks[name]
    with translation.override("de"):
        texts = [str(block.label), str(block.meta.group), str(block.get_description())]
    with translation.override("en"):
        assert all(texts)
        assert texts[2] != str(block.get_description())
    assert block.is_previewable
    answer = client_of(admin_user).get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "block_preview.css" in body
    inside = body.partition(f'block-{name}">')[2].partition("</main>")[0]
    assert len(inside.strip()) > 40, inside
    assert "block-missing" not in inside


@pytest.mark.parametrize(
    "html",
    [
        "<p>a</p><script>alert(1)</script>",
        '<p onclick="alert(1)">a</p>',
        '<a href="javascript:alert(1)">a</a>',
        '<a href="JaVa\tScript:alert(1)">a</a>',
        "<img src=x onerror=alert(1)>a",
        "<svg><script>alert(1)</script></svg>a",
        '<iframe src="https://evil.example"></iframe>a',
        '<p style="position:fixed">a</p>',
        '<a linktype="page" id="1" onmouseover="alert(1)">a</a>',
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">a',
    ],
)
def test_scripts_never_get_out_however_they_got_in(client: Any, home: Any, html: str) -> None:
    stream = [
        {"type": "rich_text", "value": html},
        {"type": "callout", "value": {"tone": "info", "title": "", "text": html}},
        {"type": "accordion", "value": [{"title": "x", "text": html}]},
    ]
    page = make_page(home, "Text", slug="text", body="[]")
    page.body = json.dumps(stream)
    page.save()
    body = client.get("/text/").content.decode().partition("<article")[2].partition("</article>")[0].lower()
    for bad in (
        "<script",
        "onclick",
        "onerror=",
        "onmouseover",
        "javascript:",
        "<iframe",
        "style=",
        "<img",
        "<svg><script",
    ):
        assert bad not in body, bad


def test_what_editors_write_stays() -> None:
    html = (
        '<h2>A</h2><p><b>b</b> <i>i</i><br/><a href="https://mainz.example/?a=1&amp;b=2">x</a> '
        '<a linktype="page" id="3">y</a> <a linktype="document" id="4">z</a> <a href="mailto:a@mainz.example">m</a></p>'
        "<ul><li>1</li></ul><ol><li>2</li></ol><hr/>"
    )
    assert cleaned(html).replace("<br>", "<br/>").replace("<hr>", "<hr/>") == html
    assert cleaned(cleaned(html)) == cleaned(html)


def test_a_text_of_ten_megabytes_is_refused_with_the_limit() -> None:
    block = SafeTextBlock(max_length=LONGEST_TEXT)
    block.set_name("text")
    with translation.override("de"), pytest.raises(ValidationError) as error:
        block.clean(block.to_python("<p>" + "Mainz " * 1_700_000 + "</p>"))
    assert "60000" in str(error.value.messages).replace(".", "")


def video(**values: Any) -> dict[str, Any]:
    return {
        "title": "Film",
        "file": None,
        "url": "",
        "captions": None,
        "without_speech": False,
        "transcript": "",
    } | values


def test_a_film_needs_captions_unless_nobody_speaks() -> None:
    block, film, captions = VideoBlock(), document("film.mp4", MP4), document("film.vtt", b"WEBVTT\n")
    assert "Untertitel" in errors_of(block, video(file=film.pk))["captions"]
    assert block.clean(block.to_python(video(file=film.pk, captions=captions.pk)))["captions"] == captions
    assert block.clean(block.to_python(video(file=film.pk, without_speech=True)))
    assert block.clean(block.to_python(video(url="https://video.example/1")))


def test_a_film_has_one_source_of_a_kind_that_plays() -> None:
    block, film, text = VideoBlock(), document("film.mp4", MP4), document("liste.pdf")
    assert "file" in errors_of(block, video())
    assert "file" in errors_of(block, video(file=film.pk, url="https://video.example/1", without_speech=True))
    assert "MP4" in errors_of(block, video(file=text.pk, without_speech=True))["file"]
    assert "vtt" in errors_of(block, video(file=film.pk, captions=text.pk))["captions"]
    assert "url" in errors_of(block, video(url="javascript:alert(1)"))


def test_nothing_of_a_film_is_asked_for_before_the_click(client: Any, home: Any) -> None:
    film, captions = document("film.mp4", MP4), document("film.vtt", b"WEBVTT\n")
    blocks = [
        {"type": "video", "value": video(file=film.pk, captions=captions.pk, transcript="<p>Gesagt.</p>")},
        {"type": "video", "value": video(url="https://video.example/1")},
    ]
    make_page(home, "Filme", body=json.dumps(blocks))
    body = client.get("/filme/").content.decode()
    assert 'preload="none"' in body
    assert " default" not in body.partition("<track")[2].partition(">")[0]
    assert "<iframe" not in body
    assert body.count("https://video.example/1") == body.count('href="https://video.example/1" target="_blank"') == 1
    assert "Gesagt." in body
    assert client.get(film.url)["Content-Type"] == "video/mp4"
    assert client.get(captions.url)["Content-Type"] == "text/vtt"


@pytest.mark.parametrize(
    ("name", "content", "good"),
    [
        ("a.mp4", MP4, True),
        ("a.mp4", b"<html>", False),
        ("a.webm", b"\x1a\x45\xdf\xa3x", True),
        ("a.webm", MP4, False),
        ("a.vtt", b"\xef\xbb\xbfWEBVTT\n\n00:01.000 --> 00:02.000\nHallo", True),
        ("a.vtt", b"WEBVTTX", False),
        ("a.vtt", b"WEBVTT\n<script>", False),
    ],
)
def test_films_and_captions_are_what_they_are_called(name: str, content: bytes, good: bool) -> None:
    upload = SimpleUploadedFile(name, content)
    if good:
        check_document(upload)
    else:
        with pytest.raises(ValidationError):
            check_document(upload)


def test_a_teaser_takes_an_address_a_title_or_a_key(home: Any) -> None:
    unit = make_unit()
    page = make_page(home, "Müll und Sauberkeit", slug="muell")
    project_pending(500)
    block = RecordBlock()
    block.set_name("record")
    for text in (f"page:{page.pk}", "/muell/", "https://www.mainz.example/muell/?x=1#y", "Müll und Sauberkeit"):
        assert block.clean(text) == f"page:{page.pk}", text
    assert block.clean(unit.get_absolute_url()) == f"unit:{unit.pk}"
    assert block.get_form_state(f"page:{page.pk}") == "/muell/"
    assert block.get_form_state("page:999999") == "page:999999"  # nothing typed is lost


@pytest.mark.parametrize("text", ["", "/gibt/es/nicht/", "Gibt es nicht", "http://[", "x" * 501])
def test_a_teaser_to_nothing_is_refused(home: Any, text: str) -> None:
    found = errors_of(TeaserBlock(), {"record": text, "title": "", "text": ""})
    assert found["record"]


def test_a_title_that_only_staff_may_see_is_not_told(home: Any, staff_rule: Any) -> None:
    make_unit("Winkelhakenstube", "98", slug="geheim", access_rule=staff_rule)
    project_pending(500)
    assert "Winkelhakenstube“ " not in errors_of(TeaserBlock(), {"record": "Winkelhaken"})["record"]


def test_a_list_of_everything_and_two_main_actions_are_refused() -> None:
    value = {"title": "x", "topic": "", "kind": "", "number": 3, "order": "date"}
    assert "topic" in errors_of(TopicListBlock(), value)
    two = [{"label": "a", "page": None, "url": "/", "style": "primary"}] * 2
    block = ButtonsBlock()
    with pytest.raises(ValidationError) as error:
        block.clean(block.to_python(two))
    assert list(error.value.block_errors) == [1]


def test_every_picture_of_a_gallery_is_described() -> None:
    from wagtail.images import get_image_model

    image = get_image_model()(title="Bild", file=picture("PNG"))
    image.save()
    one = {"image": image.pk, "alt": "Dom", "decorative": False, "caption": ""}
    block = GalleryBlock()
    assert block.clean(block.to_python({"title": "", "images": [one, one]}))
    assert "images" in errors_of(block, {"title": "", "images": [one, one | {"alt": " "}]})
    assert "images" in errors_of(block, {"title": "", "images": [one]})


def test_the_editor_opens_a_page_whose_references_are_gone(home: Any, admin_client: Any) -> None:
    gone = {"image": 999_999, "alt": "x", "decorative": False, "caption": ""}
    stream = [
        {"type": "image", "value": gone},
        {"type": "gallery", "value": {"title": "", "images": [gone, gone]}},
        {"type": "unit_contact", "value": 999_999},
        {"type": "map", "value": {"title": "Karte", "places": [999_999, None]}},
        {"type": "video", "value": video(file=999_999)},
        {"type": "documents", "value": {"title": "", "documents": [{"document": 999_999}]}},
        {"type": "links", "value": [{"label": "x", "page": 999_999, "url": ""}]},
        {"type": "teaser", "value": {"record": "page:999999", "title": "", "text": ""}},
    ]
    page = make_page(home, "Verwaist", slug="verwaist", body=json.dumps(stream))
    first = page.save_revision()
    page.body = "[]"
    second = page.save_revision()
    assert admin_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    compare = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, first.pk, second.pk])
    assert admin_client.get(compare).status_code == 200
    assert admin_client.get("/verwaist/").status_code == 200
