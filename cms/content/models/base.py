"""What every page type has in common."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, get_page_models
from wagtail.search import index

from cms.access.embedding import hidden_from_readers
from cms.access.models import PageAccess
from cms.caching.pages import keep_for_the_public
from cms.editing.publishing import CheckedPage, CheckedPageForm
from cms.languages.links import said_of, translations_into
from cms.languages.release import Released
from cms.plugins.switches import is_off
from cms.records.texts import current_language
from cms.reviews.locking import LockedWithReason

from ..blocks import BODY_BLOCKS, PICTURES, BodyRecords, page_ids_in
from ..fields import PluginStreamField
from ..previewing import MODES, answer_as
from .around import Part, read_around

#: Where pages right below a start page stand in the tree.
SECTION_DEPTH = 3


def _summaries() -> list[str]:
    """Return the look-ups that lead from a page to the summary of its type."""
    types = [model for model in get_page_models() if issubclass(model, SitePage)]
    return [f"{model._meta.model_name}__summary" for model in types]


def with_summaries(pages: Any) -> Any:
    """Return ``pages`` of all types, each with the ``summary`` of its own."""
    return pages.annotate(summary=Coalesce(*_summaries(), Value(""), output_field=models.TextField()))


def shown_page(page: Page) -> Page:
    """Return ``page`` as what it is, with what it is shown with: one query. ``page`` may have its content type alone."""
    model = page.cached_content_type.model_class()
    related = getattr(model, "shown_with", ("locale",))
    return model._default_manager.select_related(*related).get(pk=page.pk)


def pictures() -> list[tuple[str, Any]]:
    """Return the theme's drawings an editor may choose from."""
    return PICTURES


class SitePageForm(CheckedPageForm):
    """The editor's form of a page: its topics; what readers of the page may not see can't be embedded in it."""

    topics = forms.ModelMultipleChoiceField(
        label=_("Topics"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "topics" in self.fields:  # the form of a restricted editor may lack it
            self.fields["topics"].queryset = apps.get_model("content", "Topic").objects.with_texts()
            self.initial["topics"] = [row.topic_id for row in self.instance.page_topics.all()]

    def _post_clean(self) -> None:
        super()._post_clean()
        if "topics" in self.cleaned_data:
            rows = {row.topic_id: row for row in self.instance.page_topics.all()}
            new = self.instance.page_topics.model
            self.instance.page_topics = [rows.get(item.pk) or new(topic=item) for item in self.cleaned_data["topics"]]

    def clean(self) -> dict[str, Any]:
        """Name the media and records that some readers would miss, at the body."""
        cleaned = super().clean()
        if "body" in self.errors or "body" not in self.fields:
            return cleaned
        readers = PageAccess.objects.filter(page_id=self.instance.pk or self.parent_page.pk)
        self.instance.body = cleaned.get("body")
        hidden = hidden_from_readers(self.instance, readers.values_list("rule__clauses", flat=True).first() or [])
        if hidden:
            names = ", ".join(sorted(str(item) for item in hidden))
            self.add_error(
                "body",
                _("Not everybody who may read this page may see: %(names)s. Move it to a collection these readers may "
                  "see, or restrict the page.") % {"names": names},
            )  # fmt: skip
        return cleaned


class SitePage(Released, CheckedPage, LockedWithReason, models.Model):
    """Mixin of every page type: summary, body, breadcrumbs and children as the reader may see them."""

    summary = models.TextField(
        _("summary"), blank=True, max_length=500, help_text=_("One or two sentences for lists and the search.")
    )
    body = PluginStreamField(BODY_BLOCKS, blank=True, verbose_name=_("body"))

    class Meta:
        abstract = True

    #: What is read together with the page when it is shown.
    shown_with: tuple[str, ...] = ("locale",)
    base_form_class = SitePageForm
    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    promote_panels = [*Page.promote_panels, FieldPanel("topics")]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page; the request carries it for the language switch."""
        request.wagtail_page = self  # type: ignore[attr-defined]
        return keep_for_the_public(super().serve(request, *args, **kwargs), page_id=self.pk)  # type: ignore[misc]

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """As whom an editor can look at a draft; each at the widths of a phone, a tablet and a desktop."""
        return MODES

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Answer with the draft as the reader ``mode_name`` stands for sees it. Raises PermissionDenied."""
        return answer_as(self, request, mode_name) or super().serve_preview(request, mode_name)  # type: ignore[misc, arg-type]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what ``request`` may see: ``breadcrumbs`` (ancestors below the home page), ``child_pages``, ``part_of``."""
        context = super().get_context(request, *args, **kwargs)  # type: ignore[misc]
        context["breadcrumbs"] = self.breadcrumbs(request)
        around = self.around(request)
        context["body_records"] = BodyRecords(request, self.body, self, [*around["linked"], *around["translated"]])
        context["child_pages"] = self.child_pages(request)
        context["part_of"] = self.part_of(request)
        return context

    def around(self, reader: Any) -> dict[str, list[Page]]:
        """Return the pages shown with this one that ``reader`` may see, by part: one query, kept for the request at hand."""
        kept_for, found = self.__dict__.get("_around", (None, {}))
        if reader is None or kept_for is not reader:
            found = read_around(reader, self.parts_around())
            self.__dict__["_around"] = (reader, found)
        return found

    def parts_around(self) -> dict[str, Part]:
        """Return the parts of :meth:`around`: ``above``, ``below``, ``twins``, ``linked``, ``translated``, ``steps``."""
        linked = Page.objects.filter(pk__in=self.linked_ids())
        twins = Page.objects.filter(translation_key=self.translation_key)  # type: ignore[attr-defined]
        parts: dict[str, Part] = {
            "above": (self.get_ancestors().filter(depth__gte=SECTION_DEPTH), {}),  # type: ignore[attr-defined]
            "twins": (twins.exclude(pk=self.pk), {"said": said_of(self)}),
            "linked": (linked, {}),
            "translated": (translations_into(current_language(), linked), {}),
            "steps": (Page.objects.filter(pk__in=[step.page_id for step in self._steps()]), {}),
        }
        if self.allowed_subpage_models():  # type: ignore[attr-defined]
            summary = Coalesce(*_summaries(), Value(""), output_field=models.TextField())
            picture = Coalesce("sectionpage__picture", Value(""))
            parts["below"] = (self.get_children(), {"summary": summary, "picture": picture})  # type: ignore[attr-defined]
        return parts

    def linked_ids(self) -> set[int]:
        """Return the ids of the pages that the body (and other fields of the type) lead to."""
        return page_ids_in(self.body)

    def child_pages(self, reader: Any) -> list[Page]:
        """Return the pages below this one that ``reader`` may see, each with ``summary`` and ``picture``."""
        return self.around(reader).get("below", [])

    def _steps(self) -> list[Any]:
        return apps.get_model("content", "StepTarget").objects.leading_to(self)

    def part_of(self, reader: Any) -> list[tuple[Any, Page]]:
        """Return (step, its page) of the step-by-steps ``reader`` may see that lead to this page."""
        pages = {page.pk: page for page in self.around(reader)["steps"]}
        return [(step, pages[step.page_id]) for step in self._steps() if step.page_id in pages]

    def own_text(self) -> str:
        """Return what an editor wrote outside the body, as plain text for the search."""
        return ""

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Find the page as Wagtail does, but not one that has expired or whose plugin is off. Raises Http404."""
        expired = self.expire_at and self.expire_at <= timezone.now()  # type: ignore[attr-defined]
        if not path_components and (expired or is_off(self._meta.app_label)):
            raise Http404
        return super().route(request, path_components)  # type: ignore[misc]

    @property
    def shown_body(self) -> list[Any]:
        """The blocks of the body without those of plugins that are switched off."""
        return self.body.stream_block.shown(self.body)

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        """Return whether an editor may create such a page below ``parent``: not while its plugin is off."""
        return not is_off(cls._meta.app_label) and super().can_create_at(parent)  # type: ignore[misc]

    def breadcrumbs(self, reader: Any) -> list[Page]:
        """Return the ancestors from the home page's child down to the parent that ``reader`` may see."""
        return self.around(reader)["above"]
