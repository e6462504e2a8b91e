"""Requests: whom they are about lies sealed, what was found is only named by its numbers."""

from __future__ import annotations

import json

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.contracts.privacy import Sought
from cms.sealing import seal, unseal

#: What the sealed texts are sealed for (cms.sealing).
SOUGHT = "cms.privacy.sought"


class PersonRequest(models.Model):
    """One time that somebody looked for what is kept about a person."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SEARCHING = "searching", _("being searched")
        DONE = "done", _("searched")
        FAILED = "failed", _("search failed")

    #: JSON of a Sought, sealed for SOUGHT.
    sealed = models.TextField(editable=False)
    file_number = models.CharField(_("file number"), max_length=80)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    searched = models.PositiveSmallIntegerField(default=0)
    #: "app.name:number" of each trace, in the order they were found.
    keys = models.JSONField(default=list)
    #: Whether there was more than is listed.
    cut = models.BooleanField(default=False)
    handed_out_at = models.DateTimeField(_("handed out"), null=True)
    erased = models.PositiveIntegerField(_("erased"), default=0)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    asked_at = models.DateTimeField(_("begun"), default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("request about personal data")
        verbose_name_plural = _("requests about personal data")
        default_permissions = ()
        permissions = [("answer_requests", _("Can hand out and erase what is kept about persons"))]

    def __str__(self) -> str:
        return self.file_number

    @property
    def sought(self) -> Sought:
        """Whom it is about. Raises cms.sealing.Unreadable."""
        found = json.loads(unseal(self.sealed, SOUGHT))
        return Sought(found["mail"], found["reference"], tuple(found["words"]))

    @sought.setter
    def sought(self, value: Sought) -> None:
        self.sealed = seal(
            json.dumps({"mail": value.mail, "reference": value.reference, "words": value.words}, ensure_ascii=False),
            SOUGHT,
        )

    @property
    def is_busy(self) -> bool:
        """Whether the search is not over."""
        return self.state in (self.State.WAITING, self.State.SEARCHING)
