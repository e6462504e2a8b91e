"""Which version of the German page a translation says, who tested a text in Leichte Sprache, and films in sign language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, Revision

from cms.access.pages import visible_in_collections
from cms.content.models import SitePage

from .release import SIGN

FILM_TYPES = {"mp4": "video/mp4", "webm": "video/webm"}


class Origin(models.Model):
    """The published version of the German page that a translation says. Written by ``services`` only."""

    page = models.OneToOneField(Page, models.CASCADE, primary_key=True, related_name="origin")
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("state of a translation")
        verbose_name_plural = _("states of translations")
        # Named roles hold these, see ``release.py``.
        permissions = [
            ("release_easy_language", "Can release pages in Leichte Sprache"),
            ("release_sign_language", "Can release films in sign language"),
        ]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.seen_at:%Y-%m-%d}"


class EasyCheck(models.Model):
    """Who tested a page in Leichte Sprache, and when. A group or office, never the name of a testing reader."""

    page = models.OneToOneField(Page, models.CASCADE, primary_key=True, related_name="easy_check")
    checked_by = models.CharField(
        _("tested by"),
        max_length=200,
        help_text=_("The group or office, for example a testing group of the city. No names of people."),
    )
    checked_on = models.DateField(_("tested on"))

    class Meta:
        verbose_name = _("test of Leichte Sprache")
        verbose_name_plural = _("tests of Leichte Sprache")

    def __str__(self) -> str:
        return f"{self.page_id}: {self.checked_on}"

    def clean(self) -> None:
        """Refuse a test in the future. Raises ValidationError."""
        if self.checked_on and self.checked_on > timezone.localdate():
            raise ValidationError({"checked_on": _("The test can't be in the future.")})


class SignLanguagePage(SitePage, Page):
    """What the site or the intranet is and how to use it, in German sign language (DGS): a film and its words."""

    film = models.ForeignKey(
        settings.WAGTAILDOCS_DOCUMENT_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("film"),
        help_text=_("An MP4 or WebM file among the documents. Without it the page says that the film follows."),
    )
    poster = models.CharField(_("drawing before the film starts"), max_length=40, blank=True)
    translated_by = models.CharField(
        _("signed by"), max_length=200, blank=True, help_text=_("The office or company that made the film.")
    )

    release_permission = SIGN
    parent_page_types = ["content.HomePage", "content.SectionPage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("film"), FieldPanel("poster"), FieldPanel("translated_by")], heading=_("Film in sign language")
        ),
        FieldPanel("body", heading=_("Words of the film")),
    ]

    class Meta:
        verbose_name = _("page in sign language")
        verbose_name_plural = _("pages in sign language")

    def clean(self) -> None:
        """Refuse a file that is no film. Raises ValidationError."""
        super().clean()
        if self.film and self.film.file_extension.lower() not in FILM_TYPES:
            raise ValidationError({"film": _("Choose an MP4 or WebM file.")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add ``film`` as far as the reader may see it, and its type."""
        context = super().get_context(request, *args, **kwargs)
        films = type(self.film).objects.filter(pk=self.film_id) if self.film else None
        context["film"] = visible_in_collections(request, films).first() if films is not None else None
        context["film_type"] = FILM_TYPES.get(self.film.file_extension.lower(), "") if context["film"] else ""
        return context
