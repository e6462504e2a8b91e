"""Page types and documents."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.documents.models import AbstractDocument, DocumentQuerySet
from wagtail.documents.models import Document as WagtailDocument
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index

from cms.access.embedding import hidden_from_readers
from cms.access.models import PageAccess
from cms.access.pages import visible_pages
from cms.access.rules import STAFF_GROUP
from cms.accounts.roles import EXTRANET_GROUP
from cms.caching.pages import keep_for_the_public
from cms.editing.publishing import CheckedPage, CheckedPageForm
from cms.languages.release import Released
from cms.plugins.registry import providers
from cms.plugins.switches import is_off

from .blocks import BODY_BLOCKS, BodyRecords
from .fields import PluginStreamField


class SitePageForm(CheckedPageForm):
    """The editor's form of a page: what readers of the page may not see can't be embedded in it."""

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


class SitePage(CheckedPage, Released, models.Model):
    """Mixin of every page type: summary, body, breadcrumbs and children as the reader may see them."""

    summary = models.TextField(
        _("summary"), blank=True, max_length=500, help_text=_("One or two sentences for lists and the search.")
    )
    body = PluginStreamField(BODY_BLOCKS, blank=True, verbose_name=_("body"))

    class Meta:
        abstract = True

    base_form_class = SitePageForm
    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page; the request carries it for the language switch."""
        request.wagtail_page = self  # type: ignore[attr-defined]
        return keep_for_the_public(super().serve(request, *args, **kwargs), page_id=self.pk)  # type: ignore[misc]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add ``breadcrumbs`` (ancestors below the home page) and ``child_pages``, both as ``request`` may see them."""
        context = super().get_context(request, *args, **kwargs)  # type: ignore[misc]
        context["breadcrumbs"] = self.breadcrumbs(request)
        context["body_records"] = BodyRecords(request, self.body)
        context["child_pages"] = list(visible_pages(request, self.get_children()).specific())  # type: ignore[attr-defined]
        return context

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
        above = self.get_ancestors().filter(depth__gt=2)  # type: ignore[attr-defined]
        return list(visible_pages(reader, above))


class HomePage(SitePage, Page):
    """The start page of the site in one language."""

    lead = models.CharField(_("greeting"), max_length=200, blank=True)

    parent_page_types = ["wagtailcore.Page"]
    max_count_per_parent = len(settings.LANGUAGES)
    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("summary"), FieldPanel("body")]

    class Meta:
        verbose_name = _("start page")
        verbose_name_plural = _("start pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add ``wishes`` (cards of what people want most) and ``situations``, from whichever plugin provides them."""
        context = super().get_context(request, *args, **kwargs)
        for name in ("wishes", "situations"):
            context[name] = [card for provider in providers(name).values() for card in provider(request)]
        return context

    def breadcrumbs(self, reader: Any) -> list[Page]:
        """Return nothing: this is where all ways begin."""
        return []

    @staticmethod
    def portal_url_for(request: HttpRequest) -> str | None:
        """Return the address of the portal (intranet before extranet) that ``request`` may see, or None."""
        portals = visible_pages(request, SectionPage.objects.exclude(portal="")).order_by("portal")
        pages = {page.portal: page for page in portals}
        page = pages.get(SectionPage.Portal.INTRANET) or pages.get(SectionPage.Portal.EXTRANET)
        return page.get_url(request) if page else None


#: Who may see a new portal until somebody decides otherwise. A name without group lets nobody in.
PORTAL_GROUPS = {"intranet": [STAFF_GROUP], "extranet": [EXTRANET_GROUP, STAFF_GROUP]}


class SectionPage(SitePage, Page):
    """A section of the site with an introduction and its pages."""

    class Portal(models.TextChoices):
        NONE = "", _("no")
        INTRANET = "intranet", _("Intranet")
        EXTRANET = "extranet", _("Extranet")

    intro = models.TextField(_("introduction"), blank=True, max_length=1000)
    picture = models.CharField(_("drawing"), max_length=40, blank=True)
    portal = models.CharField(_("start page of a portal"), max_length=20, choices=Portal, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("intro"),
        FieldPanel("picture"),
        FieldPanel("body"),
    ]
    settings_panels = [*Page.settings_panels, FieldPanel("portal")]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Store the section; one that has just become a portal is private unless a restriction says for whom."""
        before = "" if self._state.adding else type(self).objects.values_list("portal", flat=True).get(pk=self.pk)
        result = super().save(*args, **kwargs)
        if self.portal and not before and not self.get_view_restrictions().exists():
            restriction = PageViewRestriction.objects.create(page=self, restriction_type=PageViewRestriction.GROUPS)
            restriction.groups.set(Group.objects.filter(name__in=PORTAL_GROUPS[self.portal]))
        return result


class ContentPage(SitePage, Page):
    """An ordinary page; legal pages (imprint, privacy, accessibility) are marked and linked in the footer."""

    in_footer = models.BooleanField(_("link in the footer"), default=False)
    reviewed_at = models.DateField(_("last reviewed"), null=True, blank=True)

    settings_panels = [
        *Page.settings_panels,
        MultiFieldPanel([FieldPanel("in_footer"), FieldPanel("reviewed_at")], heading=_("Page")),
    ]

    class Meta:
        verbose_name = _("content page")
        verbose_name_plural = _("content pages")


class CityDocumentManager(models.Manager.from_queryset(DocumentQuerySet)):  # type: ignore[misc]
    """Documents with what ``cms.media`` knows of them: each has to tell its address."""

    def get_queryset(self) -> Any:
        """Return all documents."""
        return super().get_queryset().select_related("details")


class CityDocument(AbstractDocument):
    """An uploaded document with its text, page by page, for the search."""

    extracted_pages = models.JSONField(_("text by page"), default=list, editable=False)
    extraction_error = models.CharField(_("why no text was read"), max_length=300, blank=True, editable=False)
    extracted_hash = models.CharField(max_length=40, blank=True, editable=False)

    objects = CityDocumentManager()
    admin_form_fields = WagtailDocument.admin_form_fields

    class Meta(AbstractDocument.Meta):
        permissions = [("choose_document", "Can choose document")]

    @property
    def url(self) -> str:
        """The lasting address of the document: it leads to the current file, whatever that is called."""
        if not self.file:
            return ""
        details = getattr(self, "details", None)
        return self.file.storage.url(details.address if details else self.file.name)
