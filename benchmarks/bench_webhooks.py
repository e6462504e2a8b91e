"""10,000 events for two receivers that fail, hang, hang up and answer twice, while ten workers are killed."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figure import Figure
from benchmarks.told_receivers import measure

EVENTS, KILLS, WORKERS = 10_000, 10, 3


def figures(*, full: bool) -> Iterator[Figure]:
    """Measure on the PostgreSQL of ``bin/services``."""
    counts = measure(events=EVENTS, kills=KILLS, workers=WORKERS)
    print(f"webhooks.seconds {counts['seconds']:.0f}, messages a second {counts['messages'] / counts['seconds']:.0f}")
    print(f"webhooks.duplicates {counts['duplicates']}")
    yield Figure("webhooks.workers_killed", counts["kills"], KILLS)
    yield Figure("webhooks.events", counts["events"], EVENTS)
    for name in ("lost", "leaked", "out_of_order"):
        yield Figure(f"webhooks.{name}", counts[name], 0, "<=")
