"""What a result shows besides title and text, from what its entry stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.directory.hours import Schedule

from .models import SearchEntry

#: Name of a fact -> icon, and what a screen reader says before it.
FACTS: dict[str, tuple[str, Any]] = {
    "fee": ("banknote", _("Fee")),
    "papers": ("files", _("Papers")),
    "duration": ("hourglass", _("Duration")),
    "unit": ("landmark", _("Office")),
    "address": ("map-pin", _("Address")),
    "function": ("briefcase", _("Function")),
    "room": ("door-open", _("Room")),
    "file": ("file", _("File")),
}


@dataclass(frozen=True)
class Fact:
    """One short statement about a result."""

    name: str
    label: Any
    icon: str
    text: str


@dataclass(frozen=True)
class HitCard:
    """The card of one result, its opening as of now. ``is_open`` is None when no hours are known."""

    facts: tuple[Fact, ...] = ()
    action_label: str = ""
    action_url: str = ""
    phone: str = ""
    place: str = ""
    is_open: bool | None = None
    opening: str = ""


def card_of(row: SearchEntry) -> HitCard:
    """Return the card of an entry. Facts of an unknown name are left out."""
    stored = row.card
    status = Schedule.restored(stored["hours"]).status() if stored.get("hours") else None
    return HitCard(
        facts=tuple(
            Fact(name, FACTS[name][1], FACTS[name][0], text) for name, text in stored.get("facts", ()) if name in FACTS
        ),
        action_label=stored.get("action_label", ""),
        action_url=stored.get("action_url", ""),
        phone=stored.get("phone", ""),
        place=stored.get("place", ""),
        is_open=status.is_open and not status.by_appointment if status else None,
        opening=status.label if status else "",
    )
