"""What one can subscribe to, and take as a whole."""

from __future__ import annotations

from datetime import UTC, date, datetime

from cms.contracts.datasets import Dataset
from cms.contracts.feeds import Feed, FeedContent, FeedEntry

from .models import DummyNote


def notes() -> FeedContent:
    """Return the notes that everybody may see."""
    rows = DummyNote.objects.visible_to(None)
    return FeedContent(
        title="Notizen",
        entries=lambda: [
            FeedEntry(
                key=f"dummy/{row.pk}",
                title=row.title,
                url=row.get_absolute_url(),
                updated=datetime(2026, 1, 1, tzinfo=UTC),
            )
            for row in rows
        ],
    )


FEEDS = [Feed(name="notes", title="Notizen", view="dummy:index", read=notes)]
DATASETS = [
    Dataset(
        name="notizen",
        kind="dummynote",
        title="Notizen",
        description="Alle Notizen, die jeder lesen darf.",
        keywords=("Notizen",),
        since=date(2026, 11, 28),
    )
]
