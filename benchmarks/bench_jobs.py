"""2,000 events and 10,000 mails over SMTP while twenty workers are killed; what the queue costs."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figure import Figure
from benchmarks.killed_workers import measure

EVENTS, KILLS, WORKERS = 2_000, 20, 4


def figures(*, full: bool) -> Iterator[Figure]:
    """Measure on the PostgreSQL and the mail sink of ``bin/services``."""
    counts = measure(events=EVENTS, kills=KILLS, workers=WORKERS)
    print(f"jobs.seconds {counts['seconds']:.0f}, mails a second {counts['mails'] / counts['seconds']:.0f}")
    print(f"jobs.mails_settled_by_the_journal {counts['unconfirmed']}")
    yield Figure("jobs.workers_killed", counts["kills"], KILLS)
    yield Figure("jobs.mails", counts["mails"], EVENTS * 5)
    for name in ("lost_events", "doubled_events", "objects_out_of_order", "lost_mails", "doubled_mails"):
        yield Figure(f"jobs.{name}", counts[name], 0, "<=")
