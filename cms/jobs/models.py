"""Workers that are alive, and when periodic jobs are due. The jobs themselves are rows of django-tasks-db."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Worker(models.Model):
    """A process that works. It says every few seconds that it is alive."""

    name = models.CharField(_("name"), max_length=64, primary_key=True)
    host = models.CharField(_("machine"), max_length=255)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        permissions = [("operate_jobs", _("Can see and retry background work"))]

    def __str__(self) -> str:
        return self.name


class Schedule(models.Model):
    """When a periodic job is due next."""

    name = models.CharField(_("name"), max_length=120, primary_key=True)
    next_at = models.DateTimeField(_("next run"))
    last_at = models.DateTimeField(_("last run"), null=True)
    last_task = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("periodic job")
        verbose_name_plural = _("periodic jobs")

    def __str__(self) -> str:
        return self.name
