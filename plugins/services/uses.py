"""Which services name a unit or a location."""

from __future__ import annotations

from django.urls import reverse

from cms.contracts.references import Use

from .models import Service

LOOKUPS = {"organisationunit": "responsibilities__unit", "location": "places__location"}


def uses(kind: str, object_id: str) -> list[Use]:
    """Return the services, live or not, that name the object. Two queries."""
    lookup = LOOKUPS.get(kind)
    if lookup is None or not object_id.isdigit():
        return []
    services = Service.objects.filter(**{lookup: int(object_id)}).distinct().with_texts()
    return [Use(title=service, url=reverse(_EDIT, args=[service.pk])) for service in services]


_EDIT = "wagtailsnippets_services_service:edit"
