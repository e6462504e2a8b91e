"""The register of all forms of the city, and the versions of those that are filled in here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from cms.access.models import RestrictedModel, RestrictedQuerySet
from cms.access.rules import satisfies
from cms.accounts.rights import scoped_assignments, units_in_scope
from cms.directory.models import Location, OrganisationUnit
from cms.records.texts import RecordText, TextedQuerySet, TextedRecord, unique_text

from ..definition.structure import Definition, DefinitionError, from_json, to_json
from ..posted import is_storable

OPEN, EARLY, OVER, FULL = "open", "early", "over", "full"


def is_own_address(slug: str) -> bool:
    """Return whether the page of a form with this slug can be reached, in all languages: "map" is another page."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            try:
                if resolve(reverse("forms:form", args=[slug])).view_name != "forms:form":
                    return False
            except NoReverseMatch:
                return False
    return True


def _in_scope(user: Any, right: str) -> Q:
    """Return the condition for forms where a limited role of ``user`` gives ``right``."""
    held = [one.assignment.scope_id.partition(":") for one in scoped_assignments(user, right)]
    records = [pk for kind, _colon, pk in held if kind == "form"]
    return Q(pk__in=records) | units_in_scope(user, right, "unit__path")


class FormQuerySet(RestrictedQuerySet, TextedQuerySet):
    """Forms for readers."""

    def visible_to(self, reader: Any) -> FormQuerySet:
        """Return the forms in use that ``reader`` (a user or a request) may see."""
        return self.for_fillings_of(reader).filter(is_active=True)

    def for_fillings_of(self, reader: Any) -> FormQuerySet:
        """Return the forms whose fillings ``reader`` may go on with: also those that have gone out of use since."""
        return super().visible_to(reader)

    def offered(self) -> FormQuerySet:
        """Return what is shown to people: without forms on trial, and without those nobody has published yet."""
        published = FormVersion.objects.filter(form=OuterRef("pk"), state=FormVersion.State.PUBLISHED)
        ready = ~Q(kind=Form.Kind.OWN) | Exists(published)
        return self.filter(ready, is_active=True, test_mode=False)

    def in_register(self, user: Any) -> FormQuerySet:
        """Return the forms that ``user`` sees in the register: all, or those within a limited role and what is offered to them."""
        right = "forms.view_form"
        if user.has_perm(right):
            return self
        offered = Form.objects.visible_to(user).offered().values("pk")
        return self.filter(Q(pk__in=offered) | _in_scope(user, right))

    def changeable_by(self, user: Any) -> FormQuerySet:
        """Return the forms that ``user`` may change: all, or those within a limited role."""
        right = "forms.change_form"
        return self if user.has_perm(right) else self.filter(_in_scope(user, right))


class Form(RestrictedModel, TextedRecord, ClusterableModel):
    """One form of the city: filled in here, a PDF, or somewhere else (German: Formular)."""

    class Kind(models.TextChoices):
        OWN = "own", _("filled in here")
        PDF = "pdf", _("PDF to print")
        LINK = "link", _("on another site")

    class Purpose(models.TextChoices):
        APPLICATION = "application", _("application: opens a case")
        SURVEY = "survey", _("survey: anonymous, no case")

    class Requirement(models.TextChoices):
        """What the law asks of whoever applies, and of the written form (§ 3a VwVfG, § 126a BGB)."""

        NONE = "none", _("nothing: no form is prescribed")
        SUBSTANTIAL = "substantial", _("identity, trust level substantial")
        HIGH = "high", _("identity, trust level high")
        QUALIFIED = "qualified", _("qualified electronic signature")
        PRINT = "print", _("print and sign by hand")

    class Level(models.IntegerChoices):
        """Digital level (German: Reifegrad), as the OZG counts them."""

        OFFLINE = 0, _("nothing online")
        INFORMATION = 1, _("information, and a form to print")
        PARTLY = 2, _("filled in online, signed or proved on paper")
        ONLINE = 3, _("online with all papers")
        ONCE_ONLY = 4, _("online, no papers needed")

    TEXT_FIELDS = ("title", "summary", "body", "keywords", "closed_note")
    title_field = "title"

    slug = models.SlugField(_("address of the page"), max_length=120, unique=True)
    number = models.CharField(_("number of the form"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.OWN)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose, default=Purpose.APPLICATION)
    unit = models.ForeignKey(
        OrganisationUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    requirement = models.CharField(_("what the law asks"), max_length=20, choices=Requirement, default=Requirement.NONE)
    requirement_source = models.CharField(_("where the law asks for it"), max_length=300, blank=True)
    asks = models.CharField(_("what the form asks"), max_length=20, choices=Requirement, default=Requirement.NONE)
    digital_level = models.PositiveSmallIntegerField(_("digital level"), choices=Level, default=Level.OFFLINE)
    url = models.CharField(_("link"), max_length=1000, blank=True, validators=[URLValidator(schemes=["http", "https"])])
    document = models.ForeignKey(
        "content.CityDocument", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("document")
    )
    open_from = models.DateTimeField(_("open from"), null=True, blank=True)
    open_until = models.DateTimeField(_("open until"), null=True, blank=True)
    max_submissions = models.PositiveIntegerField(_("at most so many submissions"), null=True, blank=True)
    test_mode = models.BooleanField(
        _("test mode"), default=False, help_text=_("Only editors can fill it in, and nothing is handed over.")
    )
    expected_days = models.PositiveSmallIntegerField(
        _("usually decided after (days)"),
        null=True,
        blank=True,
        help_text=_("Who applies reads the date in their case."),
    )
    retention_days = models.PositiveIntegerField(_("answers are kept for (days)"), default=365)
    retention_done_days = models.PositiveIntegerField(
        _("after the decision (days)"),
        null=True,
        blank=True,
        help_text=_("Empty: as said above, counted from sending."),
    )
    retention_withdrawn_days = models.PositiveIntegerField(_("after it was withdrawn (days)"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    #: Noted with the submission that takes the last place, so that no page has to count; counted again after an edit.
    is_full = models.BooleanField(default=False, editable=False)
    #: When it opens or closes next: then what the search says of it and its services is built again (timed.py).
    changes_at = models.DateTimeField(null=True, editable=False, db_index=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = FormQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        permissions = [("publish_form", _("Can publish forms"))]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="form_number_unique"),
            models.CheckConstraint(condition=Q(digital_level__lte=4), name="form_digital_level"),
        ]

    def clean(self) -> None:
        """Refuse a window that ends before it begins and a form without a place. Raises ValidationError."""
        super().clean()
        if self.slug and not is_own_address(self.slug):
            raise ValidationError({"slug": _("Another page has this address. Please choose a different one.")})
        if self.open_from and self.open_until and self.open_until <= self.open_from:
            raise ValidationError({"open_until": _("The end must be after the beginning.")})
        if self.kind == self.Kind.LINK and not self.url:
            raise ValidationError({"url": _("A form on another site needs its address.")})
        if self.kind == self.Kind.PDF and not self.document_id:
            raise ValidationError({"document": _("Choose the PDF.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the moment it opens or closes next. One that is over stays: it has not been seen to yet."""
        now = timezone.now()
        if self.changes_at is None or self.changes_at > now:
            self.changes_at = self.next_change(now)
        super().save(*args, **kwargs)

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next moment after ``now`` at which it opens or closes, None for none."""
        return min((one for one in (self.open_from, self.open_until) if one and one > now), default=None)

    def get_absolute_url(self) -> str:
        """Return the path of the form's page in the active language."""
        return reverse("forms:form", args=[self.slug])

    def send_to(self) -> str:
        """Return where paper for the unit is sent: the address of its first place everybody may see, "" for none."""
        places = Location.objects.visible_to(AnonymousUser()).filter(units=self.unit_id, is_active=True)
        return next((place.address for place in places.order_by("pk") if place.address), "")

    def published(self) -> FormVersion | None:
        """Return the version people fill in now, or None."""
        return self.versions.filter(state=FormVersion.State.PUBLISHED).first()

    def draft(self) -> FormVersion | None:
        """Return the version editors work on, or None."""
        return self.versions.filter(state=FormVersion.State.DRAFT).first()

    def has_fillings_open_to(self, reader: Any) -> bool:
        """Return whether ``for_fillings_of(reader)`` has this form, without asking for it once more."""
        return satisfies(reader, self.access_rule_id)

    def offer(self) -> str:
        """Return whether it is on offer now, of whatever kind it is: OPEN, EARLY, OVER or FULL."""
        now = timezone.now()
        if self.open_from and now < self.open_from:
            return EARLY
        if self.open_until and now >= self.open_until:
            return OVER
        return FULL if self.is_full and self.max_submissions is not None else OPEN

    def scope_units(self) -> list[str]:
        """Return the path of the unit: whoever has a role there, has it here."""
        return [self.unit.path] if self.unit else []


class FormText(RecordText):
    """Title, summary and other texts of a form."""

    record = ParentalKey(Form, on_delete=models.CASCADE, related_name="texts")

    class Meta:
        constraints = unique_text("form_text")


class FormService(models.Model):
    """A service that is applied for with the form; services are another plugin's, so a reference by key."""

    form = ParentalKey(Form, on_delete=models.CASCADE, related_name="services")
    key = models.CharField(_("service"), max_length=80, help_text=_('Kind and number, such as "service:12".'))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "key"], name="form_service_unique")]

    def __str__(self) -> str:
        return self.key


class FormVersion(models.Model):
    """What a form asks at one time. Only a draft changes; fillings stay on the version they began with."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        FORMER = "former", _("former")

    form = models.ForeignKey(Form, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    #: JSON of definition.structure; of a published version with everything written out that a field group held.
    data = models.JSONField(default=dict)
    #: Counts the changes of a draft: whoever changes names the one they saw.
    revision = models.PositiveIntegerField(default=1)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        ordering = ["form", "-number"]
        verbose_name = _("version of a form")
        verbose_name_plural = _("versions of forms")
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="form_version_unique"),
            models.UniqueConstraint(fields=["form"], condition=Q(state="draft"), name="form_one_draft"),
            models.UniqueConstraint(fields=["form"], condition=Q(state="published"), name="form_one_published"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.number}"

    @property
    def definition(self) -> Definition:
        """What it asks, read from ``data`` (once). Raises DefinitionError for JSON that is no form."""
        if "_definition" not in self.__dict__:
            self.__dict__["_definition"] = from_json(self.data)
        return self.__dict__["_definition"]

    @definition.setter
    def definition(self, value: Definition) -> None:
        self.write(to_json(value), value)

    def write(self, data: dict[str, Any], definition: Definition | None = None) -> None:
        """Ask what ``data`` says; ``definition``: how it reads, for who has read it already."""
        self.data = data
        self.__dict__.pop("_definition", None)
        if definition is not None:
            self.__dict__["_definition"] = definition


class FieldGroup(models.Model):
    """Fields that many forms ask the same way (applicant, address, bank account), kept once."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120)
    #: A list of fields as JSON of definition.structure.
    data = models.JSONField(default=list)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering = ["title"]
        verbose_name = _("field group")
        verbose_name_plural = _("field groups")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse what is no list of fields. Raises ValidationError."""
        try:
            from_json({"format": 1, "steps": [{"key": "group", "fields": self.data}]})
        except DefinitionError as error:
            raise ValidationError({"data": str(error)}) from error
        if not is_storable(self.data):
            raise ValidationError({"data": _("There are characters that are no text.")})
