"""Pages: from the cache, without it, in large trees."""

from __future__ import annotations

import os
from collections.abc import Iterator

from benchmarks.figure import Figure
from benchmarks.own_database import run


def figures(*, full: bool) -> Iterator[Figure]:
    """Measure on databases of their own on the server of DATABASE_URL."""
    redis = os.environ.get("REDIS_URL", "")
    pages = run("content_pages", BENCH_REDIS_URL=redis)
    yield Figure("content.cached.throughput_vs_static_file", pages["cached_vs_static"], 0.5)
    yield Figure("content.uncached.throughput_vs_bare_view", pages["uncached_vs_bare"], 0.6)
    yield Figure("content.uncached.queries_at_most", pages["queries_uncached"], 12, "<=")
    yield Figure("content.cached.queries_at_most", pages["queries_cached"], 2, "<=")
    print(f"content.uncached.most_queries_at {pages['most_queries_at']}")
    small, large = run("content_tree", 500), run("content_tree", 50_000, "move")
    for name in ("explorer", "menus", "saving"):
        print(f"content.tree.{name}.milliseconds {small[name]:.0f} with 500 pages, {large[name]:.0f} with 50,000")
        yield Figure(f"content.tree.{name}.50000_vs_500", large[name] / small[name], 1.5, "<=")
    yield Figure("content.move_5000.seconds", large["move_seconds"], 3, "<=")
    yield Figure("content.move_5000.wrong_entries", large["move_wrong"], 0, "<=")
