"""The API: lists against a plain view of the same fields, and the end of very long lists."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figure import Figure
from benchmarks.own_database import run


def figures(*, full: bool) -> Iterator[Figure]:
    """Measure on a database of its own on the server of DATABASE_URL."""
    found = run("api_lists")
    yield Figure("api.services_50.throughput_vs_plain_view", found["services_vs_plain"], 0.6)
    yield Figure("api.locations_1000000.last_page_vs_first", found["last_vs_first"], 1.3, "<=")
    yield Figure("api.locations_1000000.middle_page_vs_first", found["middle_vs_first"], 1.3, "<=")
    print(f"api.locations_1000000.first_page.milliseconds {found['first_milliseconds']:.1f}")
