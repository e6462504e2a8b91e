"""Cases, their links, and their history, to which is only added."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.accounts.rights import units_in_scope
from cms.directory.models import OrganisationUnit
from cms.records.texts import localized

VIEW = "cases.view_case"


class CaseQuerySet(models.QuerySet):
    """Cases for readers."""

    def of_person(self, user: Any) -> CaseQuerySet:
        """Return the cases of an account; none without one."""
        return self.filter(account=user) if user.is_authenticated else self.none()

    def visible_to(self, reader: Any) -> CaseQuerySet:
        """Return what ``reader`` (a user or a request) may see: own cases, and those of the units of the reader's role.

        Being at the unit is not enough: somebody gave the right. The link of a case is another door (services.find).
        """
        user = getattr(reader, "user", reader)
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_perm(VIEW):
            return self
        return self.filter(Q(account=user) | units_in_scope(user, VIEW, "unit__path"))


class Case(models.Model):
    """Something a person has applied for (German: Vorgang)."""

    class State(models.TextChoices):
        OPEN = "open", _("in progress")
        WAITING = "waiting", _("waiting for you")
        DONE = "done", _("completed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    reference = models.CharField(_("reference"), max_length=40, unique=True)
    #: What it came from: "form" and its number, for example.
    kind = models.CharField(_("kind"), max_length=60)
    object_id = models.CharField(_("number"), max_length=64)
    title = models.JSONField(_("title"))  # language -> text; what was applied for, nothing about a person
    steps = models.JSONField(_("steps"), default=list)  # of language -> text, in order
    step = models.PositiveSmallIntegerField(_("present step"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    unit = models.ForeignKey(
        OrganisationUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    mail = models.TextField(blank=True, editable=False)  # sealed
    language = models.CharField(_("language"), max_length=12)
    expected_on = models.DateField(_("expected"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        default_permissions = ("view", "change")
        indexes = [
            models.Index(fields=["kind", "object_id"], name="case_object"),
            models.Index(fields=["-opened_at", "-id"], name="case_opened"),
            models.Index(fields=["unit", "state", "-opened_at"], name="case_unit"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def title_text(self) -> str:
        """The title in the active language."""
        return localized(self.title)

    def scope_units(self) -> list[str]:
        """Return the path of the unit: whoever has a role there, has it here."""
        return [self.unit.path] if self.unit else []


class CaseLink(models.Model):
    """A secret link to the page of a case. Only a keyed hash is stored: whoever reads the table can open nothing."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)  # None: as long as the case

    class Meta:
        verbose_name = _("link to a case")
        verbose_name_plural = _("links to cases")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.case_id)


class OnlyAdded(Exception):
    """An entry of a history was to be changed or deleted."""


class EntryQuerySet(models.QuerySet):
    """Entries: added and read."""

    def update(self, **kwargs: Any) -> int:
        """Raise OnlyAdded."""
        raise OnlyAdded

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raise OnlyAdded."""
        raise OnlyAdded

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        """Raise OnlyAdded."""
        raise OnlyAdded


class CaseEntry(models.Model):
    """Something that happened in a case. Never changed or deleted: triggers of the database see to it, too.

    Holds nothing about a person; what was written, and who wrote it, is an :class:`EntryText`, which can be erased.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="entries")
    verb = models.CharField(_("what happened"), max_length=40)
    data = models.JSONField(default=dict)  # {"step": 2}, {"state": "done"}
    public = models.BooleanField(_("shown to the applicant"))
    at = models.DateTimeField(_("time"), default=timezone.now)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["case", "pk"]
        verbose_name = _("entry of a case")
        verbose_name_plural = _("entries of cases")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.case_id}: {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new entry. Raises OnlyAdded for one that is stored."""
        if not self._state.adding:
            raise OnlyAdded
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raise OnlyAdded."""
        raise OnlyAdded


class EntryText(models.Model):
    """The words of an entry and whose they are; deleted when personal data is erased, while the entry stays."""

    entry = models.OneToOneField(CaseEntry, models.CASCADE, related_name="words")
    text = models.TextField(blank=True)  # sealed
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("text of an entry")
        verbose_name_plural = _("texts of entries")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.entry_id)
