"""A service in the words of schema.org."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from cms.directory import linked
from cms.records.richtext import plain
from cms.records.texts import localized

from .models import Service


def service(found: Service, context: dict[str, Any], absolute: Any) -> dict[str, Any]:
    """Return a service from the ``context`` of its page, which holds only what the reader may see.

    ``absolute`` makes an address of a path.
    """
    url = absolute(found.get_absolute_url())
    thing: dict[str, Any] = {
        "@type": "GovernmentService",
        "@id": f"{url}#service",
        "url": url,
        "name": found.title,
        "areaServed": {"@type": "AdministrativeArea", "name": settings.CITY_NAME},
    }
    if text := found.text("summary") or plain(found.text("body")):
        thing["description"] = text
    if units := [linked.unit(item.unit, absolute) for item in context["responsible_units"]]:
        thing["provider"] = units
    channels = [
        {"@type": "ServiceChannel", "serviceUrl": item.url, "name": localized(item.label)}
        for item in context["apply_online"]
    ]
    channels += [
        {"@type": "ServiceChannel", "serviceLocation": linked.place(item.place.location, absolute)}
        for item in context["places"]
    ]
    if channels:
        thing["availableChannel"] = channels
    offers = [
        {
            "@type": "Offer",
            "name": localized(fee.label),
            "price": f"{fee.amount_cents / 100:.2f}",
            "priceCurrency": "EUR",
        }
        for fee in found.fees.all()
        if fee.amount_cents is not None and fee.amount_max_cents in (None, fee.amount_cents)
    ]
    if offers:
        thing["offers"] = offers
    return thing
