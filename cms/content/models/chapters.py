"""Texts of several pages with one implementation: guides, and publications that would else be a PDF."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page

from cms.access.pages import visible_pages
from cms.caching.pages import keep_for_the_public

from ..footnotes import cited_numbers
from ..previewing import answer_as
from .around import Part
from .base import SitePage, SitePageForm, pictures


def whole_url(document: Page, request: HttpRequest) -> str:
    """Return the address of the page with all chapters of ``document``."""
    return f"{document.get_url(request) or ''}{gettext('whole/')}"


class ChapteredPage(RoutablePageMixin, SitePage):
    """Mixin of pages whose text goes on in chapters below them, and can be read as one page."""

    subpage_types = ["content.ChapterPage"]

    class Meta:
        abstract = True

    def parts_around(self) -> dict[str, Part]:
        """Leave out what is below: chapters are read with their text."""
        return {name: part for name, part in super().parts_around().items() if name != "below"}

    def child_pages(self, reader: Any) -> list[Page]:
        """Return the chapters ``reader`` may see, in their order."""
        below = ChapterPage.objects.child_of(self).select_related("locale").order_by("path")
        return list(visible_pages(reader, below))

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Answer with the draft: Wagtail's way for pages with several addresses comes before the one of ``SitePage``."""
        return answer_as(self, request, mode_name) or super().serve_preview(request, mode_name)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add ``document`` (this page), ``chapters``, ``next`` and ``whole_url``."""
        context = super().get_context(request, *args, **kwargs)
        context["document"], context["chapters"] = self, context["child_pages"]
        context["next"] = context["chapters"][0] if context["chapters"] else None
        context["whole_url"] = whole_url(self, request)
        return context

    @path(_("whole/"), name="whole")
    def whole(self, request: HttpRequest) -> Any:
        """Answer with all chapters on one page, to read, search and print."""
        request.wagtail_page = self  # type: ignore[attr-defined]
        context = self.get_context(request)
        models.prefetch_related_objects(context["chapters"], "footnotes")
        return keep_for_the_public(render(request, "content/whole.html", context), page_id=self.pk)  # type: ignore[attr-defined]

    def get_route_paths(self) -> list[str]:
        """Return what needs a redirect when the page moves."""
        with translation.override(self.locale.language_code):  # type: ignore[attr-defined]
            return ["/", f"/{gettext('whole/')}"]


class GuidePage(ChapteredPage, Page):
    """Explains something large in chapters, each for one question."""

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")


class PublicationPage(ChapteredPage, Page):
    """A report or plan as web pages: cover, contents, chapters with footnotes."""

    picture = models.CharField(_("drawing"), max_length=40, blank=True, choices=pictures)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    published_on = models.DateField(_("date of publication"), null=True, blank=True)
    version = models.CharField(_("version"), max_length=60, blank=True, help_text=_("For example: 2nd edition"))

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldPanel("picture"),
                FieldPanel("publisher"),
                FieldRowPanel([FieldPanel("published_on"), FieldPanel("version")]),
            ],
            heading=_("Cover"),
        ),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")

    def own_text(self) -> str:
        """Return who published it."""
        return self.publisher


class ChapterForm(SitePageForm):
    """The editor's form of a chapter: each footnote is cited, each citation has its footnote."""

    def clean(self) -> dict[str, Any]:
        """Compare the marks in the text with the footnotes below it."""
        cleaned = super().clean()
        formset = self.formsets.get("footnotes")
        if formset is None or "body" in self.errors or not formset.is_valid():
            return cleaned
        have = len([form for form in formset.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")])
        cited = cited_numbers(json.dumps(cleaned["body"].get_prep_value())) if cleaned.get("body") else set()
        problems = []
        if missing := sorted(number for number in cited if not 1 <= number <= have):
            numbers = ", ".join(map(str, missing))
            problems.append(gettext("The text cites footnotes that don't exist: %(numbers)s.") % {"numbers": numbers})
        if idle := sorted(set(range(1, have + 1)) - cited):
            numbers = ", ".join(f"[^{number}]" for number in idle)
            problems.append(
                gettext("Write %(numbers)s where the text refers to these footnotes.") % {"numbers": numbers}
            )
        if problems:  # the editor shows the first error of a body only
            self.add_error("body", " ".join(problems))
        return cleaned


class ChapterPage(SitePage, Page):
    """One chapter of a guide or publication."""

    base_form_class = ChapterForm
    parent_page_types = ["content.GuidePage", "content.PublicationPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        InlinePanel(
            "footnotes",
            heading=_("Footnotes"),
            label=_("Footnote"),
            help_text=_("Write [^1] in the text where it refers to the first footnote."),
        ),
    ]

    class Meta:
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")

    def parts_around(self) -> dict[str, Part]:
        """Add ``chapters``: this one and those beside it."""
        return super().parts_around() | {"chapters": (self.get_siblings(), {})}

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add ``document``, ``chapters``, ``number``, ``previous``, ``next`` and ``whole_url``."""
        context = super().get_context(request, *args, **kwargs)
        above = [page for page in context["breadcrumbs"] if page.depth == self.depth - 1]
        document = above[0] if above else self.get_parent()  # of a chapter whose document was withdrawn
        chapters = self.around(request)["chapters"]
        if self.pk not in {chapter.pk for chapter in chapters}:  # a draft in preview
            chapters = sorted([*chapters, self], key=lambda chapter: chapter.path)
        place = [chapter.pk for chapter in chapters].index(self.pk)
        return context | {
            "document": document,
            "chapters": chapters,
            "number": place + 1,
            "previous": chapters[place - 1] if place else document,
            "next": chapters[place + 1] if place + 1 < len(chapters) else None,
            "whole_url": whole_url(document, request),
        }

    def own_text(self) -> str:
        """Return the footnotes."""
        return " ".join(row.text for row in self.footnotes.all())


class ChapterFootnote(Orderable):
    """A footnote; the mark [^n] in the text cites the n-th."""

    chapter = ParentalKey(ChapterPage, on_delete=models.CASCADE, related_name="footnotes")
    text = RichTextField(_("text"), features=["bold", "italic", "link"])

    class Meta(Orderable.Meta):
        verbose_name = _("footnote")
        verbose_name_plural = _("footnotes")

    def __str__(self) -> str:
        return self.text[:60]
