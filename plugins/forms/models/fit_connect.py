"""What came and went through FIT-Connect, and to which forms services of others belong."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.cases.models import Case
from cms.directory.models import OrganisationUnit
from cms.sealing import unseal

from .fillings import SealedFile
from .forms import Form

#: What content and files are sealed for (cms.sealing).
RECEIVED = "forms.fit_connect"
VIEW_RECEIVED = "forms.view_receivedsubmission"
#: As the metadata schema has it.
URN = RegexValidator(r"^urn:[a-z0-9][a-z0-9-]{0,31}:[a-z0-9()+,.:=@;$_!*'%/?#-]+$")


class FitConnectService(models.Model):
    """The form, or else the unit, to which applications for a service belong (German: Zuordnung)."""

    identifier = models.CharField(
        _("service"),
        max_length=255,
        unique=True,
        validators=[URN],
        help_text=_("URN of the service, such as urn:de:fim:leika:leistung:99123456760610."),
    )
    form = models.ForeignKey(
        Form, models.PROTECT, null=True, blank=True, related_name="fit_connect_services", verbose_name=_("form")
    )
    unit = models.ForeignKey(
        OrganisationUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
        help_text=_("Left empty: the unit of the form."),
    )

    class Meta:
        ordering = ["identifier"]
        verbose_name = _("service of FIT-Connect")
        verbose_name_plural = _("services of FIT-Connect")

    def __str__(self) -> str:
        return self.identifier

    def clean(self) -> None:
        """Refuse what says nothing. Raises ValidationError."""
        super().clean()
        if not self.form_id and not self.unit_id:
            raise ValidationError({"form": _("Choose a form or a unit.")})


class FitConnectContact(models.Model):
    """When one of our jobs last reached FIT-Connect, and since when it doesn't."""

    job = models.CharField(max_length=20, unique=True)
    reached_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("contact with FIT-Connect")
        verbose_name_plural = _("contacts with FIT-Connect")
        default_permissions = ()

    def __str__(self) -> str:
        return self.job


class Travelling(models.Model):
    """What received and sent submissions have in common: their numbers, and how far they are."""

    destination_id = models.UUIDField(_("destination"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    #: Words of ours and numbers, never those of others: they could quote a person.
    last_error = models.CharField(_("error"), max_length=200, blank=True)
    #: Names of the kinds of problems for which it was refused.
    problems = models.JSONField(_("problems"), default=list)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    done_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        abstract = True


class ReceivedQuerySet(models.QuerySet):
    """Received submissions for readers."""

    def visible_to(self, reader: Any) -> ReceivedQuerySet:
        """Return what ``reader`` (a user or a request) may know of: all with the right to, else those of their cases."""
        user = getattr(reader, "user", reader)
        if not user.is_authenticated or not user.is_active or not user.has_perm("wagtailadmin.access_admin"):
            return self.none()
        if user.has_perm(VIEW_RECEIVED):
            return self
        return self.filter(case__in=Case.objects.visible_to(user))


class ReceivedSubmission(Travelling):
    """A submission to a destination of ours. One row whatever happens how often: the database sees to it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("to be fetched")
        OPENED = "opened", _("case opened, to be acknowledged")
        REFUSED = "refused", _("refused, to be acknowledged")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")
        GIVEN_UP = "given_up", _("given up")

    UNFINISHED = (State.WAITING, State.OPENED, State.REFUSED)

    submission_id = models.UUIDField(_("submission"), unique=True)
    fit_case_id = models.UUIDField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    service = models.CharField(_("service"), max_length=255, blank=True)
    form = models.ForeignKey(Form, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("form"))
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("case"))
    #: JSON, sealed for RECEIVED: metadata, data (text) and its media type. "" before it came and after it was erased.
    sealed = models.TextField(blank=True, editable=False)
    #: Authentication tags of what was received, for the acknowledgement.
    tags = models.JSONField(default=dict)

    objects = ReceivedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("received submission")
        verbose_name_plural = _("received submissions")
        default_permissions = ("view", "change")
        indexes = [models.Index(fields=["state", "next_at"], name="forms_received_due")]

    def __str__(self) -> str:
        return str(self.submission_id)

    @property
    def content(self) -> dict[str, Any]:
        """Metadata, data and kind; {} when there is nothing (any more). Raises cms.sealing.Unreadable."""
        return json.loads(unseal(self.sealed, RECEIVED)) if self.sealed else {}


class ReceivedFile(SealedFile):
    """An attachment of a received submission."""

    PURPOSE = RECEIVED

    received = models.ForeignKey(ReceivedSubmission, models.CASCADE, related_name="files")
    identifier = models.UUIDField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("file of a received submission")
        verbose_name_plural = _("files of received submissions")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["received", "identifier"], name="forms_received_file_unique")]

    def __str__(self) -> str:
        return str(self.identifier)


class SentSubmission(Travelling):
    """A hand-over of ours on its way to another authority. Holds nothing of what was applied for."""

    class State(models.TextChoices):
        NEW = "new", _("to be sent")
        SENT = "sent", _("sent, decision awaited")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")
        GIVEN_UP = "given_up", _("given up")

    #: Of the hand-over: the same over all attempts.
    key = models.CharField(max_length=40, unique=True, editable=False)
    form = models.CharField(_("form"), max_length=120)
    reference = models.CharField(_("case"), max_length=40, blank=True)
    #: None before it is announced.
    submission_id = models.UUIDField(_("submission"), null=True)
    fit_case_id = models.UUIDField(null=True)
    #: Numbers of the announced attachments, in order.
    attachments = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("sent submission")
        verbose_name_plural = _("sent submissions")
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["submission_id"], condition=Q(submission_id__isnull=False), name="forms_sent_unique"
            )
        ]
        indexes = [models.Index(fields=["state", "next_at"], name="forms_sent_due")]

    def __str__(self) -> str:
        return str(self.submission_id or self.key)
