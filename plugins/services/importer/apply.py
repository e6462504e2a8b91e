"""Write a parsed catalogue into the database, one savepoint a record.

The last imported values of each record are kept (:class:`ImportedState`). Only what changed *at the
source* is written; what an editor changed since stays, with a warning. The one exception is the audience:
a record the source closes is closed here, whatever was set.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import Error, models, transaction
from django.utils.text import slugify

from cms.access.models import AccessRule
from cms.access.rules import STAFF_GROUP
from cms.directory.models import Location, OrganisationUnit
from cms.records.texts import default_language

from ..models import (
    ImportedState,
    OnlineService,
    Service,
    ServiceFee,
    ServiceImportedText,
    ServiceLocation,
    ServiceResponsibility,
)
from .parse import PUBLIC, STAFF, Catalogue, Office, ParsedService
from .report import Report

SOURCE = "munich-zms"
PRIORITY = 100
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "Ss"})
Progress = Callable[[str, int, int], None]


class SuspiciousDrop(Exception):
    """Far fewer records than last time; the message says how many."""


def slug_for(title: str, source_id: str, taken: set[str], limit: int) -> str:
    """Return a free address made of ``title`` with umlauts written out; taken ones get the source's key."""
    slug = slugify(title.translate(UMLAUTS))[:limit].strip("-") or slugify(f"{SOURCE}-{source_id}")
    if slug in taken:
        suffix = f"-{slugify(source_id) or 'x'}"
        slug = slug[: limit - len(suffix)].rstrip("-") + suffix
    number, base = 2, slug
    while slug in taken:
        slug, number = f"{base[: limit - 6]}-{number}", number + 1
    taken.add(slug)
    return slug


def check_drop(catalogue: Catalogue) -> None:
    """Refuse an export with less than half of what the last one had. Raises SuspiciousDrop."""
    for kind in ("service", "office"):
        known = ImportedState.objects.filter(source=SOURCE, kind=kind, is_active=True).count()
        now = len(catalogue.seen[kind])
        if now * 2 < known:
            raise SuspiciousDrop(
                f"The export has {now} {kind}s, the last one had {known}. Nothing was changed; use --force if this is right."
            )


class CatalogueImport:
    """One run over a catalogue. ``run`` expects to be inside a transaction."""

    def __init__(self, report: Report, progress: Progress) -> None:
        self.report, self.progress = report, progress
        staff, _created = Group.objects.get_or_create(name=STAFF_GROUP)
        self.rules = {PUBLIC: AccessRule.objects.public(), STAFF: AccessRule.objects.for_groups(staff)}
        self.audiences = {rule.pk: name for name, rule in self.rules.items()}
        self.states = {(row.kind, row.source_id): row for row in ImportedState.objects.filter(source=SOURCE)}
        self.units = {row.source_id: row for row in OrganisationUnit.objects.filter(source=SOURCE)}
        self.locations = {row.source_id: row for row in Location.objects.filter(source=SOURCE)}
        self.services = {
            row.source_id: row for row in Service.objects.filter(source=SOURCE).prefetch_related("imported_texts")
        }

    def run(self, catalogue: Catalogue) -> None:
        """Write units, offices and services; deactivate what is gone."""
        self._units(catalogue)
        taken = set(Location.objects.values_list("slug", flat=True))
        self._each("office", catalogue.offices, lambda office: self._office(office, taken))
        taken = set(Service.objects.values_list("slug", flat=True))
        self._each("service", catalogue.services, lambda service: self._service(service, taken))
        self._gone("service", catalogue, self.services, self._close_service)
        self._gone("office", catalogue, self.locations, self._close_office)

    def _each(self, kind: str, rows: list[Any], write: Callable[[Any], str]) -> None:
        for number, row in enumerate(rows, 1):
            try:
                with transaction.atomic():
                    outcome = write(row)
            except (ValidationError, Error, ValueError, KeyError) as error:
                self._forget(kind, row.source_id)
                reason = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
                self.report.fail(kind, row.source_id, type(error).__name__, reason)
            else:
                self.report.add(kind, outcome, row.source_id)
            self.progress(kind, number, len(rows))

    def _forget(self, kind: str, source_id: str) -> None:
        # The savepoint took the row back; what this run remembers of it must follow.
        state = self.states.get((kind, source_id))
        if state is not None and not ImportedState.objects.filter(pk=state.pk).exists():
            del self.states[kind, source_id]
        records, model = (self.services, Service) if kind == "service" else (self.locations, Location)
        fresh = model.objects.filter(source=SOURCE, source_id=source_id).first()
        records.pop(source_id, None)
        if fresh is not None:
            records[source_id] = fresh

    # -- changes ----------------------------------------------------------------------------------------------

    def _changes(
        self, kind: str, source_id: str, now: dict[str, Any], current: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        """Return what must be written: changed at the source and not changed by an editor since."""
        state = self.states.get((kind, source_id))
        before = state.values if state else {}
        moved = [key for key, value in now.items() if before.get(key) != value or key not in before]
        if not moved:
            return {}
        here, changes = current(), {}
        for key in moved:
            if here[key] == now[key]:
                continue
            if key in before and here[key] != before[key] and not (key == "audience" and now[key] == STAFF):
                self.report.warn(kind, source_id, "kept-edit", f"{key} changed at the source and here; kept ours")
                continue
            changes[key] = now[key]
        return changes

    def _remember(self, kind: str, source_id: str, now: dict[str, Any]) -> None:
        state = self.states.get((kind, source_id))
        if state is None:
            state = ImportedState(source=SOURCE, kind=kind, source_id=source_id)
        elif state.values == now and state.is_active:
            return
        state.values, state.is_active = now, True
        state.save()
        self.states[kind, source_id] = state

    # -- units ------------------------------------------------------------------------------------------------

    def _units(self, catalogue: Catalogue) -> None:
        audience: dict[tuple[str, ...], str] = {}
        for office in catalogue.offices:
            for depth in range(1, len(office.units) + 1):
                path = office.units[:depth]
                # One office open to the public makes its organisation public.
                audience[path] = PUBLIC if PUBLIC in (office.audience, audience.get(path)) else STAFF
        taken = set(OrganisationUnit.objects.values_list("slug", flat=True))
        for path in sorted(audience, key=len):
            key = unit_key(path)
            now = {"audience": audience[path]}
            unit = self.units.get(key)
            if unit is None:
                unit = OrganisationUnit(
                    source=SOURCE,
                    source_id=key,
                    slug=slug_for(path[-1], str(len(path)), taken, 120),
                    parent=self.units[unit_key(path[:-1])] if len(path) > 1 else None,
                    access_rule=self.rules[audience[path]],
                )
                unit.set_texts({("name", default_language()): path[-1]})
                unit.save()
                self.units[key] = unit
                outcome = "created"
            else:
                changes = self._changes(
                    "unit", key, now, lambda unit=unit: {"audience": self.audiences.get(unit.access_rule_id)}
                )
                if changes:
                    unit.access_rule = self.rules[changes["audience"]]
                    unit.save()
                outcome = "updated" if changes else "unchanged"
            self._remember("unit", key, now)
            self.report.add("unit", outcome, key)

    # -- offices ----------------------------------------------------------------------------------------------

    OFFICE_FIELDS = ("street", "house_number", "postal_code", "city", "phone", "email", "latitude", "longitude")

    def _office(self, office: Office, taken: set[str]) -> str:
        now = {name: getattr(office, name) for name in self.OFFICE_FIELDS}
        now |= {"audience": office.audience, "name": office.name, "note": office.note, "unit": unit_key(office.units)}
        location = self.locations.get(office.source_id)
        created = location is None
        if location is None:
            slug = slug_for(office.name, office.source_id, taken, 120)
            location = Location(source=SOURCE, source_id=office.source_id, slug=slug)
            changes = dict(now)
        else:
            changes = self._changes("office", office.source_id, now, lambda: self._office_now(location))
        state = self.states.get(("office", office.source_id))
        if state is not None and not state.is_active:
            changes["is_active"] = True
        if changes:
            self._write_office(location, changes)
            self.locations[office.source_id] = location
        self._remember("office", office.source_id, now)
        return "created" if created else "updated" if changes else "unchanged"

    def _office_now(self, location: Location) -> dict[str, Any]:
        here: dict[str, Any] = {name: getattr(location, name) for name in self.OFFICE_FIELDS}
        ours = [unit.source_id for unit in location.units.filter(source=SOURCE)]
        return here | {
            "audience": self.audiences.get(location.access_rule_id),
            "name": location.text("name", default_language()),
            "note": location.text("note", default_language()),
            "unit": ours[0] if ours else "",
        }

    def _write_office(self, location: Location, changes: dict[str, Any]) -> None:
        for name in (*self.OFFICE_FIELDS, "is_active"):
            if name in changes:
                setattr(location, name, changes[name])
        if "audience" in changes:
            location.access_rule = self.rules[changes["audience"]]
        location.set_texts({(name, default_language()): changes[name] for name in ("name", "note") if name in changes})
        location.full_clean(exclude=["slug", "access_rule"], validate_unique=False)
        location.save()
        if "unit" in changes:
            links = OrganisationUnit.locations.through.objects
            links.filter(location=location, organisationunit__source=SOURCE).delete()
            if changes["unit"]:
                links.create(location=location, organisationunit=self.units[changes["unit"]])

    def _close_office(self, location: Location) -> None:
        location.is_active = False
        location.save()

    # -- services ---------------------------------------------------------------------------------------------

    def _service(self, parsed: ParsedService, taken: set[str]) -> str:
        now = {
            "audience": parsed.audience,
            "leika_key": parsed.leika_key,
            "fees": parsed.fees,
            "online": parsed.online,
            # An office that failed has no location; it comes with the next good export.
            "places": [place for place in parsed.places if place[0] in self.locations],
            "units": [unit_key(path) for path in parsed.units if unit_key(path) in self.units],
        }
        service = self.services.get(parsed.source_id)
        if service is None:
            slug = slug_for(parsed.texts["title"], parsed.source_id, taken, 160)
            service = Service(source=SOURCE, source_id=parsed.source_id, slug=slug, is_sample=True, live=False)
            self._set(service, now)
            service.save()
            self._texts(service, parsed.texts)
            self._publish(service)
            self.services[parsed.source_id] = service
            self._remember("service", parsed.source_id, now)
            return "created"
        changes = self._changes("service", parsed.source_id, now, lambda: self._service_now(service))
        texts_changed = self._texts(service, parsed.texts)
        state = self.states.get(("service", parsed.source_id))
        returns = state is not None and not state.is_active
        if changes:
            self._set(service, changes)
            service.save()
            self._carry_into_revisions(service, changes)
        if returns and not service.live:
            # It was unpublished by an import, not by an editor.
            self._publish(service)
        elif texts_changed and not changes:
            # Tells the search: the texts lie outside the record's own row.
            service.save()
        self._remember("service", parsed.source_id, now)
        return "updated" if changes or texts_changed or returns else "unchanged"

    def _publish(self, service: Service) -> None:
        # ``title`` must come from the imported texts, which were written after the object was read.
        getattr(service, "_prefetched_objects_cache", {}).pop("imported_texts", None)
        service.save_revision(changed=False).publish()
        service.refresh_from_db()

    def _carry_into_revisions(self, service: Service, changes: dict[str, Any]) -> None:
        """Bring new values into the latest revision: else the editor's next "publish" would bring the old ones back."""
        if not service.has_unpublished_changes:
            if service.live:
                self._publish(service)
            else:
                service.save_revision(changed=False)
            return
        draft = service.get_latest_revision_as_object()
        self._set(draft, changes)
        draft.save_revision()
        self.report.warn("service", service.source_id, "draft-updated", "an editor's draft got the source's new values")

    def _service_now(self, service: Service) -> dict[str, Any]:
        location_keys = {row.pk: key for key, row in self.locations.items()}
        unit_keys = {row.pk: key for key, row in self.units.items()}
        language = default_language()
        return {
            "audience": self.audiences.get(service.access_rule_id),
            "leika_key": service.leika_key,
            "fees": [[row.label.get(language, ""), row.amount_cents] for row in service.fees.all()],
            "online": [[row.kind, row.label.get(language, ""), row.url] for row in service.online_services.all()],
            "places": [
                [location_keys.get(row.location_id, ""), row.duration_minutes, row.appointment_url]
                for row in service.places.all()
            ],
            "units": [unit_keys.get(row.unit_id, "") for row in service.responsibilities.all()],
        }

    def _set(self, service: Service, values: dict[str, Any]) -> None:
        language = default_language()
        if "audience" in values:
            service.access_rule = self.rules[values["audience"]]
        if "leika_key" in values:
            service.leika_key = values["leika_key"]
        rows: dict[str, Callable[[], list[models.Model]]] = {
            "fees": lambda: [
                ServiceFee(sort_order=n, label={language: label}, amount_cents=cents)
                for n, (label, cents) in enumerate(values["fees"])
            ],
            "online": lambda: [
                OnlineService(sort_order=n, kind=kind, label={language: label}, url=url)
                for n, (kind, label, url) in enumerate(values["online"])
            ],
            "places": lambda: [
                ServiceLocation(
                    sort_order=n, location=self.locations[key], duration_minutes=minutes, appointment_url=url
                )
                for n, (key, minutes, url) in enumerate(values["places"])
            ],
            "units": lambda: [
                ServiceResponsibility(sort_order=n, unit=self.units[key]) for n, key in enumerate(values["units"])
            ],
        }
        relations = {"fees": "fees", "online": "online_services", "places": "places", "units": "responsibilities"}
        for key, build in rows.items():
            if key in values:
                getattr(service, relations[key]).set(build())

    def _texts(self, service: Service, texts: dict[str, str]) -> bool:
        """Write the imported layer; return whether anything changed."""
        language = default_language()
        rows = {
            row.field: row for row in service.imported_texts.all() if row.layer == SOURCE and row.language == language
        }
        changed = False
        for field, value in texts.items():
            row = rows.pop(field, None)
            if row is None:
                row = ServiceImportedText(
                    record=service, language=language, field=field, layer=SOURCE, priority=PRIORITY
                )
            elif row.value == value:
                continue
            row.value = value
            row.save()
            changed = True
        for row in rows.values():
            row.delete()
            changed = True
        if changed:
            getattr(service, "_prefetched_objects_cache", {}).pop("imported_texts", None)
        return changed

    def _close_service(self, service: Service) -> None:
        if service.live:
            service.unpublish()

    # -- gone -------------------------------------------------------------------------------------------------

    def _gone(self, kind: str, catalogue: Catalogue, records: dict[str, Any], close: Callable[[Any], None]) -> None:
        missing = sorted(
            key
            for key in records
            if key not in catalogue.seen[kind] and (kind, key) in self.states and self.states[kind, key].is_active
        )
        if missing and catalogue.nameless[kind]:
            # One of the unreadable records may be one of the missing.
            self.report.warn(
                "file", kind, "not-deactivated", f"{len(missing)} missing {kind}s stay: some records have no id"
            )
            return
        for key in missing:
            close(records[key])
            state = self.states[kind, key]
            state.is_active = False
            state.save()
            self.report.add(kind, "deactivated", key)


def unit_key(path: tuple[str, ...]) -> str:
    """Return the key of the unit with these names from the root; names are all the export has."""
    return slugify(" ".join(path).translate(UMLAUTS))[:80]
