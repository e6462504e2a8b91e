"""What the plugin shows in menus, on start pages and in the tour, and who refers to what."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from cms.accounts.roles import EDITORS_GROUP
from cms.contracts.navigation import MenuItem, TourStep
from cms.contracts.portal import Action, Tile
from cms.contracts.references import Use

from .models import DummyNote

ROLES = {EDITORS_GROUP: ["dummy.add_dummynote", "dummy.change_dummynote"]}


def notes_for(reader: Any) -> list[DummyNote]:
    """Return the notes ``reader`` may see: what others ask for by the capability "dummy_notes"."""
    return list(DummyNote.objects.visible_to(reader))


def menu(request: HttpRequest) -> list[MenuItem]:
    """Return the entry of the main menu."""
    return [MenuItem(title="Notizen", url=reverse("dummy:index"), order=90)]


def tour() -> list[TourStep]:
    """Return the step of the tour."""
    return [TourStep(title="Notizen ansehen", text="Alle.", url=reverse("dummy:index"))]


def smoke() -> list[str]:
    """Return what must answer."""
    return [reverse("dummy:index")]


def tiles(request: HttpRequest) -> list[Tile]:
    """Return how many notes the reader may see."""
    count = DummyNote.objects.visible_to(request).count()
    return [Tile(title="Notizen im Haus", value=count, url=reverse("dummy:index"))]


def actions(request: HttpRequest) -> list[Action]:
    """Return what the reader may begin."""
    if not request.user.has_perm("dummy.add_dummynote"):
        return []
    return [Action(title="Notiz schreiben", url=reverse("dummy:index"))]


def uses(kind: str, object_id: str) -> list[Use]:
    """Return the notes about the object."""
    return [Use(title=note) for note in DummyNote.objects.filter(about_kind=kind, about_id=object_id)]


def load(data: dict[str, Any], report: Any) -> None:
    """Create the demo's note."""
    DummyNote.objects.get_or_create(title="Beispielnotiz")
    report("1 note")
