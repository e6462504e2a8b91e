"""Events and their deliveries."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ObjectVersion(models.Model):
    """How many events an object has had. Locked while one is written, so that their order is that of the commits."""

    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    version = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="event_object")]


class Event(models.Model):
    """Something that happened to (kind, object_id)."""

    kind = models.CharField(_("kind"), max_length=60)
    object_id = models.CharField(_("object"), max_length=64)
    verb = models.CharField(_("what happened"), max_length=60)
    version = models.PositiveBigIntegerField(_("version"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [models.UniqueConstraint(fields=["kind", "object_id", "version"], name="event_version")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.verb} ({self.version})"


class Delivery(models.Model):
    """One event for one subscriber. Written with the event; done in the transaction of the handler."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        DEAD = "dead", _("given up")
        SKIPPED = "skipped", _("left out")

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(_("subscriber"), max_length=120)
    # Copies of the event's, so that "is there an earlier one?" needs one index.
    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    version = models.PositiveBigIntegerField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    done_at = models.DateTimeField(null=True)
    last_error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("delivery of an event")
        verbose_name_plural = _("deliveries of events")
        constraints = [models.UniqueConstraint(fields=["event", "subscriber"], name="event_delivery")]
        indexes = [
            models.Index(fields=["next_at", "id"], condition=Q(state="waiting"), name="event_waiting"),
            models.Index(
                fields=["subscriber", "kind", "object_id", "version"],
                condition=Q(state__in=["waiting", "dead"]),
                name="event_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.subscriber}"
