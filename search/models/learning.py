"""What people asked, without saying who asked; and what follows from it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LoggedQuery(models.Model):
    """How often something was asked on one day. No time, no address, no account, no session.

    ``text`` stays empty until all its words are words of public entries or until it was asked on several days:
    a name or number somebody typed once is never stored, only a keyed digest that counts it (DSGVO Art. 5 (1) c).
    """

    class Audience(models.TextChoices):
        PUBLIC = "public", _("public")
        STAFF = "staff", _("staff")

    day = models.DateField(_("day"))
    digest = models.CharField(max_length=32)
    text = models.CharField(_("query"), max_length=200, blank=True)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience)
    language = models.CharField(_("language"), max_length=12)
    searches = models.PositiveIntegerField(_("searches"), default=0)
    without = models.PositiveIntegerField(_("without results"), default=0)
    #: Number of results when it was last asked.
    results = models.PositiveIntegerField(_("results"), default=0)
    clicks = models.PositiveIntegerField(_("clicks"), default=0)
    ranks = models.PositiveIntegerField(_("sum of the places clicked"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "digest", "audience", "language"], name="search_logged_unique")
        ]
        indexes = [models.Index(fields=["digest"], name="search_logged_digest")]

    def __str__(self) -> str:
        return f"{self.day} {self.text}"


class SearchTodo(models.Model):
    """A query that fails people, for the owner of the record that should have answered it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        DISMISSED = "dismissed", _("dismissed")

    class Reason(models.TextChoices):
        WITHOUT = "without", _("nothing found")
        UNCLICKED = "unclicked", _("hardly anybody opens a result")

    text = models.CharField(_("query"), max_length=200)
    language = models.CharField(_("language"), max_length=12)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    searches = models.PositiveIntegerField(_("searches"), default=0)
    kind = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    title = models.CharField(_("likely record"), max_length=500, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("for")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("search to-do")
        verbose_name_plural = _("search to-dos")
        ordering = [F("searches").desc(), "text"]
        constraints = [models.UniqueConstraint(fields=["text", "language"], name="search_todo_unique")]

    def __str__(self) -> str:
        return self.text
