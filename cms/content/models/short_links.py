"""Short links: /@name, to be printed on posters and said on the phone."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel


class ShortLinkQuerySet(models.QuerySet):
    """Short links that work."""

    def valid(self) -> ShortLinkQuerySet:
        """Return those that have not run out."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))


class ShortLink(models.Model):
    """A name that leads to a page, or to an address of this site. Who follows it is not counted."""

    name = models.CharField(
        _("name"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Use small letters, digits and hyphens."))],
        help_text=_("What follows the @ in the address. Capital letters make no difference."),
    )
    page = models.ForeignKey(
        "wagtailcore.Page", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("leads to page")
    )
    path = models.CharField(
        _("or to the address"),
        max_length=500,
        blank=True,
        validators=[RegexValidator(r"^/(?![/\\@])[^\s\\]*$", _("Enter an address of this site that begins with /."))],
    )
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    note = models.CharField(_("where it is used"), max_length=200, blank=True)

    objects = ShortLinkQuerySet.as_manager()

    panels = [
        FieldPanel("name"),
        MultiFieldPanel([FieldPanel("page"), FieldPanel("path")], heading=_("Target")),
        FieldPanel("expires_at"),
        FieldPanel("note"),
    ]

    class Meta:
        ordering = ["name"]
        verbose_name = _("short link")
        verbose_name_plural = _("short links")

    def __str__(self) -> str:
        return f"@{self.name}"

    def clean_fields(self, exclude: Any = None) -> None:
        """Write the name small before it is checked."""
        self.name = self.name.strip().removeprefix("@").lower()
        super().clean_fields(exclude=exclude)

    def clean(self) -> None:
        """Insist on one target. Raises ValidationError."""
        if bool(self.page_id) == bool(self.path):
            raise ValidationError({"path": _("Choose a page or enter an address, one of the two.")})

    def get_absolute_url(self) -> str:
        """Return the short address."""
        return reverse("short_link", args=[self.name])
