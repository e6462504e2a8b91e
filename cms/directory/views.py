"""Public pages of the directory. Every row comes through ``visible_to``."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cms.access.rules import reader_levels
from cms.caching.pages import public_page
from cms.plugins.registry import providers

from . import linked
from .models import Location, OrganisationUnit, Person
from .presentation import location_context, present


def _places(request: HttpRequest) -> Any:
    return (
        Location.objects.visible_to(request)
        .filter(is_active=True)
        .with_texts()
        .select_related("district")
        .with_children("hours", "exceptions")
    )


@public_page
def unit_list(request: HttpRequest) -> HttpResponse:
    """All units as a tree."""
    units = list(OrganisationUnit.objects.visible_to(request).with_texts().order_by("path"))
    known = {unit.pk for unit in units}
    children: dict[int | None, list[OrganisationUnit]] = {}
    for unit in units:
        # A unit below one the reader may not see stands at the top.
        children.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)
    for below in children.values():
        below.sort(key=lambda unit: (unit.office_code, unit.title))

    def branch(parent: int | None) -> list[dict[str, Any]]:
        return [{"unit": unit, "children": branch(unit.pk)} for unit in children.get(parent, [])]

    return render(request, "directory/unit_list.html", {"tree": branch(None), "count": len(units)})


@public_page
def unit(request: HttpRequest, slug: str) -> HttpResponse:
    """One unit: contact, hours, people, units below, services."""
    units = OrganisationUnit.objects.visible_to(request).with_texts()
    found = get_object_or_404(
        units.select_related("parent", "head").prefetch_related(Prefetch("locations", queryset=_places(request))),
        slug=slug,
    )
    around = list(units.filter(Q(pk__in=found.ancestor_ids()) | Q(parent=found)))
    context = {
        "unit": found,
        "shown_record": found,
        "ancestors": sorted((unit for unit in around if unit.parent_id != found.pk), key=lambda unit: unit.path),
        "children": [unit for unit in around if unit.parent_id == found.pk],
        "places": [present(location) for location in found.locations.all()],
        "people": list(Person.objects.visible_to(request).filter(unit=found).select_related("location")),
        "services": [card for provider in providers("services_of_unit").values() for card in provider(request, found)],
    }
    absolute = request.build_absolute_uri
    context["linked"] = [linked.unit(found, absolute, parents=context["ancestors"])]
    context["head"] = next((person for person in context["people"] if person.pk == found.head_id), None)
    return render(request, "directory/unit.html", context)


@public_page
def location_list(request: HttpRequest) -> HttpResponse:
    """All locations with their status now."""
    places = sorted((present(item) for item in _places(request)), key=lambda place: place.location.title.casefold())
    return render(request, "directory/location_list.html", {"places": places})


@public_page
def location(request: HttpRequest, slug: str) -> HttpResponse:
    """One location: address, hours, access, who is there."""
    found = get_object_or_404(_places(request), slug=slug)
    units = OrganisationUnit.objects.visible_to(request).with_texts().filter(locations=found)
    services = [card for provider in providers("services_at_location").values() for card in provider(request, found)]
    things = [linked.place(found, request.build_absolute_uri)]
    context = {
        **location_context(found),
        "shown_record": found,
        "units": list(units),
        "services": services,
        "linked": things,
    }
    return render(request, "directory/location.html", context)


@public_page
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """One person: function, room, phone."""
    found = get_object_or_404(Person.objects.visible_to(request), slug=slug)
    units = OrganisationUnit.objects.visible_to(request).with_texts()
    places = Location.objects.visible_to(request).with_texts()
    context = {
        "person": found,
        "skills": found.skill_list if "staff" in reader_levels(request) else [],
        "unit": units.filter(pk=found.unit_id).first(),
        "location": places.filter(pk=found.location_id).first(),
    }
    context["linked"] = [linked.person(found, request.build_absolute_uri, unit_found=context["unit"])]
    return render(request, "directory/person.html", context)
