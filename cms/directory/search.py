"""Units, locations and people in the search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cms.contracts.search import Card, Entry
from cms.records.richtext import plain
from cms.records.texts import default_language, localized

from .hours import Schedule
from .models import Location, OrganisationUnit, Person


def _facts(**values: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in values.items() if text)


class UnitDocument:
    """Organisation units."""

    kind = "unit"
    label = _("Offices")
    icon = "landmark"
    model = OrganisationUnit
    dependents = {"directory.Location": "locations"}

    def queryset(self) -> Any:
        """Return all units with their texts."""
        return OrganisationUnit.objects.with_texts().prefetch_related(
            "locations__district",
            "locations__texts",
            "locations__access_rule",
            "locations__hours",
            "locations__exceptions",
        )

    def entries(self, obj: OrganisationUnit) -> Iterable[Entry]:
        """Yield one entry a language."""
        # A place not everybody may see, or no longer in use, says nothing about the unit.
        places = [place for place in obj.locations.all() if place.is_active]
        places = [item for item in places if item.access_rule_id == obj.access_rule_id or item.access_rule.is_public]
        district = next((place.district.name for place in places if place.district), "")
        for language in obj.languages():
            with translation.override(language):
                place = places[0] if places else None
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
                    latitude=place.latitude if place else None,
                    longitude=place.longitude if place else None,
                    boost=1.1,
                    card=Card(
                        facts=_facts(address=place.address if place else ""),
                        phone=obj.phone,
                        place=place.text("name", language) if place else "",
                        hours=Schedule.of(place).stored() if place else None,
                    ),
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
        places = Location.objects.filter(is_active=True).with_texts().select_related("district")
        return places.with_children("hours", "exceptions")

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
                    card=Card(
                        facts=_facts(address=obj.address),
                        phone=obj.phone,
                        place=obj.text("name", language),
                        hours=Schedule.of(obj).stored(),
                    ),
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
                staff_text=", ".join(obj.skill_list),
                unit_id=unit.pk if unit else None,
                boost=0.9,
                card=Card(
                    facts=_facts(function=function, unit=unit.text("name", language) if unit else "", room=obj.room),
                    phone=obj.phone,
                ),
            )


DOCUMENTS = [UnitDocument(), LocationDocument(), PersonDocument()]
