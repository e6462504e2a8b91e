"""Current notices to subscribe to."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.contracts.feeds import CALENDAR, NEWS, Feed, FeedContent, FeedEntry

from .serving import listed


def current() -> FeedContent:
    """Return the notices that everybody sees now; none before it begins or after it is over."""
    return FeedContent(title=_("Current notices"), entries=_entries)


def _entries() -> Iterable[FeedEntry]:
    page = reverse("notices:all")
    for notice in sorted(listed(None), key=lambda notice: notice.starts, reverse=True):
        lasts = notice.ends is not None  # one without an end is no date for a calendar
        yield FeedEntry(
            key=f"notice/{notice.pk}",
            title=f"{notice.get_severity_display()}: {notice.title_text}",
            url=notice.link or f"{page}#notice-{notice.pk}",
            summary=notice.body_text,
            categories=(str(notice.get_severity_display()),),
            published=notice.starts,
            updated=notice.starts,
            starts=notice.starts if lasts else None,
            ends=notice.ends,
        )


FEEDS = [
    Feed(
        name="notices",
        title=gettext_lazy("Current notices"),
        view="notices:all",
        read=current,
        formats=(*NEWS, *CALENDAR),
    )
]
