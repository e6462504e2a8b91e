"""Organisation units, people, locations and their opening hours."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from cms.access.models import RestrictedModel, RestrictedQuerySet
from cms.records.fields import LocalizedField
from cms.records.texts import RecordText, TextedQuerySet, TextedRecord, localized, unique_text


class RecordQuerySet(RestrictedQuerySet, TextedQuerySet):
    """Queryset of records with audience and texts."""


class District(models.Model):
    """A part of the city."""

    slug = models.SlugField(_("address"), unique=True)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        ordering = ["name"]
        verbose_name = _("district")
        verbose_name_plural = _("districts")

    def __str__(self) -> str:
        return self.name


class Location(RestrictedModel, TextedRecord, ClusterableModel):
    """A place with an address where the public comes."""

    TEXT_FIELDS = ("name", "directions", "note")
    SHOWN_CHILDREN = ("hours", "exceptions")

    class Kind(models.TextChoices):
        OFFICE = "office", _("Office")
        LIBRARY = "library", _("Library")
        MUSEUM = "museum", _("Museum")
        RECYCLING = "recycling", _("Recycling centre")
        OTHER = "other", _("Other")

    slug = models.SlugField(_("address of the page"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.OFFICE)
    street = models.CharField(_("street"), max_length=120, blank=True)
    house_number = models.CharField(_("house number"), max_length=20, blank=True)
    postal_code = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    district = models.ForeignKey(District, models.SET_NULL, null=True, blank=True, verbose_name=_("district"))
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    barrier_free = models.BooleanField(_("step-free access"), null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    email = models.EmailField(_("email"), blank=True)
    source = models.CharField(_("source"), max_length=40, blank=True, editable=False)
    source_id = models.CharField(_("key at the source"), max_length=80, blank=True, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~models.Q(source=""), name="location_source_unique"
            )
        ]

    def get_absolute_url(self) -> str:
        """Return the path of the location's page in the active language."""
        return reverse("directory:location", args=[self.slug])

    def scope_units(self) -> list[str]:
        """Return the paths of the units this record belongs to."""
        return [unit.path for unit in self.units.all()]

    @property
    def address(self) -> str:
        """The address in one line."""
        street = f"{self.street} {self.house_number}".strip()
        return ", ".join(part for part in (street, f"{self.postal_code} {self.city}".strip()) if part)


class LocationText(RecordText):
    """Name, directions and note of a location."""

    record = ParentalKey(Location, on_delete=models.CASCADE, related_name="texts")

    class Meta:
        constraints = unique_text("location_text")


class OpeningHours(Orderable):
    """One span on one weekday, in the city's local time."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    location = ParentalKey(Location, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    by_appointment = models.BooleanField(_("by appointment only"), default=False)

    class Meta(Orderable.Meta):
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [models.CheckConstraint(condition=models.Q(opens__lt=models.F("closes")), name="hours_in_order")]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self) -> None:
        """Refuse a span that ends before it begins. Raises ValidationError."""
        if self.opens and self.closes and self.opens >= self.closes:
            raise ValidationError({"closes": _("The closing time must be after the opening time.")})


class OpeningException(Orderable):
    """A day on which other hours hold: closed, or open from–to (also on a public holiday)."""

    location = ParentalKey(Location, on_delete=models.CASCADE, related_name="exceptions")
    date = models.DateField(_("date"))
    opens = models.TimeField(_("opens"), null=True, blank=True)
    closes = models.TimeField(_("closes"), null=True, blank=True)
    reason = LocalizedField(_("reason"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")

    def __str__(self) -> str:
        return f"{self.date}: {localized(self.reason) or gettext('closed')}"

    def clean(self) -> None:
        """Refuse half a span. Raises ValidationError."""
        if bool(self.opens) != bool(self.closes):
            raise ValidationError({"closes": _("Enter both times, or none for a closed day.")})
        if self.opens and self.closes and self.opens >= self.closes:
            raise ValidationError({"closes": _("The closing time must be after the opening time.")})


class OrganisationUnit(RestrictedModel, TextedRecord, ClusterableModel):
    """A department, office or team. ``path`` holds the ids from the root, so that a subtree is a prefix."""

    TEXT_FIELDS = ("name", "short_name", "description")

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    path = models.CharField(max_length=255, blank=True, editable=False, db_index=True)
    office_code = models.CharField(
        _("office code"), max_length=20, blank=True, db_index=True, help_text=_("For example 33.2")
    )
    slug = models.SlugField(_("address of the page"), max_length=120, unique=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    email = models.EmailField(_("email"), blank=True)
    head = models.ForeignKey(
        "Person", models.SET_NULL, null=True, blank=True, related_name="heads", verbose_name=_("head")
    )
    locations = ParentalManyToManyField(Location, blank=True, related_name="units", verbose_name=_("locations"))
    source = models.CharField(_("source"), max_length=40, blank=True, editable=False)
    source_id = models.CharField(_("key at the source"), max_length=80, blank=True, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["office_code", "slug"]
        verbose_name = _("organisation unit")
        verbose_name_plural = _("organisation units")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~models.Q(source=""), name="unit_source_unique"
            )
        ]

    def clean(self) -> None:
        """Refuse a unit below itself. Raises ValidationError."""
        super().clean()
        if self.pk and self.parent and self.path and self.parent.path.startswith(self.path):
            raise ValidationError({"parent": _("A unit can't belong to itself or to one of its own units.")})

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the unit and, when it moved, the paths of all units below it with one update."""
        before = self.path
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent else ''}{self.pk}/"
        if path != before:
            type(self).objects.filter(pk=self.pk).update(path=path)
            self.path = path
            if before:
                type(self).objects.filter(path__startswith=before).exclude(pk=self.pk).update(
                    path=models.functions.Concat(models.Value(path), models.functions.Substr("path", len(before) + 1))
                )

    def get_absolute_url(self) -> str:
        """Return the path of the unit's page in the active language."""
        return reverse("directory:unit", args=[self.slug])

    @property
    def depth(self) -> int:
        """Return 1 for a root."""
        return self.path.count("/")

    def scope_units(self) -> list[str]:
        """Return the paths of the units this record belongs to: whoever has a role there, has it here."""
        return [self.path]

    def ancestor_ids(self) -> list[int]:
        """Return the ids of the units above this one, root first."""
        return [int(part) for part in self.path.split("/") if part][:-1]


class UnitText(RecordText):
    """Name, short name and description of a unit."""

    record = ParentalKey(OrganisationUnit, on_delete=models.CASCADE, related_name="texts")

    class Meta:
        constraints = unique_text("unit_text")


class Person(RestrictedModel, models.Model):
    """A member of staff as shown to others. Not an account: most people here never sign in."""

    slug = models.SlugField(_("address of the page"), max_length=120, unique=True)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80)
    academic_title = models.CharField(_("academic title"), max_length=40, blank=True)
    function = LocalizedField(_("function"), blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    email = models.EmailField(_("email"), blank=True)
    room = models.CharField(_("room"), max_length=40, blank=True)
    skills = models.CharField(
        _("skills and topics"),
        max_length=300,
        blank=True,
        help_text=_("Separated by commas, for colleagues who look for somebody. Only staff finds and sees them."),
    )
    unit = models.ForeignKey(
        OrganisationUnit, models.SET_NULL, null=True, blank=True, related_name="people", verbose_name=_("unit")
    )
    location = models.ForeignKey(
        Location, models.SET_NULL, null=True, blank=True, related_name="people", verbose_name=_("location")
    )
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
        verbose_name=_("account"),
        help_text=_("Who signs in as this person, and so belongs to the unit."),
    )

    objects = RestrictedQuerySet.as_manager()

    class Meta:
        ordering = ["last_name", "first_name"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The full name with title."""
        return " ".join(part for part in (self.academic_title, self.first_name, self.last_name) if part)

    @property
    def skill_list(self) -> list[str]:
        """The skills and topics, each once."""
        return list(dict.fromkeys(part.strip() for part in self.skills.split(",") if part.strip()))

    @property
    def function_text(self) -> str:
        """The function in the active language."""
        return localized(self.function)

    def get_absolute_url(self) -> str:
        """Return the path of the person's page in the active language."""
        return reverse("directory:person", args=[self.slug])

    def scope_units(self) -> list[str]:
        """Return the paths of the units this record belongs to."""
        return [self.unit.path] if self.unit else []


class Absence(models.Model):
    """A person is away for some days, and somebody stands in. Why is nobody's business and not stored."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="absences", verbose_name=_("person"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    deputy = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="stands_in", verbose_name=_("deputy")
    )

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-first_day"]
        constraints = [
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="absence_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.first_day} – {self.last_day}"

    def clean(self) -> None:
        """Refuse an end before the beginning, and standing in for oneself. Raises ValidationError."""
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day must not be before the first.")})
        if self.deputy_id and self.deputy_id == self.person_id:
            raise ValidationError({"deputy": _("Nobody stands in for themselves.")})
