"""Units, locations and people in the words of schema.org. Callers pass what their reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cms.records.richtext import plain

from .hours import Schedule, Span
from .models import Location, OrganisationUnit, Person

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: How many days ahead other hours are told.
DAYS_AHEAD = 60


def unit(found: OrganisationUnit, absolute: Any, *, parents: Iterable[OrganisationUnit] = ()) -> dict[str, Any]:
    """Return a unit; ``absolute`` makes an address of a path, ``parents`` are the units above, root first."""
    url = absolute(found.get_absolute_url())
    thing = {"@type": "GovernmentOrganization", "@id": f"{url}#unit", "url": url, "name": found.title}
    thing |= _filled(
        alternateName=found.text("short_name"),
        description=plain(found.text("description")),
        telephone=found.phone,
        email=found.email,
    )
    above = [
        {"@type": "GovernmentOrganization", "name": item.title, "url": absolute(item.get_absolute_url())}
        for item in parents
    ]
    thing["parentOrganization"] = (
        above[-1] if above else {"@type": "GovernmentOrganization", "name": _("City of Mainz")}
    )
    return thing


def place(found: Location, absolute: Any) -> dict[str, Any]:
    """Return a place with address, coordinates and hours. Its hours and exceptions should be prefetched."""
    url = absolute(found.get_absolute_url())
    thing = {"@type": "GovernmentOffice" if found.kind == Location.Kind.OFFICE else "CivicStructure"}
    thing |= {"@id": f"{url}#place", "url": url, "name": found.title}
    thing |= _filled(telephone=found.phone)
    if found.kind == Location.Kind.OFFICE:
        thing |= _filled(email=found.email)
    if found.address:
        street = f"{found.street} {found.house_number}".strip()
        thing["address"] = {
            "@type": "PostalAddress",
            **_filled(streetAddress=street, postalCode=found.postal_code, addressLocality=found.city),
            "addressCountry": "DE",
        }
    if found.latitude is not None and found.longitude is not None:
        thing["geo"] = {"@type": "GeoCoordinates", "latitude": found.latitude, "longitude": found.longitude}
    if found.barrier_free is not None:
        thing["amenityFeature"] = {
            "@type": "LocationFeatureSpecification",
            "name": _("step-free access"),
            "value": found.barrier_free,
        }
    schedule = Schedule.of(found)
    if hours := [_hours(span, dayOfWeek=WEEKDAYS[row.weekday]) for row in schedule.weekly() for span in row.spans]:
        thing["openingHoursSpecification"] = hours
    if special := list(_special(schedule)):
        thing["specialOpeningHoursSpecification"] = special
    return thing


def _special(schedule: Schedule) -> Iterable[dict[str, Any]]:
    today = timezone.localdate()
    for offset in range(DAYS_AHEAD):
        day = schedule.on(today + timedelta(days=offset))
        if schedule.differs_on(day.date):
            date = day.date.isoformat()
            # The same time twice stands for a closed day.
            spans = day.spans or [None]
            yield from (_hours(span, validFrom=date, validThrough=date) for span in spans)


def _hours(span: Span | None, **when: str) -> dict[str, Any]:
    opens, closes = (f"{span.opens:%H:%M}", f"{span.closes:%H:%M}") if span else ("00:00", "00:00")
    return {"@type": "OpeningHoursSpecification", **when, "opens": opens, "closes": closes}


def person(found: Person, absolute: Any, *, unit_found: OrganisationUnit | None) -> dict[str, Any]:
    """Return a person as staff of the city: what stands on the page."""
    url = absolute(found.get_absolute_url())
    works_for = {"@type": "GovernmentOrganization", "name": unit_found.title if unit_found else _("City of Mainz")}
    if unit_found:
        works_for["url"] = absolute(unit_found.get_absolute_url())
    return {
        "@type": "Person",
        "url": url,
        "name": found.name,
        **_filled(jobTitle=found.function_text, telephone=found.phone, email=found.email),
        "worksFor": works_for,
    }


def _filled(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
