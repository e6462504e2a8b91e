"""What the service page shows: one context for the page, its print view and the preview of drafts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

from cms.caching import versions
from cms.directory.models import Location, OrganisationUnit
from cms.directory.presentation import OpenLocation, present
from cms.plugins.registry import providers
from cms.records.templatetags.records import euro
from cms.records.texts import localized

from .models import LifeSituation, OnlineService, Service, ServiceFee, ServiceLocation, ServiceResponsibility


@dataclass(frozen=True)
class ResponsibleUnit:
    """A unit with the note of its responsibility."""

    unit: OrganisationUnit
    responsibility: ServiceResponsibility


@dataclass(frozen=True)
class Place:
    """A location with status, hours and what holds for this service there."""

    place: OpenLocation
    service_location: ServiceLocation


def fee_amount(fee: ServiceFee) -> str:
    """Return the amount in words: "free", "37,00 €", "10,00 € to 60,00 €", or "" when only words are known."""
    if fee.amount_cents is None:
        return ""
    if fee.amount_max_cents and fee.amount_max_cents != fee.amount_cents:
        return gettext("%(low)s to %(high)s") % {"low": euro(fee.amount_cents), "high": euro(fee.amount_max_cents)}
    return gettext("free of charge") if fee.amount_cents == 0 else euro(fee.amount_cents)


def fee_summary(service: Service) -> str:
    """Return the fee in a few words for cards and the answer block, or "" when nothing is known."""
    fees = [fee for fee in service.fees.all() if fee.amount_cents is not None]
    if not fees:
        return ""
    if len(fees) == 1:
        return fee_amount(fees[0])
    low = min(fee.amount_cents for fee in fees)
    high = max(fee.amount_max_cents or fee.amount_cents for fee in fees)
    if low == high:
        return gettext("free of charge") if low == 0 else euro(low)
    if low == 0:
        return gettext("up to %(time)s") % {"time": euro(high)}
    return gettext("%(low)s to %(high)s") % {"low": euro(low), "high": euro(high)}


def processing_time(service: Service) -> str:
    """Return the processing time in words, or ""."""
    low, high = service.processing_days_min, service.processing_days_max
    if low is None and high is None:
        return ""
    if high in (0, None) and low in (0, None):
        return gettext("at once")
    if low is None or high is None or low == high:
        days = high if high is not None else low
        return _days(days or 0)
    if low == 0:
        return gettext("up to %(time)s") % {"time": _days(high)}
    if high % 7 == 0 and low % 7 == 0:
        return gettext("%(low)d to %(high)d weeks") % {"low": low // 7, "high": high // 7}
    return gettext("%(low)d to %(high)d days") % {"low": low, "high": high}


def _days(days: int) -> str:
    if days >= 14 and days % 7 == 0:
        return ngettext("%(n)d week", "%(n)d weeks", days // 7) % {"n": days // 7}
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def service_context(service: Service, reader: HttpRequest) -> dict[str, Any]:
    """Return the context of the service page for ``reader``: only units, places and texts that reader may see.

    Works on saved services and on drafts (the child rows are read from the object, the rest from the database).
    """
    responsibilities = list(service.responsibilities.all())
    units = {
        unit.pk: unit
        for unit in OrganisationUnit.objects.visible_to(reader)
        .with_texts()
        .filter(pk__in=[row.unit_id for row in responsibilities])
    }
    places = list(service.places.all())
    locations = {
        location.pk: location
        for location in Location.objects.visible_to(reader)
        .filter(pk__in=[row.location_id for row in places], is_active=True)
        .with_texts()
        .select_related("district")
        .with_children("hours", "exceptions")
    }
    shown = [Place(present(locations[row.location_id]), row) for row in places if row.location_id in locations]
    online = list(service.online_services.all())
    from cms.access.rules import reader_levels

    return {
        "service": service,
        "shown_record": service,
        "responsible_units": [
            ResponsibleUnit(units[row.unit_id], row) for row in responsibilities if row.unit_id in units
        ],
        "places": sorted(shown, key=lambda item: not item.place.status.is_open),
        "fees": [
            {"label": localized(fee.label), "amount": fee_amount(fee), "condition": localized(fee.condition)}
            for fee in service.fees.all()
        ],
        "fee_summary": fee_summary(service),
        "processing_time": processing_time(service),
        "papers": [
            {"label": localized(paper.label), "note": localized(paper.note), "required": paper.required}
            for paper in service.papers.all()
        ],
        "legal_bases": list(service.legal_bases.all()),
        "forms": [
            action
            for found in providers("forms_of_service").values()
            for action in found(reader, f"service:{service.pk}")
        ],
        "apply_online": [item for item in online if item.kind == OnlineService.Kind.ONLINE],
        "online_services": online,
        "life_situations": list(
            LifeSituation.objects.filter(pk__in=service.life_situations.values_list("id", flat=True)).with_texts()
        ),
        "staff_note_visible": bool({"staff", "agent"} & reader_levels(reader)),
    }


@dataclass(frozen=True)
class ServiceCard:
    """What a list shows of a service."""

    service: Service
    title: str
    summary: str
    url: str
    fee: str
    online: bool


def with_form(reader: Any) -> set[str]:
    """Return "service:12" of the services that ``reader`` can apply for by a form now."""
    return {key for found in providers("services_with_form").values() for key in found(reader)}


def is_online(service: Service, forms: set[str]) -> bool:
    """Return whether a service can be done online: by a form (``forms`` of :func:`with_form`) or on another site."""
    ways = service.online_services.all()
    return f"service:{service.pk}" in forms or any(way.kind == OnlineService.Kind.ONLINE for way in ways)


def cards(reader: Any, services: Iterable[Service]) -> list[ServiceCard]:
    """Return the cards of services whose texts, fees and online services are prefetched, in the same order."""
    rows = list(services)
    forms = with_form(reader) if rows else set()
    return [
        ServiceCard(
            service=row,
            title=row.title,
            summary=row.text("summary"),
            url=row.get_absolute_url(),
            fee=fee_summary(row),
            online=is_online(row, forms),
        )
        for row in rows
    ]


def services_of_unit(reader: Any, unit: OrganisationUnit) -> list[ServiceCard]:
    """Return cards of the services the unit or a unit below it carries out, by title."""
    rows = Service.objects.visible_to(reader).filter(responsibilities__unit__path__startswith=unit.path).distinct()
    return sorted(cards(reader, rows.for_cards()), key=lambda item: item.title.casefold())


def services_at_location(reader: Any, location: Location) -> list[ServiceCard]:
    """Return cards of the services carried out at the location, by title."""
    rows = Service.objects.visible_to(reader).filter(places__location=location).distinct()
    return sorted(cards(reader, rows.for_cards()), key=lambda item: item.title.casefold())


def wishes(reader: Any) -> list[ServiceCard]:
    """Return cards of the most wanted services, at most ten."""
    rows = Service.objects.visible_to(reader).filter(is_popular=True).for_cards().order_by("pk")[:10]
    return cards(reader, rows)


def situations(reader: Any) -> list[LifeSituation]:
    """Return all life situations with their texts."""
    return versions.remembered("services.situations", lambda: list(LifeSituation.objects.with_texts()))


def services_to_apply_for(reader: Any) -> list[tuple[str, str]]:
    """Return ("service:12", title) of every service ``reader`` may see, by title."""
    rows = Service.objects.visible_to(reader).with_texts()
    return sorted(((f"service:{row.pk}", row.title) for row in rows), key=lambda pair: pair[1].casefold())


def services_applied_elsewhere(reader: Any) -> set[str]:
    """Return "service:12" of the services ``reader`` may see that are applied for on another site."""
    rows = Service.objects.visible_to(reader).filter(online_services__kind=OnlineService.Kind.ONLINE)
    return {f"service:{pk}" for pk in rows.values_list("pk", flat=True)}


def service_keys(slugs: Iterable[str]) -> dict[str, str]:
    """Return slug -> "service:12" of the services there are."""
    return {slug: f"service:{pk}" for slug, pk in Service.objects.filter(slug__in=slugs).values_list("slug", "pk")}
