"""Units and locations by API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.api.serializers import ClockField, OptionalClockField, References, ResourceSerializer
from cms.contracts.api import Resource
from cms.records.texts import localized

from .hours import Schedule
from .models import Location, OrganisationUnit
from .sources import LOCATION_WRITES, UNIT_WRITES

#: How far ahead exceptions from the usual hours are told, in days.
EXCEPTION_DAYS = 400


class UnitSerializer(ResourceSerializer):
    """A unit in the language of the answer."""

    short_title = serializers.SerializerMethodField()
    description = serializers.SerializerMethodField()
    parent_id = serializers.SerializerMethodField(help_text="The unit it belongs to, if the caller may see it.")

    class Meta:
        model = OrganisationUnit
        fields = [
            *ResourceSerializer.IDENTITY, "slug", "office_code", "short_title", "description", "phone", "email", "parent_id",
        ]  # fmt: skip

    def get_short_title(self, obj: OrganisationUnit) -> str:
        """Return the short name."""
        return obj.text("short_name")

    def get_description(self, obj: OrganisationUnit) -> str:
        """Return what the unit does."""
        return obj.text("description")

    def get_parent_id(self, obj: OrganisationUnit) -> str | None:
        """Return the number of the unit above."""
        return str(obj.parent_id) if obj.parent_id and obj.parent_is_visible else None  # type: ignore[attr-defined]


class UnitDetailSerializer(UnitSerializer):
    """A unit with its place in the administration and where it is."""

    parents = References("unit", lambda unit: [int(part) for part in unit.path.split("/") if part][:-1])
    children = References("unit", lambda unit: [child.pk for child in unit.children.all()])
    locations = References("location", lambda unit: [location.pk for location in unit.locations.all()])

    class Meta(UnitSerializer.Meta):
        fields = [*UnitSerializer.Meta.fields, "parents", "children", "locations"]


class HoursSerializer(serializers.Serializer):
    """One span on one weekday (1 is Monday, ISO 8601), in the city's local time."""

    weekday = serializers.SerializerMethodField()
    opens = ClockField()
    closes = ClockField()
    by_appointment = serializers.BooleanField()

    def get_weekday(self, obj: Any) -> int:
        """Return 1 to 7."""
        return obj.weekday + 1


class ExceptionSerializer(serializers.Serializer):
    """A day on which other hours hold; without times it is closed."""

    date = serializers.DateField()
    opens = OptionalClockField()
    closes = OptionalClockField()
    reason = serializers.SerializerMethodField()

    def get_reason(self, obj: Any) -> str:
        """Return why, in the language of the answer."""
        return localized(obj.reason)


class StatusSerializer(serializers.Serializer):
    """Whether it is open at this moment, and when that changes."""

    is_open = serializers.BooleanField()
    by_appointment = serializers.BooleanField()
    until = serializers.DateTimeField(allow_null=True, help_text="When it closes, if it is open.")
    opens_at = serializers.DateTimeField(allow_null=True, help_text="When it opens next, if it is closed.")
    label = serializers.CharField(help_text="In a few words, for people.")


class SpanSerializer(serializers.Serializer):
    """Open from, until."""

    opens = ClockField()
    closes = ClockField()
    by_appointment = serializers.BooleanField()


class DaySerializer(serializers.Serializer):
    """The hours of one day; without spans it is closed. ``reason``: why they differ from the usual, such as a holiday."""

    date = serializers.DateField()
    spans = SpanSerializer(many=True)
    reason = serializers.CharField(allow_blank=True)


class LocationSerializer(ResourceSerializer):
    """A location in the language of the answer."""

    location_kind = serializers.CharField(source="kind", read_only=True)
    district = serializers.SerializerMethodField()
    status = serializers.SerializerMethodField(help_text="Open now? Null where no hours are known.")

    class Meta:
        model = Location
        fields = [
            *ResourceSerializer.IDENTITY, "slug", "location_kind", "address", "street", "house_number", "postal_code",
            "city", "district", "latitude", "longitude", "barrier_free", "phone", "email", "status",
        ]  # fmt: skip

    def get_district(self, obj: Location) -> str:
        """Return the name of the part of the city, or ""."""
        return obj.district.name if obj.district else ""

    @extend_schema_field(StatusSerializer(allow_null=True))
    def get_status(self, obj: Location) -> dict[str, Any] | None:
        """Return whether it is open."""
        found = Schedule.of(obj).status()
        return StatusSerializer(found).data if found.known else None


class LocationDetailSerializer(LocationSerializer):
    """A location with directions and hours."""

    directions = serializers.SerializerMethodField()
    note = serializers.SerializerMethodField()
    hours = HoursSerializer(source="hours.all", many=True)
    exceptions = serializers.SerializerMethodField(help_text="Of today and the next 400 days.")
    week = serializers.SerializerMethodField(
        help_text="The hours of today and the next six days, with public holidays."
    )
    units = References("unit", lambda location: [unit.pk for unit in location.units.all()])

    class Meta(LocationSerializer.Meta):
        fields = [*LocationSerializer.Meta.fields, "directions", "note", "hours", "exceptions", "week", "units"]

    def get_directions(self, obj: Location) -> str:
        """Return how to get there."""
        return obj.text("directions")

    def get_note(self, obj: Location) -> str:
        """Return what to know before going there."""
        return obj.text("note")

    @extend_schema_field(ExceptionSerializer(many=True))
    def get_exceptions(self, obj: Location) -> Any:
        """Return the exceptions that are not over."""
        today = timezone.localdate()
        rows = [row for row in obj.exceptions.all() if today <= row.date <= today + timedelta(days=EXCEPTION_DAYS)]
        return ExceptionSerializer(rows, many=True).data

    @extend_schema_field(DaySerializer(many=True))
    def get_week(self, obj: Location) -> Any:
        """Return the seven days."""
        return DaySerializer(Schedule.of(obj).week(), many=True).data


class UnitFilters(django_filters.FilterSet):
    """Which units."""

    below = django_filters.NumberFilter(method="filter_below", help_text="Number of a unit: it and all below it.")

    class Meta:
        model = OrganisationUnit
        fields = ["slug", "office_code", "below"]

    def filter_below(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Keep the subtree of a unit."""
        path = OrganisationUnit.objects.filter(pk=_number(value)).values_list("path", flat=True).first()
        return rows.filter(path__startswith=path) if path else rows.none()


def _number(value: Any) -> int:
    """Return a number that a column can hold; what is larger finds nothing."""
    return int(value) if abs(value) < 2**63 else -1


class LocationFilters(django_filters.FilterSet):
    """Which locations."""

    kind = django_filters.ChoiceFilter(choices=Location.Kind.choices)
    unit = django_filters.NumberFilter(method="filter_unit", help_text="Number of a unit that is there.")
    district = django_filters.CharFilter(field_name="district__slug")

    class Meta:
        model = Location
        fields = ["slug", "kind", "postal_code", "barrier_free", "unit", "district"]

    def filter_unit(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Keep the locations of a unit that the caller may see."""
        units = OrganisationUnit.objects.visible_to(self.request).filter(pk=_number(value))
        return rows.filter(Exists(units.filter(locations=OuterRef("pk"))))


def _units(reader: Any) -> Any:
    visible = OrganisationUnit.objects.visible_to(reader)
    return visible.with_texts().annotate(
        parent_is_visible=Exists(OrganisationUnit.objects.visible_to(reader).filter(pk=OuterRef("parent_id")))
    )


def _locations(reader: Any) -> Any:
    places = Location.objects.visible_to(reader).filter(is_active=True).with_texts().select_related("district")
    return places.with_children("hours", "exceptions")


RESOURCES = [
    Resource(
        kind="unit",
        path="units",
        rows=_units,
        serializer=UnitSerializer,
        detail_rows=lambda reader: _units(reader).prefetch_related("children", "locations"),
        detail_serializer=UnitDetailSerializer,
        filters=UnitFilters,
        writes=UNIT_WRITES,
        page="directory:units",
    ),
    Resource(
        kind="location",
        path="locations",
        rows=_locations,
        serializer=LocationSerializer,
        detail_rows=lambda reader: _locations(reader).prefetch_related("units"),
        detail_serializer=LocationDetailSerializer,
        filters=LocationFilters,
        writes=LOCATION_WRITES,
        page="directory:locations",
    ),
]
