"""What people fill in and send: answers lie sealed, addresses of fillings only as hashes."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.accounts.rights import units_in_scope
from cms.sealing import unseal, unseal_bytes

from .forms import Form, FormVersion

#: What the sealed texts and files are sealed for (cms.sealing).
FILLING, FILE, SUBMISSION = "forms.filling", "forms.file", "forms.submission"
VIEW_DELETIONS = "forms.view_deletion"


class Channel(models.TextChoices):
    """How the answers came to us."""

    ONLINE = "online", _("online")
    COUNTER = "counter", _("filled in by staff")
    PAPER = "paper", _("on paper, entered by staff")


class FillingQuerySet(models.QuerySet):
    """Fillings of people."""

    def current(self) -> FillingQuerySet:
        """Return those whose time is not over."""
        return self.filter(expires_at__gt=timezone.now())

    def over(self) -> FillingQuerySet:
        """Return those that were never sent and whose time is over."""
        return self.exclude(state=Filling.State.SENT).filter(expires_at__lte=timezone.now())


class Filling(models.Model):
    """One person's way through one version of a form. Whoever holds its secret address holds the filling."""

    class State(models.TextChoices):
        OPEN = "open", _("being filled in")
        SIGNING = "signing", _("waiting for signatures of others")
        SENT = "sent", _("sent")

    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="fillings")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, blank=True)
    #: JSON, sealed for FILLING: see filling/content.py.
    sealed = models.TextField(blank=True)
    #: Counts every change, so that the older of two windows is noticed.
    revision = models.PositiveIntegerField(default=1)
    step = models.CharField(_("step"), max_length=60, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    filled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("filled in by"),
    )
    channel = models.CharField(_("way"), max_length=10, choices=Channel, default=Channel.ONLINE)
    language = models.CharField(_("language"), max_length=10, default="de")
    #: One of the levels of filling/identity, "" when nobody has identified themselves.
    identity_level = models.CharField(_("trust level"), max_length=20, blank=True)
    identity_provider = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    expires_at = models.DateTimeField(_("kept until"))

    objects = FillingQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        verbose_name = _("filling")
        verbose_name_plural = _("fillings")
        indexes = [models.Index(fields=["state", "expires_at"], name="forms_filling_over")]
        constraints = [
            models.UniqueConstraint(fields=["code_hash"], condition=~Q(code_hash=""), name="form_filling_code")
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class SealedFile(models.Model):
    """A file from outside; its content lies sealed in the storage and is never read through the media view."""

    class Scan(models.TextChoices):
        CLEAN = "clean", _("checked for viruses")
        UNCHECKED = "unchecked", _("not checked: no scanner is set up")
        WAITING = "waiting", _("is being checked for viruses")
        FAILED = "failed", _("could not be checked for viruses, is tried again")
        REFUSED = "refused", _("refused: the virus scanner found something")

    #: Of these nobody gets the content.
    WITHHELD = (Scan.WAITING, Scan.FAILED, Scan.REFUSED)
    #: What name and content are sealed for (cms.sealing).
    PURPOSE: ClassVar[str]

    sealed_name = models.TextField()
    #: Its name in the storage tells nothing.
    content = models.FileField(upload_to="forms")
    size = models.PositiveIntegerField()
    kind = models.CharField(max_length=100)
    scan = models.CharField(_("virus check"), max_length=10, choices=Scan, default=Scan.UNCHECKED)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """What its sender called it. Raises cms.sealing.Unreadable."""
        return unseal(self.sealed_name, self.PURPOSE)

    @property
    def is_withheld(self) -> bool:
        """Whether it must not be given to anybody (yet)."""
        return self.scan in self.WITHHELD

    def read(self) -> bytes:
        """Return what is in it. Raises cms.sealing.Unreadable, and OSError when the storage has lost it."""
        with self.content.open("rb") as handle:
            return unseal_bytes(handle.read(), self.PURPOSE)


class FillingFile(SealedFile):
    """A file somebody has added to a filling."""

    PURPOSE = FILE

    filling = models.ForeignKey(Filling, models.CASCADE, related_name="files")
    #: Also in the answers: {"id": "…"}; no number, so that nobody counts files.
    identifier = models.UUIDField(unique=True)
    #: Path of the field: "proof", or "dogs.0.proof".
    field = models.CharField(max_length=130)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("file of a filling")
        verbose_name_plural = _("files of fillings")

    def __str__(self) -> str:
        return str(self.identifier)


class CoSignature(models.Model):
    """The agreement of a second person, asked for by mail."""

    class State(models.TextChoices):
        WAITING = "waiting", _("asked for")
        AGREED = "agreed", _("agreed")
        DECLINED = "declined", _("declined")

    filling = models.ForeignKey(Filling, models.CASCADE, related_name="signatures")
    #: Key of the field that holds the address.
    field = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    sealed_mail = models.TextField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("signature of a second person")
        verbose_name_plural = _("signatures of second persons")
        constraints = [models.UniqueConstraint(fields=["filling", "field"], name="form_signature_unique")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Submission(models.Model):
    """What was sent. One filling is sent once: the database sees to it."""

    class Check(models.TextChoices):
        """What a person must still do before it counts as signed."""

        NOTHING = "", _("nothing")
        PAPER = "paper", _("the signed paper is awaited")
        SIGNATURE = "signature", _("the signature in the PDF must be checked")
        DONE = "done", _("signature checked")

    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="submissions")
    #: None: of a survey, which keeps no filling.
    filling = models.OneToOneField(Filling, models.CASCADE, null=True, blank=True, related_name="submission")
    case = models.ForeignKey(
        "cases.Case", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("case")
    )
    #: JSON of the answers, sealed for SUBMISSION.
    sealed = models.TextField()
    language = models.CharField(_("language"), max_length=10, default="de")
    channel = models.CharField(_("way"), max_length=10, choices=Channel, default=Channel.ONLINE)
    price_cents = models.PositiveIntegerField(_("fee in cents"), default=0)
    #: Names of the hand-overs that the rules chose.
    hand_overs = models.JSONField(default=list)
    check_state = models.CharField(_("signature"), max_length=10, choices=Check, default=Check.NOTHING, blank=True)
    submitted_at = models.DateTimeField(_("sent"), default=timezone.now)
    test = models.BooleanField(_("test"), default=False)
    #: Keys of fields whose answers have been erased before the rest.
    erased = models.JSONField(default=list)

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        indexes = [models.Index(fields=["version", "-submitted_at"], name="forms_submission_list")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def answers(self) -> dict[str, Any]:
        """The answers, key -> value. Raises cms.sealing.Unreadable."""
        return json.loads(unseal(self.sealed, SUBMISSION))


class FormCount(models.Model):
    """How often something happened on one day: nothing in it is about a person."""

    class Event(models.TextChoices):
        STARTED = "started", _("started")
        REACHED = "reached", _("step reached")
        REFUSED = "refused", _("step sent with errors")
        ERROR = "error", _("error in a field")
        FINISHED = "finished", _("sent")
        TOOK = "took", _("minutes until it was sent, at most")

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="counts")
    day = models.DateField()
    event = models.CharField(max_length=10, choices=Event)
    #: Key of the step or field; the upper end of the minutes.
    key = models.CharField(max_length=60, blank=True)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["version", "day", "event", "key"]
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        constraints = [models.UniqueConstraint(fields=["version", "day", "event", "key"], name="form_count_unique")]

    def __str__(self) -> str:
        return f"{self.event} {self.key}"


class DeletionQuerySet(models.QuerySet):
    """Lines of the deletion log for readers."""

    def visible_to(self, reader: Any) -> DeletionQuerySet:
        """Return those of forms whose unit ``reader`` (a user or a request) has a role for, and of the reader's own."""
        user = getattr(reader, "user", reader)
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_perm(VIEW_DELETIONS):
            return self
        owned = Q(form__owner=user) if user.has_perm("wagtailadmin.access_admin") else Q(pk=None)
        return self.filter(units_in_scope(user, VIEW_DELETIONS, "form__unit__path") | owned)


class Deletion(models.Model):
    """The deletion log: that something was erased and why, not what."""

    class Reason(models.TextChoices):
        EXPIRED = "expired", _("never sent, time over")
        RETENTION = "retention", _("time of keeping over")
        FIELD = "field", _("time of keeping of single answers over")
        PERSON = "person", _("erased for the person")
        ORPHAN = "orphan", _("files left over by work that was cut off")

    form = models.ForeignKey(Form, models.SET_NULL, null=True, related_name="deletions")
    reason = models.CharField(_("why"), max_length=10, choices=Reason)
    fillings = models.PositiveIntegerField(_("fillings"), default=0)
    submissions = models.PositiveIntegerField(_("submissions"), default=0)
    files = models.PositiveIntegerField(_("files"), default=0)
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = DeletionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("deletion")
        verbose_name_plural = _("deletions")
        indexes = [models.Index(fields=["-at", "-id"], name="forms_deletion_at")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.at:%Y-%m-%d}"
