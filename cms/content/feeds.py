"""What is new and what has changed: on the whole site, in a section, about a topic."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from cms.access.pages import visible_pages
from cms.contracts.feeds import Feed, FeedContent, FeedEntry
from cms.feeds.writing import MOST

from .models import HomePage, SectionPage, TopicPage
from .models.base import with_summaries
from .views import find_page


def pages(path: str) -> FeedContent | None:
    """Return the news of the page at ``path``: a start page, a section or a topic page that everybody may see."""
    page = find_page(None, path)
    if isinstance(page, TopicPage):
        below = Page.objects.filter(page_topics__topic=page.topic_id, locale=page.locale_id)
    elif isinstance(page, HomePage | SectionPage):
        below = Page.objects.filter(path__startswith=page.path)
    else:
        return None
    return FeedContent(
        title=_("What is new: %(title)s") % {"title": page.title},
        summary=page.summary,
        entries=partial(_entries, below.exclude(pk=page.pk)),
    )


def _entries(below: Any) -> Iterable[FeedEntry]:
    """Return the pages of ``below`` that everybody may see, the newest change first. One query."""
    seen = visible_pages(None, with_summaries(below)).filter(last_published_at__isnull=False)
    for page in seen.select_related("locale").order_by(F("last_published_at").desc(), "-pk")[:MOST]:
        yield FeedEntry(
            key=f"page/{page.pk}",
            title=page.title,
            url=page.get_url() or "/",
            summary=page.summary,
            published=page.first_published_at,
            updated=page.last_published_at,
        )


FEEDS = [Feed(name="pages", title=gettext_lazy("What is new here"), view="wagtail_serve", read=pages)]
