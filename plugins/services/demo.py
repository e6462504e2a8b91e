"""Load ``fixtures/services.yaml``."""

from __future__ import annotations

from typing import Any

from cms.directory.demo import rule_of, texts
from cms.directory.models import Location, OrganisationUnit

from .models import (
    LegalBasis,
    LifeSituation,
    OnlineService,
    Service,
    ServiceFee,
    ServiceLocation,
    ServicePaper,
    ServiceResponsibility,
)


def load(data: dict[str, Any], report: Any) -> None:
    """Create life situations and services that don't exist yet; existing ones stay as edited."""
    situations = {}
    for number, row in enumerate(data.get("life_situations", [])):
        situation = LifeSituation.objects.filter(slug=row["slug"]).first()
        if situation is None:
            situation = LifeSituation(slug=row["slug"], icon=row.get("icon") or "", sort_order=number)
            situation.set_texts(texts(row, "title", "summary"))
            situation.save()
        situations[row["slug"]] = situation
    units = {unit.slug: unit for unit in OrganisationUnit.objects.all()}
    locations = {location.slug: location for location in Location.objects.all()}
    known = set(Service.objects.values_list("slug", flat=True))
    rows = data.get("services", [])
    for number, row in enumerate(rows):
        if row["slug"] not in known:
            service = build(row, units, locations, situations)
            service.is_popular = number < 10
            service.save()
            service.save_revision(changed=False).publish()
    report(f"{len(rows)} services, {len(situations)} life situations")


def build(
    row: dict[str, Any],
    units: dict[str, OrganisationUnit],
    locations: dict[str, Location],
    situations: dict[str, LifeSituation],
) -> Service:
    """Return the unsaved service of one row of the fixture. Raises KeyError for an unknown reference."""
    service = Service(
        slug=row["slug"],
        leika_key=str(row.get("leika_key") or ""),
        processing_days_min=row.get("processing_days_min"),
        processing_days_max=row.get("processing_days_max"),
        access_rule=rule_of(row.get("audience", "public")),
    )
    service.set_texts(texts(row, *(field for field in Service.TEXT_FIELDS if field in row)))
    service.fees.set(
        [
            ServiceFee(
                sort_order=number,
                label=item.get("label") or {},
                amount_cents=item.get("amount_cents"),
                amount_max_cents=item.get("amount_max_cents"),
                condition=item.get("condition") or {},
            )
            for number, item in enumerate(row.get("fees") or [])
        ]
    )
    service.papers.set(
        [
            ServicePaper(
                sort_order=number, label=item["label"], note=item.get("note") or {}, required=item.get("required", True)
            )
            for number, item in enumerate(row.get("papers") or [])
        ]
    )
    service.legal_bases.set(
        [
            LegalBasis(sort_order=number, label=item["label"], url=item.get("url") or "")
            for number, item in enumerate(row.get("legal_bases") or [])
        ]
    )
    service.online_services.set(
        [
            OnlineService(sort_order=number, kind=item.get("kind", "online"), label=item["label"], url=item["url"])
            for number, item in enumerate(row.get("online_services") or [])
        ]
    )
    responsible = sorted(row.get("units") or [], key=lambda item: not item.get("primary"))
    service.responsibilities.set(
        [
            ServiceResponsibility(sort_order=number, unit=units[item["unit"]], note=item.get("note") or {})
            for number, item in enumerate(responsible)
        ]
    )
    service.places.set(
        [
            ServiceLocation(sort_order=number, location=locations[slug])
            for number, slug in enumerate(row.get("locations") or [])
        ]
    )
    service.life_situations.set([situations[slug] for slug in row.get("life_situations") or []])
    return service


def services_block(value: dict[str, Any]) -> dict[str, Any] | None:
    """Return the data of a "services" block for a page of the fixtures; unknown slugs are left out."""
    ids = dict(Service.objects.filter(slug__in=value["slugs"]).values_list("slug", "pk"))
    return {"title": value.get("title") or "", "services": [ids[slug] for slug in value["slugs"] if slug in ids]}


BLOCKS = {"services": services_block}
