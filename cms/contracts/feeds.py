"""What apps let others subscribe to: news and calendars (manifest kind ``feeds``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

NEWS = ("rss", "atom", "json")
CALENDAR = ("ics",)


@dataclass(frozen=True, kw_only=True)
class FeedEntry:
    """One piece of news, or one date.

    ``key`` names it for ever and on the whole site ("page/12"); ``url`` a path of this site or an address. In calendars
    stand only entries with ``starts``: moments (aware), or days, of which ``ends`` is the first one after it.
    """

    key: str
    title: str
    url: str
    updated: datetime
    published: datetime | None = None
    summary: str = ""
    categories: tuple[str, ...] = ()
    starts: datetime | date | None = None
    ends: datetime | date | None = None
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class FeedContent:
    """What a feed says now, in the active language: its title, and what reads its entries, the newest first."""

    title: str
    entries: Callable[[], Iterable[FeedEntry]]
    summary: str = ""


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed beside a page: below the page's address it is called ``feed.rss``, ``.atom``, ``.json``, or ``.ics``.

    ``view``: name of the address of that page ("directory:location"); ``read`` gets what stands in the address (the
    slug), and returns the content that everybody may see, whoever asks, or None when there is none. ``title`` (lazy)
    is what browsers and readers offer. A page has one feed a format.
    """

    name: str
    title: Any
    view: str
    read: Callable[..., FeedContent | None]
    formats: tuple[str, ...] = NEWS
