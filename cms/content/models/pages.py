"""Start page, sections and ordinary pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageViewRestriction

from cms.access.pages import visible_pages
from cms.access.rules import STAFF_GROUP
from cms.accounts.roles import EXTRANET_GROUP
from cms.plugins.registry import providers

from .base import SitePage, pictures, shown_page


class HomePage(SitePage, Page):
    """The start page of the site in one language."""

    lead = models.CharField(_("greeting"), max_length=200, blank=True)

    parent_page_types = ["wagtailcore.Page"]
    max_count_per_parent = len(settings.LANGUAGES)
    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("summary"), FieldPanel("body")]

    class Meta:
        verbose_name = _("start page")
        verbose_name_plural = _("start pages")

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Find the page of an address: two queries however deep it lies, where Wagtail asks twice for each level.

        What a page makes of the rest of the address is its own to decide. Raises Http404.
        """
        places = [f"{self.url_path}{'/'.join(path_components[:end])}/" for end in range(1, len(path_components) + 1)]
        found = Page.objects.filter(url_path__in=places, path__startswith=self.path).order_by("-depth")
        page = found.only("pk", "depth", "content_type_id").first() if places else None
        if page is None:
            return super().route(request, path_components)
        return shown_page(page).route(request, path_components[page.depth - self.depth :])

    def own_text(self) -> str:
        """Return the greeting."""
        return self.lead

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add ``wishes`` (cards of what people want most) and ``situations``, from whichever plugin provides them."""
        return super().get_context(request, *args, **kwargs) | self.cards(request)

    def cards(self, reader: Any) -> dict[str, list[Any]]:
        """Return ``wishes`` and ``situations`` as ``reader`` may see them."""
        return {
            name: [card for provider in providers(name).values() for card in provider(reader)]
            for name in ("wishes", "situations")
        }

    def part_of(self, reader: Any) -> list[Any]:
        """Return nothing: no step leads to a start page."""
        return []

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

    def own_text(self) -> str:
        """Return the introduction."""
        return self.intro

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Store the section; one that has just become a portal is private unless a restriction says for whom."""
        before = "" if self._state.adding else type(self).objects.values_list("portal", flat=True).get(pk=self.pk)
        result = super().save(*args, **kwargs)
        if self.portal and not before and not self.get_view_restrictions().exists():
            restriction = PageViewRestriction.objects.create(page=self, restriction_type=PageViewRestriction.GROUPS)
            restriction.groups.set(Group.objects.filter(name__in=PORTAL_GROUPS[self.portal]))
        return result


class LandingPage(SitePage, Page):
    """A page that wants one thing done: a campaign, an event, a new offer."""

    kicker = models.CharField(_("line above the title"), max_length=80, blank=True)
    picture = models.CharField(_("drawing"), max_length=40, blank=True, choices=pictures)
    action_label = models.CharField(_("text of the button"), max_length=80, blank=True)
    action_page = models.ForeignKey(
        "wagtailcore.Page",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("button leads to page"),
    )
    action_url = models.CharField(
        _("or to the address"),
        max_length=500,
        blank=True,
        validators=[RegexValidator(r"^(/(?!/)|https://|mailto:|tel:)")],
    )
    shows_pages_below = models.BooleanField(_("show the pages below as cards"), default=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("kicker"),
        FieldPanel("summary"),
        FieldPanel("picture"),
        MultiFieldPanel(
            [FieldPanel("action_label"), FieldPanel("action_page"), FieldPanel("action_url")], heading=_("Button")
        ),
        FieldPanel("body"),
        FieldPanel("shows_pages_below"),
    ]

    class Meta:
        verbose_name = _("landing page")
        verbose_name_plural = _("landing pages")

    def clean(self) -> None:
        """Insist on text and target of the button, or neither. Raises ValidationError."""
        super().clean()
        has_target = bool(self.action_page_id or self.action_url)
        if has_target and not self.action_label:
            raise ValidationError({"action_label": _("Enter what the button says.")})
        if self.action_label and not has_target:
            raise ValidationError({"action_page": _("Choose where the button leads.")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add ``action_target``, unless the reader may not see the page behind the button."""
        context = super().get_context(request, *args, **kwargs)
        target = self.action_url
        if self.action_page_id:
            linked = {page.pk: page for page in self.around(request)["linked"]}
            target = linked[self.action_page_id].get_url(request) if self.action_page_id in linked else ""
        context["action_target"] = target
        return context

    def linked_ids(self) -> set[int]:
        """Return the pages that button or body lead to."""
        return super().linked_ids() | ({self.action_page_id} - {None})

    def child_pages(self, reader: Any) -> list[Page]:
        """Return the pages below, if they are to be shown."""
        return super().child_pages(reader) if self.shows_pages_below else []

    def own_text(self) -> str:
        """Return the line above the title."""
        return self.kicker


class ContentPage(SitePage, Page):
    """An ordinary page; legal pages are marked by their kind and linked in the footer."""

    class LegalKind(models.TextChoices):
        NONE = "", _("no")
        IMPRINT = "imprint", _("Imprint")
        PRIVACY = "privacy", _("Privacy")
        ACCESSIBILITY = "accessibility", _("Accessibility statement")

    in_footer = models.BooleanField(_("link in the footer"), default=False)
    legal_kind = models.CharField(
        _("legal page"),
        max_length=20,
        choices=LegalKind,
        blank=True,
        help_text=_("The accessibility statement shows what was found out by tests and reports below your own text."),
    )
    reviewed_at = models.DateField(_("last reviewed"), null=True, blank=True)

    settings_panels = [
        *Page.settings_panels,
        MultiFieldPanel(
            [FieldPanel("legal_kind"), FieldPanel("in_footer"), FieldPanel("reviewed_at")], heading=_("Page")
        ),
    ]

    class Meta:
        verbose_name = _("content page")
        verbose_name_plural = _("content pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add ``statement`` to the accessibility statement: the parts made from the evidence, if an app provides them."""
        context = super().get_context(request, *args, **kwargs)
        context["statement"] = self.made_statement()
        return context

    def made_statement(self) -> Any:
        """Return the accessibility statement in the page's language, made from the evidence; None on other pages."""
        if self.legal_kind != self.LegalKind.ACCESSIBILITY:
            return None
        found = providers("accessibility_statement").values()
        return next((provider(self.locale.language_code) for provider in found), None)
