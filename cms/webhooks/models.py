"""Where messages go, what was sent, and what each receiver knows of."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.api.resources import api_path
from cms.integrations.models import Integration


def new_message_id() -> str:
    """Return what identifies a message over all attempts (header webhook-id)."""
    return f"msg_{secrets.token_urlsafe(18)}"


class WebhookEndpoint(models.Model):
    """An address of another system that is told what happened here. It learns of what its integration may see."""

    class State(models.TextChoices):
        ACTIVE = "active", _("in use")
        PAUSED = "paused", _("paused: messages wait")
        DISABLED = "disabled", _("switched off: nothing is kept for it")

    integration = models.ForeignKey(Integration, models.CASCADE, related_name="webhooks", verbose_name=_("integration"))
    url = models.CharField(_("address"), max_length=500, help_text=_("Begins with https://."))
    description = models.CharField(_("description"), max_length=200, blank=True)
    events = models.JSONField(_("what it is told"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    why_disabled = models.CharField(max_length=20, blank=True, editable=False)
    secret = models.TextField(editable=False)  # sealed
    old_secret = models.TextField(blank=True, editable=False)  # sealed
    old_secret_until = models.DateTimeField(null=True, editable=False)
    #: Kinds whose visible objects were noted when the endpoint began to be told of them.
    known_kinds = models.JSONField(default=list, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    failed_at = models.DateTimeField(null=True, editable=False)
    held_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["integration__name", "pk"]

    def __str__(self) -> str:
        return self.description or self.url

    def wants(self, kind: str, verb: str = "") -> bool:
        """Return whether it is told of ``verb`` happening to a ``kind``; without a verb, of anything of the kind."""
        for pattern in self.events:
            wanted_kind, _dot, wanted_verb = pattern.partition(".")
            if wanted_kind in ("*", kind) and (not verb or wanted_verb in ("", "*", verb)):
                return True
        return False


class KnownObject(models.Model):
    """What an endpoint knows of an object: the difference to what it may see is what it is told."""

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="known")
    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    #: Whether the last message about it that was decided on says that it is there.
    visible = models.BooleanField()
    #: Whether the receiver may know the id: it could see it when it began, or a message was (perhaps) sent.
    told = models.BooleanField()
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("known object")
        verbose_name_plural = _("known objects")
        constraints = [models.UniqueConstraint(fields=["endpoint", "kind", "object_id"], name="webhook_known")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class WebhookDelivery(models.Model):
    """One message for one endpoint. What it says is in the row, so every attempt sends the same bytes."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        DONE = "done", _("delivered")
        DEAD = "dead", _("given up")
        SKIPPED = "skipped", _("left out")

    UNFINISHED = (State.WAITING, State.SENDING)

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"))
    message_id = models.CharField(max_length=40, unique=True, default=new_message_id, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    object_id = models.CharField(_("object"), max_length=64)
    verb = models.CharField(_("what happened"), max_length=60)
    version = models.PositiveBigIntegerField(_("version"))
    happened_at = models.DateTimeField(_("time"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    worker = models.CharField(max_length=64, blank=True)
    claimed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(_("finished"), null=True)
    last_status = models.PositiveSmallIntegerField(_("answer"), null=True)
    last_error = models.CharField(_("error"), max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField(_("time to answer"), null=True)

    class Meta:
        verbose_name = _("message to a webhook")
        verbose_name_plural = _("messages to webhooks")
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "kind", "object_id", "version"], name="webhook_message")
        ]
        indexes = [
            models.Index(fields=["endpoint", "next_at", "id"], condition=Q(state="waiting"), name="webhook_waiting"),
            models.Index(
                fields=["endpoint", "kind", "object_id", "version"],
                condition=Q(state__in=["waiting", "sending"]),
                name="webhook_unfinished",
            ),
            models.Index(fields=["endpoint", "happened_at"], name="webhook_time"),
            models.Index(fields=["worker"], condition=Q(state="sending"), name="webhook_sending"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.object_id} ({self.version})"

    @property
    def type(self) -> str:
        """What the message is about, as the receiver reads it: "service.published"."""
        return f"{self.kind}.{self.verb}"

    def body(self) -> dict[str, Any]:
        """Return what is sent: what happened to what, and where to read it; never content (Standard Webhooks, thin)."""
        path = api_path(self.kind, self.object_id)
        return {
            "type": self.type,
            "timestamp": self.happened_at.isoformat().replace("+00:00", "Z"),
            "data": {
                "kind": self.kind,
                "id": self.object_id,
                "verb": self.verb,
                "version": self.version,
                "api_url": settings.SITE_URL + path if path else None,
            },
        }
