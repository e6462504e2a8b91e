"""Other systems that work with ours."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Integration(models.Model):
    """A system of another office or company. What it may see and do, its account may: it is given roles like a person."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    purpose = models.TextField(_("what for"), blank=True)
    contact = models.EmailField(_("contact"), help_text=_("Who is told when something with it goes wrong."))
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="integration", editable=False, verbose_name=_("account")
    )
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("integration")
        verbose_name_plural = _("integrations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
