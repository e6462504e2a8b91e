"""Runs of moving in, and what became of each page of the old site."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class ImportRun(models.Model):
    """One time that somebody brought pages of a site over."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READING = "reading", _("reading the old site")
        WRITING = "writing", _("writing drafts")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    source = models.CharField(_("where from"), max_length=500)
    parent = models.ForeignKey(Page, models.CASCADE, related_name="+", verbose_name=_("below the page"))
    selector = models.CharField(_("where the text is"), max_length=200, blank=True)
    limit = models.PositiveIntegerField(_("pages at most"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    error = models.CharField(_("error"), max_length=500, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        permissions = [("import_pages", _("Can bring pages of another site over"))]

    def __str__(self) -> str:
        return f"{self.source} ({self.started_at:%d.%m.%Y %H:%M})"


class ImportedPage(models.Model):
    """One page of the old site, known by its address; later runs find it again."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CREATED = "created", _("new draft")
        UPDATED = "updated", _("brought up to date")
        UNCHANGED = "unchanged", _("unchanged")
        EDITED = "edited", _("edited here since: kept")
        REMOVED = "removed", _("deleted here since: left out")
        REFUSED = "refused", _("could not be brought over")

    parent = models.ForeignKey(Page, models.CASCADE, related_name="+")
    address = models.CharField(_("old address"), max_length=500)
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="pages")
    above = models.CharField(max_length=500, blank=True)  # address of the page above, on the old site
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(_("title"), max_length=255, blank=True)
    page = models.ForeignKey(Page, models.SET_NULL, null=True, related_name="+")
    revision_id = models.BigIntegerField(null=True)  # the newest of ours: a newer one was made by people
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    losses = models.JSONField(_("lost"), default=list)  # [kind, detail]
    html = models.TextField(blank=True)  # until it is written
    url = models.CharField(max_length=500, blank=True)  # whole, for the links of the page
    media = models.CharField(max_length=500, blank=True)  # address of a picture that belongs to the page
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("page of the old site")
        verbose_name_plural = _("pages of the old site")
        constraints = [models.UniqueConstraint(fields=["parent", "address"], name="imported_page_once")]

    def __str__(self) -> str:
        return self.title or self.address


#: No page of the public shows these.
UNSEEN = ["importing"]
