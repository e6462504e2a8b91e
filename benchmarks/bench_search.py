"""Relevance on judged queries, what the search costs with many entries, and what it loses when servers die."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from benchmarks import own_database
from benchmarks.figure import Figure
from search.evaluation import evaluate

DATA = Path(settings.BASE_DIR).parent / "shared" / "data" / "relevance"
NONSENSE = Path(settings.BASE_DIR) / "tests" / "search" / "nonsense.txt"
REACH = {"munich-keywords": (0.62, 0.558), "omos-qa-de": (0.87, 0.783)}
ENTRIES, MANY = 100_000, 1_000_000


def figures(*, full: bool) -> Iterator[Figure]:
    """Measure; needs the judged queries beside the project and the servers of ``bin/services``."""
    if not DATA.is_dir():
        raise SystemExit(f"The judged queries are not there: {DATA}")
    missing = [name for name in ("DATABASE_URL", "ELASTICSEARCH_URL", "EMAIL_URL") if not os.environ.get(name)]
    if missing:
        raise SystemExit(f'Not set: {", ".join(missing)}. Run: bin/services start; eval "$(bin/services env)"')
    yield from _relevance()
    answered = own_database.run("search_nonsense", NONSENSE)
    for engine, number in answered.items():
        yield Figure(f"search.nonsense_answered_by_nothing.{engine}", 100 - number, 90)
    yield from _many()
    if full:
        few = own_database.run("search_many", 10_000, "--p95-only")["p95"]
        many = own_database.run("search_many", MANY, "--p95-only")["p95"]
        print(f"search.p95 ms: {few:.1f} with 10,000 entries, {many:.1f} with {MANY:,}")
        yield Figure("search.growth_p95", many / few, 2.5, "<=")
        for name, value in own_database.run("search_durability").items():
            yield Figure(f"search.{name}", value, 0, "<=")


def _relevance() -> Iterator[Figure]:
    without, asked = 0.0, 0
    for name, (elastic, database) in REACH.items():
        number = len((DATA / name / "queries.jsonl").read_text(encoding="utf-8").splitlines())
        found = evaluate(DATA / name, "elasticsearch")
        yield Figure(f"search.mrr.{name}", found["mrr"], elastic)
        yield Figure(f"search.mrr_database.{name}", evaluate(DATA / name)["mrr"], database)
        without, asked = without + found["zero"] * number, asked + number
    yield Figure("search.percent_without_hit", 100 * without / asked, 1.0, "<=")


def _many() -> Iterator[Figure]:
    found = own_database.run("search_many", ENTRIES)
    print(
        f"search.entries a second: rebuilt {found['rebuild_per_second']:.0f}, streaming_bulk {found['bulk_per_second']:.0f}, "
        f"made again from the records {found['projected_per_second']:.0f}"
    )
    print(
        f"search.p95 ms: api {found['api_ms']:.1f}, same query {found['raw_ms']:.1f}, multi_match {found['multi_match_ms']:.1f}"
    )
    yield Figure("search.api_over_raw_query", found["api_over_raw"], 1.5, "<=")
    yield Figure("search.raw_query_over_multi_match", found["raw_over_multi_match"], 4.0, "<=")
    yield Figure("search.suggestions_over_raw_query", found["suggestions_over_raw"], 1.5, "<=")
    yield Figure("search.page_ms_on_top_of_the_engine", found["page_ms_on_top"], 25, "<=")
    yield Figure("search.page_sql_queries", found["page_queries"], 4, "<=")
    yield Figure("search.rebuild_speed_of_streaming_bulk", found["rebuild_ratio"], 0.7)
    yield Figure("search.rebuild_memory_mb", found["rebuild_memory_mb"], 100, "<=")
    yield Figure("search.save_to_findable_median_s", found["save_median_s"], 1.0, "<=")
    yield Figure("search.save_to_findable_p99_s", found["save_p99_s"], 3.0, "<=")
