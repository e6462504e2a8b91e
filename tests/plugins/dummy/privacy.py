"""What the plugin keeps about a person."""

from typing import Any

from cms.contracts.privacy import PersonalData

from .models import DummyNote


def export(user: Any) -> list[dict[str, Any]]:
    """Return the person's notes."""
    return [{"title": note.title, "text": note.text} for note in DummyNote.objects.filter(owner=user)]


def erase(user: Any) -> int:
    """Delete the person's notes."""
    return DummyNote.objects.filter(owner=user).delete()[0]


DATA = [
    PersonalData(
        name="notes",
        title="Notizen",
        models=("dummy.DummyNote",),
        export=export,
        erase=erase,
        retention="bis zur Löschung",
    )
]
