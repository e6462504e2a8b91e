"""How often a page was read on a day. No row says who read it, nor when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class PageDay(models.Model):
    """One page on one day."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    views = models.PositiveIntegerField(_("views"), default=0)
    onward = models.PositiveIntegerField(_("read on"), default=0)
    helped = models.PositiveIntegerField(_("found what they looked for"), default=0)
    failed = models.PositiveIntegerField(_("did not find it"), default=0)

    class Meta:
        verbose_name = _("visits of a page")
        verbose_name_plural = _("visits of pages")
        constraints = [models.UniqueConstraint(fields=["page", "day"], name="page_day_unique")]
        indexes = [models.Index(fields=["day", "page"], name="page_day_day")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.day}: {self.views}"


#: No page of the public shows these.
UNSEEN = ["visits"]
