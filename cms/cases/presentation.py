"""What the page of a case shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cms.directory.models import Location, OrganisationUnit
from cms.directory.presentation import present
from cms.records.texts import localized

from .models import Case, CaseEntry
from .services import text_of


@dataclass(frozen=True)
class ShownStep:
    """A named step; ``place`` is "before", "present" or "after"."""

    title: str
    place: str


@dataclass(frozen=True)
class ShownEntry:
    """A public entry of the history."""

    at: datetime
    title: str
    text: str


def shown(case: Case, reader: Any) -> dict[str, Any]:
    """Return what the template shows of ``case``; of its unit only what ``reader`` (a request) may see."""
    units = OrganisationUnit.objects.visible_to(reader).with_texts().filter(pk=case.unit_id)
    unit = units.first() if case.unit_id else None
    places = []
    if unit is not None:
        rows = Location.objects.visible_to(reader).filter(is_active=True, units=unit).with_texts()
        places = [present(place) for place in rows.with_children("hours", "exceptions")]
    entries = case.entries.filter(public=True).select_related("words").order_by("-pk")
    return {
        "case": case,
        "unit": unit,
        "places": places,
        "steps": _steps(case),
        "entries": [ShownEntry(entry.at, _title(entry, case), text_of(entry)) for entry in entries],
    }


def _steps(case: Case) -> list[ShownStep]:
    over = case.state == Case.State.DONE
    steps = []
    for number, names in enumerate(case.steps):
        place = "before" if over or number < case.step else "present" if number == case.step else "after"
        steps.append(ShownStep(localized(names), place))
    return steps


def _title(entry: CaseEntry, case: Case) -> str:
    """Return what happened in words; "" for a verb of an app that says everything in its text."""
    if entry.verb == "opened":
        return _("We have received your application.")
    if entry.verb == "moved" and 0 <= entry.data.get("step", -1) < len(case.steps):
        return _("Now: %(step)s") % {"step": localized(case.steps[entry.data["step"]])}
    if entry.verb == "state" and entry.data.get("state") in Case.State.values:
        return _("Present state: %(state)s") % {"state": Case.State(entry.data["state"]).label}
    if entry.verb == "expected" and entry.data.get("on"):
        on = date.fromisoformat(entry.data["on"])
        return _("Expected to be finished by %(day)s") % {"day": date_format(on, "DATE_FORMAT")}
    return ""
