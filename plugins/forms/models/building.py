"""What editors did to a draft, and the fillings that prove a version."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .forms import FormVersion


class DraftState(models.Model):
    """How a draft was after one change. Undo and redo are changes, too: each state knows where they lead from it."""

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="states")
    revision = models.PositiveIntegerField()
    data = models.JSONField()
    words = models.CharField(_("what changed"), max_length=300, blank=True)
    #: The revisions whose data undo and redo bring back; None: there is nothing.
    back = models.PositiveIntegerField(null=True)
    forth = models.PositiveIntegerField(null=True)
    at = models.DateTimeField(_("when"), auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["version", "-revision"]
        verbose_name = _("state of a draft")
        verbose_name_plural = _("states of drafts")
        constraints = [models.UniqueConstraint(fields=["version", "revision"], name="form_draft_state_unique")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.revision}"


class FormProof(models.Model):
    """A filling that was generated, and what the form makes of it: a test of the form, run before publishing."""

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="proofs")
    name = models.CharField(_("path"), max_length=300)
    #: Generated answers, of nobody.
    filling = models.JSONField(default=dict)
    #: What is shown and asked then: see building.proofs.
    expected = models.JSONField(default=dict)

    class Meta:
        ordering = ["version", "pk"]
        verbose_name = _("test of a form")
        verbose_name_plural = _("tests of forms")

    def __str__(self) -> str:
        return self.name
