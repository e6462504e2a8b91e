"""RSS, Atom and JSON Feed beside pages."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from wagtail.models import Page

from cms.content.models import SectionPage, Topic, TopicPage
from cms.content.models.topics import PageTopic
from cms.notices.models import Notice
from tests.conftest import client_of, make_page, restrict

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def culture(home: Any, roles: Any) -> SectionPage:
    """A section with a public and an internal page, and a page elsewhere."""
    section = make_page(home, "Kultur", SectionPage, summary="Museen & Musik")
    make_page(section, "Orgelkonzert <heute>", summary="Im Dom").save_revision().publish()
    secret = make_page(section, "Winkelhakenstube")
    secret.save_revision().publish()
    restrict(secret, roles["staff"])
    make_page(home, "Müllabfuhr").save_revision().publish()
    return section


def titles(answer: Any) -> list[str]:
    """Return the titles of the entries of a feed in any format."""
    assert answer.status_code == 200
    if "json" in answer["Content-Type"]:
        return [item["title"] for item in json.loads(answer.content)["items"]]
    tree = ElementTree.fromstring(answer.content)  # noqa: S314  our own answer
    found = [*tree.iterfind("channel/item/title"), *tree.iterfind(f"{ATOM}entry/{ATOM}title")]
    return [item.text or "" for item in found]


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_a_section_has_its_pages(client: Any, culture: Any, form: str) -> None:
    assert titles(client.get(f"/kultur/feed.{form}")) == ["Orgelkonzert <heute>"]


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_nothing_private_is_in_a_feed_whoever_asks(client: Any, culture: Any, staff_user: Any, form: str) -> None:
    for reader in (client, client_of(staff_user)):
        for path in ("/feed.", "/kultur/feed."):
            assert "Winkelhakenstube" not in titles(reader.get(f"{path}{form}"))


def test_a_private_section_has_no_feed_for_anybody(client: Any, intranet: Any, staff_user: Any) -> None:
    for reader in (client, client_of(staff_user)):
        assert reader.get("/intranet/feed.rss").status_code == 404
    page = client_of(staff_user).get("/intranet/").content.decode()
    assert "feed.rss" not in page


def test_a_topic_has_the_pages_about_it(client: Any, home: Any, culture: Any) -> None:
    topic = Topic(slug="musik")
    topic.set_texts({("title", "de"): "Musik"})
    topic.save()
    make_page(home, "Alles über Musik", TopicPage, topic=topic, slug="musik")
    for title in ("Orgelkonzert <heute>", "Winkelhakenstube"):
        page = Page.objects.get(title=title)
        PageTopic.objects.create(page=page, topic=topic)
    assert titles(client.get("/musik/feed.atom")) == ["Orgelkonzert <heute>"]


def test_pages_appear_and_go_to_the_second(client: Any, culture: Any) -> None:
    assert len(titles(client.get("/kultur/feed.json"))) == 1
    page = make_page(culture, "Lesung", expire_at=timezone.now() + timedelta(hours=1))
    page.save_revision().publish()
    assert titles(client.get("/kultur/feed.json"))[0] == "Lesung"
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    assert titles(client.get("/kultur/feed.json")) == ["Orgelkonzert <heute>"]


def test_notices_begin_and_end_to_the_second(client: Any, home: Any, staff_rule: Any) -> None:
    now = timezone.now()
    Notice.objects.create(headline={"de": "Läuft"}, starts=now - timedelta(days=1), ends=now + timedelta(days=1))
    Notice.objects.create(headline={"de": "Kommt"}, starts=now + timedelta(hours=1))
    Notice.objects.create(headline={"de": "War"}, starts=now - timedelta(days=2), ends=now - timedelta(seconds=1))
    Notice.objects.create(headline={"de": "Intern"}, starts=now, access_rule=staff_rule)
    for form in ("rss", "atom", "json"):
        assert titles(client.get(f"/hinweise/feed.{form}")) == ["Information: Läuft"]
    assert "Intern" not in client.get("/hinweise/").content.decode()


def test_an_unchanged_feed_is_not_sent_again(client: Any, culture: Any, staff_user: Any, settings: Any) -> None:
    for reader, seconds in ((client, 3600), (client, 0), (client_of(staff_user), 3600)):
        settings.PAGE_CACHE_SECONDS = seconds
        first = reader.get("/kultur/feed.rss")
        assert reader.get("/kultur/feed.rss", headers={"if-none-match": first["ETag"]}).status_code == 304
    make_page(culture, "Lesung").save_revision().publish()
    assert client.get("/kultur/feed.rss", headers={"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("kept", [0, 3600])
def test_the_time_tells_of_what_has_gone(client: Any, culture: Any, monkeypatch: Any, settings: Any, kept: int) -> None:
    settings.PAGE_CACHE_SECONDS = kept
    client.get("/")
    later = timezone.now() + timedelta(seconds=5)
    monkeypatch.setattr(timezone, "now", lambda: later)
    since = client.get("/kultur/feed.rss")["Last-Modified"]
    assert client.get("/kultur/feed.rss", headers={"if-modified-since": since}).status_code == 304
    Page.objects.filter(title__startswith="Orgel").update(live=False)
    much_later = later + timedelta(seconds=5)
    monkeypatch.setattr(timezone, "now", lambda: much_later)
    gone = client.get("/kultur/feed.rss", headers={"if-modified-since": since})
    assert gone.status_code == 200
    assert titles(gone) == []


def test_it_is_kept_for_the_public(client: Any, culture: Any, settings: Any) -> None:
    for seconds in (0, 3600):
        settings.PAGE_CACHE_SECONDS = seconds
        client.get("/kultur/feed.rss")
        again = client.get("/kultur/feed.rss")
        assert again["Cache-Control"] == "public, no-cache"
    assert again["Content-Type"] == "application/rss+xml; charset=utf-8"


@pytest.mark.parametrize("path", ["/", "/kultur/", "/hinweise/"])
def test_pages_name_their_feeds_in_the_head(client: Any, culture: Any, path: str) -> None:
    head = client.get(path).content.decode().partition("</head>")[0]
    for form, media_type in (("rss", "rss+xml"), ("atom", "atom+xml"), ("json", "feed+json")):
        assert f'type="application/{media_type}"' in head
        assert f'href="{path}feed.{form}"' in head
        assert client.get(f"{path}feed.{form}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/kultur/feed.ics", "/nichts/feed.rss", "/leistungen/feed.rss", "/feed.xml", "/kultur/orgel/feed.rss"]
)
def test_where_there_is_no_feed_there_is_none(client: Any, culture: Any, path: str) -> None:
    assert client.get(path).status_code == 404


def test_texts_that_xml_cannot_hold(client: Any, home: Any) -> None:
    Notice.objects.create(headline={"de": "A\x0bB ]]> & <b>"}, text={"de": "x\x1by"})
    for form in ("rss", "atom", "json"):
        assert titles(client.get(f"/hinweise/feed.{form}")) == ["Information: AB ]]> & <b>"]


def test_a_json_feed_has_what_version_1_1_asks_for(client: Any, culture: Any) -> None:
    feed = json.loads(client.get("/kultur/feed.json").content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://testserver/kultur/feed.json"
    assert feed["home_page_url"] == "http://testserver/kultur/"
    (item,) = feed["items"]
    assert item["id"].startswith("tag:")
    assert item["url"].startswith("http://testserver/kultur/")
    assert item["content_text"] == "Im Dom"


def test_an_entry_keeps_its_name_when_its_address_changes(client: Any, culture: Any) -> None:
    before = json.loads(client.get("/kultur/feed.json").content)["items"][0]
    page = Page.objects.get(title__startswith="Orgel").specific
    page.slug = "konzert"
    page.save_revision().publish()
    after = json.loads(client.get("/kultur/feed.json").content)["items"][0]
    assert before["id"] == after["id"]
    assert before["url"] != after["url"]


def test_a_feed_is_in_the_language_of_its_address(client: Any, home: Any) -> None:
    Notice.objects.create(headline={"de": "Sturm", "en": "Storm"}, severity="warning")
    assert titles(client.get("/hinweise/feed.rss")) == ["Warnung: Sturm"]
    assert titles(client.get("/en/notices/feed.rss")) == ["Warning: Storm"]


def test_a_feed_costs_few_queries(client: Any, culture: Any, settings: Any, django_assert_max_num_queries: Any) -> None:
    settings.PAGE_CACHE_SECONDS = 0
    for number in range(20):
        make_page(culture, f"Seite {number}").save_revision().publish()
    client.get("/kultur/feed.rss")
    with django_assert_max_num_queries(6):
        client.get("/kultur/feed.rss")
