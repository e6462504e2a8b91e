"""The same content as RSS 2.0, Atom (RFC 4287), JSON Feed 1.1 and iCalendar (RFC 5545, 7986)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from icalendar import Calendar, Event

from cms.contracts.feeds import FeedContent, FeedEntry

#: How many news a feed has at most; calendars are whole.
MOST = 50
#: How often a calendar should be fetched again.
REFRESH = timedelta(hours=6)
# What XML 1.0 and iCalendar can't hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")


@dataclass(frozen=True)
class Place:
    """Where a feed is read: its own address, that of its page, how paths become addresses, and the language."""

    feed_url: str
    page_url: str
    absolute: Callable[[str], str]
    language: str


def write(form: str, content: FeedContent, place: Place) -> bytes:
    """Return ``content`` in the format ``form`` (see ``declared.FORMATS``). The same content makes the same bytes."""
    entries = [_clean(entry, place) for entry in content.entries()]
    if form == "ics":
        return _calendar(content, entries, place)
    entries = entries[:MOST]
    if form == "json":
        return _json(content, entries, place)
    return _xml(Rss201rev2Feed if form == "rss" else Atom1Feed, content, entries, place)


def clean(text: str) -> str:
    """Return ``text`` without the characters that none of the formats can hold."""
    return _CONTROL.sub("", text)


def _clean(entry: FeedEntry, place: Place) -> FeedEntry:
    return replace(
        entry,
        title=clean(entry.title),
        summary=clean(entry.summary),
        place=clean(entry.place),
        url=place.absolute(entry.url),
    )


def host() -> str:
    """Return the name of the site, by which keys become unique in the world."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _id(entry: FeedEntry) -> str:
    """Return the name of an entry as a tag (RFC 4151): it stays when its address changes."""
    return f"tag:{host()},2026:{entry.key}"


def _xml(kind: type[SyndicationFeed], content: FeedContent, entries: list[FeedEntry], place: Place) -> bytes:
    feed = kind(
        title=clean(content.title),
        link=place.page_url,
        description=clean(content.summary) or clean(content.title),
        language=place.language,
        feed_url=place.feed_url,
        feed_guid=place.feed_url,
        # RFC 4287 wants an author, of the feed or of each entry.
        author_name=settings.WAGTAIL_SITE_NAME,
    )
    for entry in entries:
        feed.add_item(
            title=entry.title,
            link=entry.url,
            description=entry.summary or None,
            unique_id=_id(entry),
            unique_id_is_permalink=False,
            pubdate=entry.published or entry.updated,
            updateddate=entry.updated,
            categories=entry.categories,
        )
    # Of a feed without entries the generators would say that it has just changed.
    if not entries:
        feed.latest_post_date = lambda: datetime(2026, 1, 1, tzinfo=UTC)  # type: ignore[method-assign]
    return feed.writeString("utf-8").encode()


def _json(content: FeedContent, entries: list[FeedEntry], place: Place) -> bytes:
    """JSON Feed 1.1 (jsonfeed.org)."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": content.title,
        "home_page_url": place.page_url,
        "feed_url": place.feed_url,
        "language": place.language,
        "authors": [{"name": settings.WAGTAIL_SITE_NAME}],
    }
    if content.summary:
        feed["description"] = content.summary
    feed["items"] = [_json_item(entry) for entry in entries]
    return json.dumps(feed, ensure_ascii=False).encode()


def _json_item(entry: FeedEntry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": _id(entry),
        "url": entry.url,
        "title": entry.title,
        "content_text": entry.summary or entry.title,  # one of the contents is obligatory
        "date_published": (entry.published or entry.updated).isoformat(timespec="seconds"),
        "date_modified": entry.updated.isoformat(timespec="seconds"),
    }
    if entry.categories:
        item["tags"] = list(entry.categories)
    return item


def _calendar(content: FeedContent, entries: list[FeedEntry], place: Place) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", f"-//{host()}//Mogontia//{place.language.upper()}")
    calendar.add("version", "2.0")
    title = clean(content.title)
    for name in ("name", "x-wr-calname"):  # RFC 7986, and what programs know that are older than it
        calendar.add(name, title)
    if content.summary:
        calendar.add("description", clean(content.summary))
    calendar.add("url", place.page_url)
    calendar.add("source", place.feed_url, parameters={"value": "URI"})
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for entry in entries:
        if entry.starts is not None:
            calendar.add_component(_event(entry, place.language))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(entry: FeedEntry, language: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.key.replace('/', '-')}@{host()}")
    event.add("dtstamp", entry.updated.astimezone(UTC))
    event.add("last-modified", entry.updated.astimezone(UTC))
    event.add("dtstart", _local(entry.starts))
    if entry.ends:
        event.add("dtend", _local(entry.ends))
    event.add("summary", entry.title, parameters={"language": language})
    if entry.summary:
        event.add("description", entry.summary, parameters={"language": language})
    if entry.place:
        event.add("location", entry.place)
    event.add("url", entry.url)
    event.add("class", "PUBLIC")
    event.add("transp", "TRANSPARENT")  # who subscribes is not busy because an office is closed
    if entry.categories:
        event.add("categories", entry.categories)
    return event


def _local(value: Any) -> Any:
    """Return a moment in the city's time zone; a day as it is."""
    return timezone.localtime(value) if isinstance(value, datetime) else value
