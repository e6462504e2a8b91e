"""Which plugins the installation has switched off."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PluginSwitch(models.Model):
    """A row: the plugin ``label`` is off. Written by ``cms.plugins.switches`` only."""

    label = models.CharField(_("plugin"), max_length=100, unique=True)
    switched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    switched_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("plugin switched off")
        verbose_name_plural = _("plugins switched off")

    def __str__(self) -> str:
        return self.label
