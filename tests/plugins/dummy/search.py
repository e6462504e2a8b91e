"""Notes in the search."""

from collections.abc import Iterable
from typing import Any

from cms.contracts.search import Entry

from .models import DummyNote


class DummyDocument:
    """One entry a note."""

    kind = "dummy"
    label = "Notizen"
    icon = "file-text"
    model = DummyNote
    dependents: dict[str, str] = {}

    def queryset(self) -> Any:
        """Return all notes."""
        return DummyNote.objects.all()

    def entries(self, obj: DummyNote) -> Iterable[Entry]:
        """Yield the entry of a note."""
        yield Entry(language="de", title=obj.title, url=f"/dummy/{obj.pk}/", rule_id=obj.access_rule_id, body=obj.text)


DOCUMENTS = [DummyDocument()]
