"""Other systems that work with ours, and the keys they show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Integration(models.Model):
    """A system of another office or company. What it may see and do, its account may: it is given roles like a person."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    purpose = models.TextField(_("what for"), blank=True)
    contact = models.EmailField(_("contact"), help_text=_("Who is told when something with it goes wrong."))
    # An account of its own, with which nobody can sign in; whoever deletes it means the integration.
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="integration", editable=False, verbose_name=_("account")
    )
    is_active = models.BooleanField(
        _("in use"), default=True, help_text=_("Off: all its keys and tokens are refused at once.")
    )
    created_at = models.DateTimeField(_("since"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    class Meta:
        verbose_name = _("integration")
        verbose_name_plural = _("integrations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Keys by state."""

    def valid(self, at: datetime | None = None) -> ApiKeyQuerySet:
        """Return the keys that work at ``at`` (default: now), if their integration is in use."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at or timezone.now()), revoked_at=None)


class ApiKey(models.Model):
    """A key of an integration. The key itself is shown once; here lie its first characters and its hash."""

    class State(models.TextChoices):
        VALID = "valid", pgettext_lazy("key", "works")
        ENDING = "ending", pgettext_lazy("key", "replaced, still works")
        EXPIRED = "expired", pgettext_lazy("key", "expired")
        REVOKED = "revoked", pgettext_lazy("key", "revoked")

    integration = models.ForeignKey(Integration, models.CASCADE, related_name="keys", verbose_name=_("integration"))
    name = models.CharField(_("name"), max_length=80, help_text=_("Where it is used: “test system”, “server 2”."))
    prefix = models.CharField(_("begins with"), max_length=12, unique=True, editable=False)
    # SHA-256 is enough: the secret is 32 random bytes, which nobody finds by trying.
    secret_hash = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(_("scopes"), default=list, blank=True)
    requests_a_minute = models.PositiveIntegerField(
        _("requests a minute"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("Empty: as many as everybody."),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    replaced_by = models.OneToOneField(
        "self", models.SET_NULL, null=True, editable=False, related_name="replaces", verbose_name=_("replaced by")
    )

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def state(self) -> str:
        """Whether it works at this moment."""
        if self.revoked_at:
            return self.State.REVOKED
        if self.expires_at and self.expires_at <= timezone.now():
            return self.State.EXPIRED
        return self.State.ENDING if self.replaced_by_id else self.State.VALID

    @property
    def state_label(self) -> Any:
        """The state in words."""
        return self.State(self.state).label

    @property
    def works(self) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.state in (self.State.VALID, self.State.ENDING)


class DoneRequest(models.Model):
    """What a creating request with an Idempotency-Key was answered; written in the transaction that created."""

    integration = models.ForeignKey(Integration, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField()
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("answered request")
        verbose_name_plural = _("answered requests")
        constraints = [models.UniqueConstraint(fields=["integration", "key"], name="done_request_once")]

    def __str__(self) -> str:
        return f"{self.integration_id}: {self.key}"
