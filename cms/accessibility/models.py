"""Barriers people report, and the evidence of how accessible the site is."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from cms.records.fields import LocalizedField

#: People get an answer within four weeks. The enforcement body of the Land can be called upon when there was none
#: after a month (section 3 BITV RP with Art. 9 of Directive (EU) 2016/2102); four weeks are never longer.
ANSWER_DAYS = 28
#: So long after a barrier is gone, who reported it is forgotten.
CONTACT_KEPT_DAYS = 180
#: Evidence older than this says nothing any more: the statement is reviewed each year (Implementing Decision (EU)
#: 2018/1523, Article 4).
EVIDENCE_DAYS = 365
#: Without letters and figures that are mistaken for one another.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_reference() -> str:
    """Return a reference nobody can guess the next of, to be read out on the phone."""
    return "B-" + "".join(secrets.choice(ALPHABET) for _number in range(8))


def default_due() -> date:
    """Return the day until which a report of today is answered."""
    return timezone.localdate() + timedelta(days=ANSWER_DAYS)


class BarrierReport(models.Model):
    """Somebody could not use something."""

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("barrier", "new")
        IN_WORK = "in_work", pgettext_lazy("barrier", "in work")
        SOLVED = "solved", pgettext_lazy("barrier", "solved")

    reference = models.CharField(_("reference"), max_length=20, unique=True, default=new_reference, editable=False)
    address = models.CharField(_("page"), max_length=500, blank=True)
    text = models.TextField(_("what hinders"), max_length=5_000)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("email"), max_length=200, blank=True)
    language = models.CharField(max_length=12, default="de", editable=False)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    due = models.DateField(_("answer until"), default=default_due)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.NEW)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who cares")
    )
    summary = LocalizedField(
        _("for the accessibility statement"),
        blank=True,
        help_text=_("What is not accessible, in a sentence without names. Until it is solved, the statement says so."),
    )
    answer = models.TextField(
        _("answer"),
        max_length=5_000,
        blank=True,
        help_text=_("Goes to the person by mail when you save, if there is an address."),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    solved_at = models.DateTimeField(_("solved"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("barrier report")
        verbose_name_plural = _("barrier reports")
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_overdue(self) -> bool:
        """True when nobody has answered and the day is over."""
        return self.answered_at is None and self.state != self.State.SOLVED and self.due < timezone.localdate()


class AuditRun(models.Model):
    """One check of the site: by a program, which finds a part of all barriers, or by people, who can find them all."""

    class Method(models.TextChoices):
        AUTOMATIC = "automatic", _("automatic check")
        PEOPLE = "people", _("test by people")

    class Result(models.TextChoices):
        FULL = "full", _("fully accessible")
        PARTIAL = "partial", _("partly accessible")
        NONE = "none", _("not accessible")

    method = models.CharField(_("kind"), max_length=20, choices=Method, default=Method.AUTOMATIC)
    checked_on = models.DateField(_("day"), default=timezone.localdate)
    tool = models.CharField(
        _("by what or whom"),
        max_length=200,
        help_text=_("Name and version of the program, or who tested after which method."),
    )
    pages = models.PositiveIntegerField(
        _("pages checked"), validators=[MinValueValidator(1), MaxValueValidator(1_000_000)]
    )
    result = models.CharField(
        _("result"), max_length=20, choices=Result, blank=True, help_text=_("Only of a test by people.")
    )
    notes = LocalizedField(
        _("what is not accessible"), blank=True, help_text=_("Only of a test by people; stands in the statement.")
    )
    findings = models.JSONField(_("findings"), default=dict, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("accessibility check")
        verbose_name_plural = _("accessibility checks")
        ordering = ["-checked_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.checked_on}: {self.tool}"

    @property
    def rules_failed(self) -> int:
        """How many rules were broken somewhere."""
        return len(self.findings)

    def is_recent(self, today: date) -> bool:
        """Return whether the run says something about ``today``."""
        return today - timedelta(days=EVIDENCE_DAYS) <= self.checked_on <= today


@register_setting(icon="user", order=700)
class AccessibilitySettings(BaseGenericSetting):
    """Whom people turn to; the statement names them."""

    contact = models.TextField(
        _("contact of the city"), max_length=500, blank=True, help_text=_("One line each: who, street, town, phone.")
    )
    email = models.EmailField(_("email of the city"), blank=True)
    enforcement = models.TextField(
        _("enforcement body"),
        max_length=500,
        default="Durchsetzungsstelle bei der Landesbeauftragten für die Belange von Menschen mit Behinderungen\n"
        "Bauhofstraße 9\n55116 Mainz\nTelefon 06131 16-5342",
    )
    enforcement_email = models.EmailField(_("its email"), blank=True, default="durchsetzungsstelle@mastd.rlp.de")
    enforcement_url = models.URLField(_("its address"), blank=True, default="https://behindertenbeauftragte.rlp.de/")

    class Meta:
        verbose_name = _("accessibility")

    def lines(self, field: str) -> tuple[str, ...]:
        """Return the lines of a text."""
        value: Any = getattr(self, field)
        return tuple(line.strip() for line in value.splitlines() if line.strip())
