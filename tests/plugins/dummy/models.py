"""A note: with an audience, an owner, and a reference to a unit by value."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from cms.access.models import RestrictedModel, RestrictedQuerySet


class DummyNote(RestrictedModel, models.Model):
    """Title, text, who wrote it, and which unit it is about."""

    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # (kind, id), never a foreign key: what it points at belongs to somebody else.
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=64, blank=True)

    objects = RestrictedQuerySet.as_manager()

    class Meta:
        verbose_name = "Notiz"
        verbose_name_plural = "Notizen"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the path of the note's page."""
        return reverse("dummy:note", args=[self.pk])


class DummyTrace(models.Model):
    """What the plugin was told and did, for the tests to read."""

    words = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.words
