"""Load ``fixtures/directory.yaml``."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.contrib.auth.models import Group

from cms.access.models import AccessRule
from cms.access.rules import STAFF_GROUP
from cms.accounts.roles import EXTRANET_GROUP

from .models import District, Location, OpeningException, OpeningHours, OrganisationUnit, Person


def rule_of(audience: str) -> AccessRule:
    """Return the rule for an audience word of the fixtures. Raises KeyError for an unknown word."""
    if audience == "public":
        return AccessRule.objects.public()
    names = {"staff": [STAFF_GROUP], "extranet": [EXTRANET_GROUP, STAFF_GROUP]}[audience]
    return AccessRule.objects.for_groups(*Group.objects.filter(name__in=names))


def texts(row: dict[str, Any], *fields: str) -> dict[tuple[str, str], str]:
    """Return (field, language) -> text of the keys ``fields``; lists become one value a line."""
    found = {}
    for field in fields:
        for language, value in (row.get(field) or {}).items():
            found[field, language] = "\n".join(value) if isinstance(value, list) else str(value or "")
    return found


def load(data: dict[str, Any], report: Any) -> None:
    """Create districts, locations, units and people that don't exist yet; existing ones stay as edited."""
    districts = {
        row["slug"]: District.objects.get_or_create(slug=row["slug"], defaults={"name": row["name"]})[0]
        for row in data.get("districts", [])
    }
    locations = {row["slug"]: _location(row, districts) for row in data.get("locations", [])}
    units: dict[str, OrganisationUnit] = {}
    for row in data.get("units", []):
        units[row["slug"]] = _unit(row, units, locations)
    for row in data.get("people", []):
        _person(row, units, locations)
    for row in data.get("units", []):
        unit = units[row["slug"]]
        if row.get("head") and unit.head_id is None:
            unit.head = Person.objects.filter(slug=row["head"]).first()
            unit.save()
    report(f"{len(locations)} locations, {len(units)} units, {len(data.get('people', []))} people")


def _location(row: dict[str, Any], districts: dict[str, District]) -> Location:
    found = Location.objects.filter(slug=row["slug"]).first()
    if found:
        return found
    plain = ("slug", "kind", "street", "house_number", "postal_code", "city", "latitude", "longitude", "barrier_free")
    location = Location(
        **{key: row[key] for key in plain if row.get(key) is not None},
        district=districts.get(row.get("district") or ""),
        phone=row.get("phone") or "",
        email=row.get("email") or "",
        access_rule=rule_of(row.get("audience", "public")),
    )
    location.set_texts(texts(row, "name", "directions", "note"))
    location.hours.set(
        [
            OpeningHours(
                sort_order=number,
                weekday=item["weekday"],
                opens=time.fromisoformat(item["opens"]),
                closes=time.fromisoformat(item["closes"]),
                by_appointment=item.get("by_appointment", False),
            )
            for number, item in enumerate(row.get("hours") or [])
        ]
    )
    location.exceptions.set(
        [OpeningException(date=item["date"], reason=item.get("reason") or {}) for item in row.get("closures") or []]
    )
    location.save()
    return location


def _unit(row: dict[str, Any], units: dict[str, OrganisationUnit], locations: dict[str, Location]) -> OrganisationUnit:
    found = OrganisationUnit.objects.filter(slug=row["slug"]).first()
    if found:
        return found
    unit = OrganisationUnit(
        slug=row["slug"],
        office_code=str(row.get("code") or ""),
        parent=units[row["parent"]] if row.get("parent") else None,
        phone=row.get("phone") or "",
        email=row.get("email") or "",
        access_rule=rule_of(row.get("audience", "public")),
    )
    unit.set_texts(texts(row, "name", "short_name", "description"))
    unit.locations.set([locations[slug] for slug in row.get("locations") or []])
    unit.save()
    return unit


def _person(row: dict[str, Any], units: dict[str, OrganisationUnit], locations: dict[str, Location]) -> None:
    Person.objects.get_or_create(
        slug=row["slug"],
        defaults={
            "first_name": row.get("first_name") or "",
            "last_name": row["last_name"],
            "academic_title": row.get("academic_title") or "",
            "function": row.get("function") or {},
            "phone": row.get("phone") or "",
            "email": row.get("email") or "",
            "room": row.get("room") or "",
            "skills": row.get("skills") or "",
            "unit": units.get(row.get("unit") or ""),
            "location": locations.get(row.get("location") or ""),
            "access_rule": rule_of(row.get("audience", "public")),
        },
    )
