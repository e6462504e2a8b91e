"""What the plugin does in the background."""

from __future__ import annotations

from datetime import timedelta

from cms.contracts.clock import TimedChange
from cms.contracts.events import Happened, Subscriber
from cms.contracts.health import Problem
from cms.contracts.jobs import PeriodicJob
from cms.contracts.notifications import Topic
from cms.contracts.sealed import Sealed
from cms.jobs import job

from .models import DummyNote, DummyTrace


def told(happened: Happened) -> None:
    """Note what happened to a page."""
    DummyTrace.objects.create(words=f"{happened.kind} {happened.verb}")


@job()
def count_notes() -> int:
    """Return how many notes there are."""
    return DummyNote.objects.count()


def health() -> list[Problem]:
    """Complain about notes without a title."""
    empty = DummyNote.objects.filter(title="").count()
    return [Problem(name="dummy", text=f"{empty} Notizen ohne Titel.")] if empty else []


SUBSCRIBERS = [Subscriber(name="pages", handler=told, kind="page", verbs=("published",))]
PERIODIC = [PeriodicJob(name="count", title="Notizen zählen", task=count_notes, every=timedelta(minutes=5))]
#: A note without a title is shown as new for a minute after it was written.
TIMED = [TimedChange(name="new notes", next_at=lambda now: now + timedelta(minutes=1))]
#: What was noted of events is on no page.
UNSEEN = ["dummy.DummyTrace"]
TOPICS = [Topic(name="dummy", title="Neue Notizen")]
#: What lies sealed moves to the newest key.
SEALED = [Sealed(model="dummy.DummyTrace", columns={"words": "dummy"})]
