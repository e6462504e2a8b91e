"""Units, locations and people in the search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cms.contracts.search import Entry
from cms.records.richtext import plain
from cms.records.texts import default_language, localized

from .models import Location, OrganisationUnit, Person


class UnitDocument:
    """Organisation units."""

    kind = "unit"
    label = _("Offices")
    icon = "landmark"
    model = OrganisationUnit
    dependents = {"directory.Location": "locations"}

    def queryset(self) -> Any:
        """Return all units with their texts."""
        return OrganisationUnit.objects.with_texts().prefetch_related("locations__district")

    def entries(self, obj: OrganisationUnit) -> Iterable[Entry]:
        """Yield one entry a language."""
        district = next((place.district.name for place in obj.locations.all() if place.district), "")
        for language in obj.languages():
            with translation.override(language):
                yield Entry(
                    language=language,
                    title=obj.text("name", language),
                    url=obj.get_absolute_url(),
                    rule_id=obj.access_rule_id,
                    alternative_titles=tuple(
                        value for value in (obj.text("short_name", language), obj.office_code) if value
                    ),
                    keywords=(f"Amt {obj.office_code}",) if obj.office_code else (),
                    summary=plain(obj.text("description", language))[:300],
                    body=" ".join([plain(obj.text("description", language)), obj.phone, obj.email]).strip(),
                    unit_id=obj.pk,
                    district=district,
                    boost=1.1,
                )


class LocationDocument:
    """Locations."""

    kind = "location"
    label = _("Locations")
    icon = "map-pin"
    model = Location
    dependents: dict[str, str] = {"directory.District": "district"}

    def queryset(self) -> Any:
        """Return the locations in use."""
        return Location.objects.filter(is_active=True).with_texts().select_related("district")

    def entries(self, obj: Location) -> Iterable[Entry]:
        """Yield one entry a language."""
        for language in obj.languages():
            with translation.override(language):
                district = obj.district.name if obj.district else ""
                yield Entry(
                    language=language,
                    title=obj.text("name", language),
                    url=obj.get_absolute_url(),
                    rule_id=obj.access_rule_id,
                    keywords=tuple(value for value in (str(obj.get_kind_display()), district) if value),
                    summary=obj.address,
                    body=" ".join(
                        [
                            obj.address,
                            plain(obj.text("directions", language)),
                            plain(obj.text("note", language)),
                            obj.phone,
                            obj.email,
                        ]
                    ).strip(),
                    district=district,
                    latitude=obj.latitude,
                    longitude=obj.longitude,
                )


class PersonDocument:
    """People."""

    kind = "person"
    label = _("People")
    icon = "user"
    model = Person
    dependents = {"directory.OrganisationUnit": "unit"}

    def queryset(self) -> Any:
        """Return all people with their units."""
        return Person.objects.select_related("unit__access_rule").prefetch_related("unit__texts")

    def entries(self, obj: Person) -> Iterable[Entry]:
        """Yield the entry in the default language; a name needs no translation."""
        language = default_language()
        with translation.override(language):
            # The unit's name is public knowledge only when the unit is.
            unit = obj.unit
            if unit and unit.access_rule_id != obj.access_rule_id and not unit.access_rule.is_public:
                unit = None
            function = localized(obj.function, language)
            yield Entry(
                language=language,
                title=obj.name,
                url=obj.get_absolute_url(),
                rule_id=obj.access_rule_id,
                alternative_titles=(f"{obj.last_name}, {obj.first_name}",) if obj.first_name else (),
                keywords=tuple(value for value in (function, obj.room) if value),
                summary=", ".join(value for value in (function, unit.text("name", language) if unit else "") if value),
                body=" ".join(value for value in (obj.phone, obj.email, obj.room) if value),
                unit_id=unit.pk if unit else None,
                boost=0.9,
            )


DOCUMENTS = [UnitDocument(), LocationDocument(), PersonDocument()]
