"""Receivers fail, hang, hang up and answer twice while workers are killed: nothing is lost, nothing leaks."""

from __future__ import annotations

import os

import pytest

from benchmarks.told_receivers import INTERNAL, PUBLIC, measure


@pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="needs PostgreSQL of bin/services"
)
def test_every_message_arrives_and_none_elsewhere() -> None:
    counts = measure(events=300, kills=2, workers=2)
    assert (counts["events"], counts["kills"]) == (300, 2)
    public = sum(number % (PUBLIC + INTERNAL) < PUBLIC for number in range(300))
    assert counts["messages"] == 300 + public
    assert {name: counts[name] for name in ("lost", "leaked", "out_of_order")} == {
        "lost": 0,
        "leaked": 0,
        "out_of_order": 0,
    }
