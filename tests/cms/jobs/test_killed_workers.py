"""Workers are killed in the middle of events and mails: nothing is lost, nothing comes twice."""

from __future__ import annotations

import os

import pytest

from benchmarks.killed_workers import measure


@pytest.mark.skipif(
    not os.environ.get("MAIL_SINK_DIR") or not os.environ.get("DATABASE_URL", "").startswith("postgres"),
    reason="needs PostgreSQL and the mail sink of bin/services",
)
def test_nothing_is_lost_or_doubled() -> None:
    counts = measure(events=100, kills=4, workers=2)
    assert counts["kills"] == 4
    assert counts["mails"] == 500
    for name in ("lost_events", "doubled_events", "objects_out_of_order", "lost_mails", "doubled_mails"):
        assert counts[name] == 0, counts
