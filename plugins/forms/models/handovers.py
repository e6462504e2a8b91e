"""Where submissions of a form go, and each hand-over as a row of a queue."""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.accounts.rights import units_in_scope
from cms.sealing import seal, unseal

from .fillings import Submission
from .forms import Form

#: What the secrets of targets are sealed for (cms.sealing).
SECRETS = "forms.handover.secrets"
VIEW = "forms.view_handover"


def new_key() -> str:
    """Return the idempotency key of a hand-over: the same over all attempts."""
    return f"ho_{secrets.token_urlsafe(18)}"


class HandOverTarget(models.Model):
    """One place to which submissions of a form go (German: Übergabeziel)."""

    class Use(models.TextChoices):
        ALWAYS = "always", _("always")
        CHOSEN = "chosen", _("only when a rule of the form chooses it")

    form = models.ForeignKey(Form, models.CASCADE, related_name="targets", verbose_name=_("form"))
    #: What rules of the form call it.
    name = models.SlugField(_("name"), max_length=60, help_text=_("Rules of the form choose it by this name."))
    back_end = models.CharField(_("way"), max_length=40)
    options = models.JSONField(_("options"), default=dict)
    sealed_secrets = models.TextField(blank=True, editable=False)
    use = models.CharField(_("used"), max_length=10, choices=Use, default=Use.ALWAYS)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in use"), default=True)
    failures = models.PositiveIntegerField(default=0, editable=False)
    failed_at = models.DateTimeField(null=True, editable=False)
    #: A target that fails is left alone for a while.
    held_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["form", "order", "pk"]
        verbose_name = _("target of hand-overs")
        verbose_name_plural = _("targets of hand-overs")
        constraints = [models.UniqueConstraint(fields=["form", "name"], name="forms_target_unique")]

    def __str__(self) -> str:
        return self.name

    @property
    def secrets(self) -> dict[str, str]:
        """The secret options. Raises cms.sealing.Unreadable."""
        return json.loads(unseal(self.sealed_secrets, SECRETS)) if self.sealed_secrets else {}

    @secrets.setter
    def secrets(self, values: dict[str, str]) -> None:
        self.sealed_secrets = seal(json.dumps(values), SECRETS) if values else ""

    def scope_units(self) -> list[str]:
        """Return the path of the form's unit."""
        return self.form.scope_units()


class HandOverQuerySet(models.QuerySet):
    """Hand-overs for readers."""

    def visible_to(self, reader: Any) -> HandOverQuerySet:
        """Return those of forms whose unit the reader (a user or a request) has a role for, and of the reader's own forms."""
        user = getattr(reader, "user", reader)
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_perm(VIEW):
            return self
        units = units_in_scope(user, VIEW, "submission__version__form__unit__path")
        owned = Q(submission__version__form__owner=user) if user.has_perm("wagtailadmin.access_admin") else Q(pk=None)
        return self.filter(units | owned)


class HandOver(models.Model):
    """One submission on its way to one target: at least once, under a key by which the receiver knows it again."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        DONE = "done", _("handed over")
        GIVEN_UP = "given_up", _("given up")

    UNFINISHED = (State.WAITING, State.SENDING)

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="deliveries", verbose_name=_("submission"))
    #: None: the rule named a target that the form does not have.
    target = models.ForeignKey(
        HandOverTarget, models.PROTECT, null=True, related_name="hand_overs", verbose_name=_("target")
    )
    name = models.CharField(_("target"), max_length=60)
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    worker = models.CharField(max_length=64, blank=True)
    claimed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    done_at = models.DateTimeField(_("finished"), null=True)
    #: Words of ours and numbers, never of the receiver: they could quote an answer.
    last_error = models.CharField(_("error"), max_length=200, blank=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        default_permissions = ("view", "change")
        constraints = [models.UniqueConstraint(fields=["submission", "name"], name="forms_hand_over_unique")]
        indexes = [
            models.Index(fields=["target", "next_at", "id"], condition=Q(state="waiting"), name="forms_ho_waiting"),
            models.Index(fields=["worker"], condition=Q(state="sending"), name="forms_ho_sending"),
            models.Index(fields=["state", "-created_at"], name="forms_ho_state"),
            models.Index(fields=["-created_at", "-id"], name="forms_ho_created"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
