"""``{% load directory %}``: what other apps' pages show of places."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import template

from cms.directory.models import Location
from cms.directory.presentation import OpenLocation, present

register = template.Library()
_LATER = datetime.max.replace(tzinfo=UTC)


@register.simple_tag(takes_context=True)
def open_places(context: dict[str, Any], most: int = 5) -> list[OpenLocation]:
    """Places the reader may see whose hours are known: open ones first, then those that open next; at most ``most``."""
    places = Location.objects.visible_to(context.get("request")).filter(is_active=True)
    shown = [
        place for place in map(present, places.with_texts().with_children("hours", "exceptions")) if place.status.known
    ]
    shown.sort(
        key=lambda place: (not place.status.is_open, place.status.opens_at or _LATER, place.location.title.casefold())
    )
    return shown[:most]
