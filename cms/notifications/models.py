"""Mails, one row a recipient; what people want to be told; addresses that don't work."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.sealing import seal, unseal

#: What the texts of mails are sealed for (cms.sealing).
BODY = "notifications.body"


class Mail(models.Model):
    """One mail to one recipient, from the wish to send it until it is sent, refused or given up."""

    class State(models.TextChoices):
        HELD = "held", _("waits for the digest")
        COLLECTED = "collected", _("in the digest")
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        UNSURE = "unsure", _("perhaps sent")
        FAILED = "failed", _("given up")
        BOUNCED = "bounced", _("came back")
        SUPPRESSED = "suppressed", _("not wanted")

    key = models.CharField(max_length=160, unique=True, null=True, blank=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="mails",
        verbose_name=_("recipient"),
    )
    address = models.EmailField(_("address"))
    topic = models.CharField(_("topic"), max_length=60, blank=True)
    optional = models.BooleanField(default=False)
    language = models.CharField(max_length=10, default="de")
    subject = models.CharField(_("subject"), max_length=255)
    #: JSON of text, html and attachments, sealed for BODY: they hold keys, links that open things, personal data. Emptied
    #: as soon as the mail is out.
    sealed = models.TextField(blank=True, editable=False)
    headers = models.JSONField(default=dict)
    reply_to = models.CharField(max_length=254, blank=True)
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    rhythm = models.CharField(max_length=10, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    worker = models.CharField(max_length=64, blank=True)
    claimed_at = models.DateTimeField(null=True)
    confirmed = models.BooleanField(default=True)  # False: the worker ended before the server's answer was noted
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)
    last_error = models.CharField(_("error"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [
            models.Index(fields=["next_at", "id"], condition=Q(state="waiting"), name="mail_waiting"),
            models.Index(fields=["worker"], condition=Q(state="sending"), name="mail_sending"),
            models.Index(fields=["recipient", "rhythm"], condition=Q(state="held"), name="mail_held"),
            models.Index(fields=["state", "sent_at"], name="mail_state"),
        ]

    def __str__(self) -> str:
        return f"{self.topic or self.subject} ({self.get_state_display()})"

    def hold(self, *, text: str, html: str, attachments: Iterable[Sequence[str]] = ()) -> None:
        """Keep what it says until it is sent; ``attachments``: (name, base64, content type)."""
        body = {"text": text, "html": html, "attachments": [list(one) for one in attachments]}
        self.sealed = seal(json.dumps(body, ensure_ascii=False), BODY)

    @property
    def body(self) -> dict[str, Any]:
        """Text, html and attachments; {} when they are gone. Raises cms.sealing.Unreadable."""
        return json.loads(unseal(self.sealed, BODY)) if self.sealed else {}

    @property
    def text(self) -> str:
        """What it says, "" when that is gone. Raises cms.sealing.Unreadable."""
        return self.body.get("text", "")

    @property
    def html(self) -> str:
        """The same as HTML, "" without one. Raises cms.sealing.Unreadable."""
        return self.body.get("html", "")

    @property
    def masked_address(self) -> str:
        """The address as operators see it: enough to recognise it, not to use it."""
        name, _at, domain = self.address.partition("@")
        return f"{name[:1]}…@{domain}"


class Preference(models.Model):
    """How a person wants to be told of a topic."""

    class Rhythm(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        DAILY = "daily", _("once a day")
        WEEKLY = "weekly", _("once a week")
        NEVER = "never", _("not at all")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences")
    topic = models.CharField(max_length=60)
    rhythm = models.CharField(max_length=10, choices=Rhythm, default=Rhythm.AT_ONCE)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="preference_topic")]

    def __str__(self) -> str:
        return f"{self.topic}: {self.rhythm}"


class OptOut(models.Model):
    """An address that no longer wants a topic: kept, because the objection must be heeded."""

    address = models.EmailField()
    topic = models.CharField(max_length=60)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [models.UniqueConstraint(fields=["address", "topic"], name="opt_out_topic")]

    def __str__(self) -> str:
        return self.topic


class Undeliverable(models.Model):
    """An address to which a mail came back for good. Optional mail is not sent there any more."""

    address = models.EmailField(unique=True)
    since = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("address that doesn't work")
        verbose_name_plural = _("addresses that don't work")

    def __str__(self) -> str:
        return self.reason
