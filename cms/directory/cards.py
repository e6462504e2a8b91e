"""Units, locations and people as vCards. What stands on their pages for everybody, and nothing else."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.caching.pages import public_page
from cms.feeds.vcard import Card, card_answer

from .models import Location, OrganisationUnit, Person


def _common(request: HttpRequest, kind: str, found: Any) -> dict[str, Any]:
    return {
        "key": f"{kind}/{found.pk}",
        "url": request.build_absolute_uri(found.get_absolute_url()),
        "language": get_language() or "",
        "phone": found.phone,
        "email": found.email,
    }


def _at(place: Location | None) -> dict[str, Any]:
    if place is None:
        return {}
    street = f"{place.street} {place.house_number}".strip()
    has_geo = place.latitude is not None and place.longitude is not None
    return {
        "address": (street, place.city, "", place.postal_code, _("Germany")) if place.address else None,
        "geo": (place.latitude, place.longitude) if has_geo else None,
    }


@require_safe
@public_page
def unit_card(request: HttpRequest, slug: str) -> HttpResponse:
    """The card of a unit, with the address of its first place that the reader may see."""
    units = OrganisationUnit.objects.visible_to(request).with_texts()
    found = get_object_or_404(units, slug=slug)
    above = list(units.filter(pk__in=found.ancestor_ids()).order_by("path"))
    place = Location.objects.visible_to(request).filter(is_active=True, units=found).first()
    names = [_("City of Mainz"), *(unit.title for unit in above), found.title]
    card = Card(
        kind="org",
        name=found.title,
        organisation=tuple(dict.fromkeys(names)),
        **_common(request, "unit", found),
        **_at(place),
    )
    return card_answer(request, card, found.slug)


@require_safe
@public_page
def location_card(request: HttpRequest, slug: str) -> HttpResponse:
    """The card of a place."""
    places = Location.objects.visible_to(request).filter(is_active=True).with_texts()
    found = get_object_or_404(places, slug=slug)
    card = Card(
        kind="location",
        name=found.title,
        organisation=(_("City of Mainz"),),
        note=found.text("directions"),
        **_common(request, "location", found),
        **_at(found),
    )
    return card_answer(request, card, found.slug)


@require_safe
@public_page
def person_card(request: HttpRequest, slug: str) -> HttpResponse:
    """The card of a person: name, function, office and how to reach them at work."""
    found = get_object_or_404(Person.objects.visible_to(request), slug=slug)
    unit = OrganisationUnit.objects.visible_to(request).with_texts().filter(pk=found.unit_id).first()
    place = Location.objects.visible_to(request).filter(pk=found.location_id, is_active=True).first()
    card = Card(
        kind="individual",
        name=found.name,
        names=(found.last_name, found.first_name, found.academic_title),
        organisation=(_("City of Mainz"), *([unit.title] if unit else [])),
        role=found.function_text,
        room=_("Room %(room)s") % {"room": found.room} if found.room else "",
        **_common(request, "person", found),
        **_at(place),
    )
    return card_answer(request, card, found.slug)
