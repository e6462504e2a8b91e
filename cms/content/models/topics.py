"""Topics: what pages are about, and the page that lists everything about one."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms.plugins.registry import providers
from cms.records.texts import RecordText, TextedQuerySet, TextedRecord, unique_text

from .base import SitePage

#: How many things of one kind a topic page shows before it says that there are more.
SHOWN_OF_A_KIND = 12
A_PAGE = 50


class Topic(TextedRecord, ClusterableModel):
    """What pages and records are about. Records name topics by the same word as their apps do in the search."""

    TEXT_FIELDS = ("title", "summary")
    title_field = "title"

    slug = models.SlugField(
        _("key"),
        max_length=120,
        unique=True,
        help_text=_("With the key of a life situation the topic includes its services."),
    )

    objects = TextedQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("topic")
        verbose_name_plural = _("topics")


class TopicText(RecordText):
    """Title and summary of a topic."""

    record = ParentalKey(Topic, on_delete=models.CASCADE, related_name="texts")

    class Meta:
        constraints = unique_text("topic_text")


class PageTopic(models.Model):
    """A page is about a topic: one table for all page types, those of plugins, too."""

    page = ParentalKey(Page, on_delete=models.CASCADE, related_name="page_topics")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="page_topics")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "topic"], name="page_topic_unique")]
        verbose_name = _("topic of a page")

    def __str__(self) -> str:
        return f"{self.page_id}: {self.topic_id}"


class TopicPage(SitePage, Page):
    """Lists everything about a topic that the reader may see: pages and records of all kinds."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name=_("topic"))

    shown_with = ("locale", "topic")
    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("topic"), FieldPanel("body")]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("topic page")
        verbose_name_plural = _("topic pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add ``groups``: (kind, label, the first entries, number of all), or with ``?kind=`` the page ``entries`` of one kind.

        Raises Http404 for a kind of which there is nothing, and beyond the last page.
        """
        context = super().get_context(request, *args, **kwargs)
        asked = providers("entries_about").values() if self.topic_id else ()  # none yet in the preview of a new page
        found = [item for provider in asked for item in provider(request, self.topic.slug)]
        by_kind: dict[str, list[Any]] = {}
        for item in found:
            if item.url != self.get_url(request):
                by_kind.setdefault(item.kind, []).append(item)
        if kind := request.GET.get("kind", ""):
            paginator = Paginator(by_kind.get(kind, []), A_PAGE)
            number = request.GET.get("page", "1")
            if not paginator.count or not number.isdecimal() or not 1 <= int(number[:9]) <= paginator.num_pages:
                raise Http404
            context["entries"] = paginator.page(int(number[:9]))
        context["groups"] = [
            (kind, items[0].label, items[:SHOWN_OF_A_KIND], len(items)) for kind, items in by_kind.items()
        ]
        return context
