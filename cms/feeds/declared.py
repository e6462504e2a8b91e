"""Which feeds there are."""

from __future__ import annotations

from collections.abc import Iterator

from cms.contracts.feeds import Feed
from cms.plugins.registry import collect

#: Format -> (media type, what it is called).
FORMATS = {
    "rss": ("application/rss+xml", "RSS"),
    "atom": ("application/atom+xml", "Atom"),
    "json": ("application/feed+json", "JSON Feed"),
    "ics": ("text/calendar", "iCalendar"),
}


def feeds_of(view: str) -> Iterator[Feed]:
    """Yield the feeds of the pages whose address is called ``view``."""
    for _config, feeds in collect("feeds"):
        yield from (feed for feed in feeds if feed.view == view)
