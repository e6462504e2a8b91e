"""Notices: short messages shown where they matter, from a moment until a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.models import PreviewableMixin

from cms.access.models import RestrictedModel, RestrictedQuerySet
from cms.directory.models import OrganisationUnit
from cms.records.fields import LocalizedField
from cms.records.texts import current_language, default_language, localized

from .links import validate_link
from .targets import target_of


class NoticeQuerySet(RestrictedQuerySet):
    """Notices by time."""

    def current(self, at: datetime | None = None) -> NoticeQuerySet:
        """Return what is shown at ``at`` (default: now): begun, and not yet over."""
        at = at or timezone.now()
        return self.filter(Q(ends=None) | Q(ends__gt=at), starts__lte=at)

    def planned(self) -> NoticeQuerySet:
        """Return what has not begun."""
        return self.filter(starts__gt=timezone.now())

    def over(self) -> NoticeQuerySet:
        """Return what has ended."""
        return self.filter(ends__lte=timezone.now())


class Notice(PreviewableMixin, RestrictedModel):
    """A short message. Its texts lie in the row: every page of the site reads the current ones, with one query."""

    class Severity(models.TextChoices):
        INFORMATION = "information", _("Information")
        WARNING = "warning", _("Warning")
        EMERGENCY = "emergency", _("Emergency")

    class Place(models.TextChoices):
        SITE = "site", _("On every page")
        PORTAL = "portal", _("On every page of intranet and extranet")
        UNIT = "unit", _("Wherever an office and those below it appear")
        RECORD = "record", _("Wherever one service, location or page appears")

    class State(models.TextChoices):
        CURRENT = "current", pgettext_lazy("notice", "shown")
        PLANNED = "planned", pgettext_lazy("notice", "planned")
        OVER = "over", pgettext_lazy("notice", "over")

    #: The worst first.
    ORDER = {Severity.EMERGENCY: 0, Severity.WARNING: 1, Severity.INFORMATION: 2}
    ICONS = {
        Severity.EMERGENCY: "octagon-alert",
        Severity.WARNING: "triangle-alert",
        Severity.INFORMATION: "info",
    }

    severity = models.CharField(_("severity"), max_length=20, choices=Severity, default=Severity.INFORMATION)
    headline = LocalizedField(_("title"), help_text=_("What is the matter, in a few words."))
    text = LocalizedField(_("text"), blank=True, help_text=_("One or two sentences: what does it mean, what to do?"))
    easy_text = models.TextField(
        _("in Leichte Sprache"), max_length=1_000, blank=True, help_text=_("In German, for those who need it.")
    )
    link = models.CharField(
        _("link"),
        max_length=500,
        blank=True,
        validators=[validate_link],
        help_text=_("An address that begins with https://, or a path of this site such as /leistungen/."),
    )
    link_label = LocalizedField(_("text of the link"), blank=True)
    starts = models.DateTimeField(_("from"), default=timezone.now)
    ends = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: until somebody ends it."))
    place = models.CharField(_("where"), max_length=20, choices=Place, default=Place.SITE)
    unit = models.ForeignKey(
        OrganisationUnit, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("office")
    )
    kind = models.CharField(max_length=40, blank=True, editable=False)
    object_id = models.CharField(max_length=40, blank=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-starts", "-pk"]
        indexes = [models.Index(fields=["ends", "starts"], name="notice_time")]
        permissions = [("publish_emergency", "Can publish emergency notices")]
        constraints = [
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gt=F("starts")), name="notice_in_order"),
            models.CheckConstraint(
                condition=Q(place="unit", unit__isnull=False) | (~Q(place="unit") & Q(unit=None)), name="notice_unit"
            ),
            models.CheckConstraint(
                condition=(Q(place="record") & ~Q(kind="") & ~Q(object_id=""))
                | (~Q(place="record") & Q(kind="", object_id="")),
                name="notice_record",
            ),
        ]

    def __str__(self) -> str:
        return localized(self.headline) or str(_("notice"))

    def clean(self) -> None:
        """Refuse an end before the beginning and a place without its office or record. Raises ValidationError."""
        if self.starts and self.ends and self.ends <= self.starts:
            raise ValidationError({"ends": _("The end must be after the beginning.")})
        if self.place == self.Place.UNIT and not self.unit_id:
            raise ValidationError({"unit": _("Choose the office.")})
        if self.place != self.Place.UNIT:
            self.unit = None
        if self.place != self.Place.RECORD:
            self.kind = self.object_id = ""
        elif not (self.kind and self.object_id):
            raise ValidationError({"place": _("Choose what it is about.")})

    @property
    def state(self) -> str:
        """Shown, planned or over, at this moment."""
        now = timezone.now()
        if self.starts > now:
            return self.State.PLANNED
        return self.State.OVER if self.ends and self.ends <= now else self.State.CURRENT

    @property
    def state_label(self) -> Any:
        """The state in words."""
        return self.State(self.state).label

    @property
    def icon(self) -> str:
        """The name of the icon that stands for the severity."""
        return self.ICONS[self.Severity(self.severity)]

    @property
    def title_text(self) -> str:
        """The title in the active language."""
        return localized(self.headline)

    @property
    def body_text(self) -> str:
        """The text in the active language."""
        return localized(self.text)

    @property
    def label_text(self) -> str:
        """The words of the link in the active language."""
        return localized(self.link_label) or str(_("More about this"))

    @property
    def language(self) -> str:
        """The language the title really is in, when it is not the active one; else ""."""
        return "" if self.headline.get(current_language()) else default_language()

    @property
    def is_easy(self) -> bool:
        """Whether the page is read in Leichte Sprache and the notice has a text in it."""
        return bool(self.easy_text) and (get_language() or "").lower().startswith("de-simple")

    def target(self) -> Any:
        """Return the record the notice is about, None when it is about none or the record is gone."""
        return target_of(self.kind, self.object_id) if self.place == self.Place.RECORD else self.unit

    def scope_units(self) -> list[str]:
        """Return the paths of the units the notice belongs to: whoever has a role there, has it here."""
        found = self.target()
        return found.scope_units() if hasattr(found, "scope_units") else []

    def where(self) -> str:
        """Return in words where the notice is shown."""
        if self.place in (self.Place.SITE, self.Place.PORTAL):
            return str(self.Place(self.place).label)
        found = self.target()
        return str(found) if found else str(_("gone"))

    def serve_preview(self, request: Any, mode_name: str) -> Any:
        """Show the site as it would look with this notice, and only this one."""
        from .serving import put_board

        put_board(request, [self])
        return super().serve_preview(request, mode_name)

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        """Return the template of the preview."""
        return "notices/preview.html"
