"""Blocks that show what the directory knows: contacts, opening hours, places on a map."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from ..mapping import NARROW, WIDE, draw
from .records import BodyRecords, LocationReference, UnitReference, visible

DIRECTORY = _("Directory")
MOST_PLACES = 30


def first_public(label: str) -> Any:
    """Return the first record of the model ``label`` that everybody may see, for previews; None without any."""
    from django.apps import apps

    return visible(apps.get_model(label), None).order_by("pk").first()


class UnitContactBlock(UnitReference):
    """How to reach a unit."""

    class Meta:
        icon = "group"
        label = _("Contact of a unit")
        group = DIRECTORY
        description = _("Phone, mail and page of an office, always up to date.")
        template = "content/blocks/unit_contact.html"

    def get_preview_value(self) -> Any:
        """Return the first unit there is."""
        return first_public("directory.OrganisationUnit")

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Show a unit the reader may see, with fresh texts."""
        context = super().get_context(value, parent_context)
        context["unit"] = BodyRecords.of(parent_context).get(value)
        return context


class OpeningHoursBlock(LocationReference):
    """The opening hours of a location."""

    class Meta:
        icon = "time"
        label = _("Opening hours")
        group = DIRECTORY
        description = _("Address and hours of a place, with exceptions and whether it is open now.")
        template = "content/blocks/opening_hours.html"

    def get_preview_value(self) -> Any:
        """Return the first location there is."""
        return first_public("directory.Location")

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Show a location the reader may see."""
        from cms.directory.presentation import location_context

        context = super().get_context(value, parent_context)
        location = BodyRecords.of(parent_context).get(value, "hours", "exceptions")
        return context | (location_context(location) if location else {})


class MapBlock(blocks.StructBlock):
    """Places on a map, and the same places as a list."""

    title = blocks.CharBlock(max_length=150, label=_("Title"))
    places = blocks.ListBlock(
        LocationReference(label=_("Location")), min_num=1, max_num=MOST_PLACES, label=_("Locations")
    )

    class Meta:
        icon = "site"
        label = _("Map")
        group = DIRECTORY
        description = _("Locations on a map of the city, with a list that says the same.")
        template = "content/blocks/map.html"

    def get_preview_value(self) -> Any:
        """Return a map of the first places there are."""
        from cms.directory.models import Location

        places = visible(Location, None).exclude(latitude=None).order_by("pk")[:4]
        return self.normalize({"title": _("Where to find us"), "places": list(places)})

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add ``rows`` (number or None, location) as the reader may see them, and ``maps`` when a place has a position."""
        from cms.directory.models import Location

        context = super().get_context(value, parent_context)
        ids = list(dict.fromkeys(place.pk for place in value["places"] if place))
        places = BodyRecords.of(parent_context).all(Location, ids)
        placed = [place for place in places if place.latitude is not None and place.longitude is not None]
        numbers = {place.pk: number for number, place in enumerate(placed, start=1)}
        # Places without position come last in the list: they have no number.
        ordered = [*placed, *(place for place in places if place.pk not in numbers)]
        context["rows"] = [{"number": numbers.get(place.pk), "place": place} for place in ordered]
        if placed:
            points = [(place.title, place.latitude, place.longitude) for place in placed]
            context["maps"] = [("narrow", draw(points, size=NARROW)), ("wide", draw(points, size=WIDE))]
            context["attribution"] = settings.MAP_ATTRIBUTION if settings.MAP_TILES_URL else ""
        return context


BLOCKS = [
    ("unit_contact", UnitContactBlock()),
    ("opening_hours", OpeningHoursBlock()),
    ("map", MapBlock()),
]
