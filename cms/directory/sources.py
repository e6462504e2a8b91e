"""What integrations can change of units and locations."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cms.api.serializers import ClockField, OptionalClockField
from cms.api.sources import LanguagesField, RowSerializer, SourceSerializer
from cms.contracts.api import Writes

from . import services
from .models import Location, OpeningException, OpeningHours, OrganisationUnit
from .texts import UNIT_TEXTS


class WeekdayField(serializers.IntegerField):
    """1 is Monday, 7 is Sunday (ISO 8601); the database counts from 0."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=7, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        """Return the number of the database."""
        return super().to_internal_value(data) - 1

    def run_validators(self, value: Any) -> None:
        """Check what was sent, not what is stored."""
        super().run_validators(value + 1)

    def to_representation(self, value: int) -> int:
        """Return the number of the standard."""
        return value + 1


class HoursSource(RowSerializer):
    """One span on one weekday, in the city's local time."""

    weekday = WeekdayField(help_text="1 (Monday) to 7.")
    opens = ClockField()
    closes = ClockField()

    class Meta:
        model = OpeningHours
        fields = ["weekday", "opens", "closes", "by_appointment"]


class ExceptionSource(RowSerializer):
    """A day on which other hours hold; without times it is closed."""

    opens = OptionalClockField(required=False)
    closes = OptionalClockField(required=False)
    reason = LanguagesField(required=False)

    class Meta:
        model = OpeningException
        fields = ["date", "opens", "closes", "reason"]


class LocationSource(SourceSerializer):
    """What can be changed of a location; lists take the place of all there were."""

    resource_kind = "location"

    hours = HoursSource(many=True, required=False, max_length=100)
    exceptions = ExceptionSource(many=True, required=False, max_length=1000)

    class Meta:
        model = Location
        fields = [*SourceSerializer.IDENTITY, "phone", "email", "hours", "exceptions"]


class UnitSource(SourceSerializer):
    """What can be changed of a unit."""

    resource_kind = "unit"
    text_specs = tuple(spec for spec in UNIT_TEXTS if spec.name == "description")

    class Meta:
        model = OrganisationUnit
        fields = [*SourceSerializer.IDENTITY, "phone", "email"]


SCOPES = {
    "locations:write": _("Change opening hours, phone and mail address of locations"),
    "units:write": _("Change description, phone and mail address of units"),
}
LOCATION_WRITES = Writes(
    scope="locations:write",
    source=LocationSource,
    rows=Location.objects.all,
    may=services.may_change,
    change=lambda by, thing, **values: services.change_location(location=thing, by=by, **values),
)
UNIT_WRITES = Writes(
    scope="units:write",
    source=UnitSource,
    rows=OrganisationUnit.objects.all,
    may=services.may_change,
    change=lambda by, thing, **values: services.change_unit(unit=thing, by=by, **values),
)
