"""Relevance on judged queries, and what the search costs with many entries, against Elasticsearch asked directly."""

from __future__ import annotations

import itertools
import json
import secrets
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import RequestFactory
from elasticsearch.helpers import streaming_bulk

from benchmarks.figure import Figure
from cms.access.models import AccessRule
from cms.contracts.search import Entry
from search.api import SearchAPI
from search.backends import ask
from search.backends.elasticsearch import ElasticsearchBackend
from search.elastic.client import get_client
from search.elastic.mapping import aside, body, copy_of, read_alias
from search.elastic.rebuild import drop_all, rebuild_index
from search.evaluation import evaluate
from search.indexing import store
from search.models import SearchEntry
from search.queries import SearchQuery, search, suggest
from search.scope import scope_for

DATA = Path(settings.BASE_DIR).parent / "shared" / "data" / "relevance"
REACH = {"munich-keywords": (0.62, 0.558), "omos-qa-de": (0.87, 0.783)}
ENTRIES = 100_000
TEMPLATES = 784
Call = Callable[[], Any]


def figures(*, full: bool) -> Iterator[Figure]:
    """Measure; needs the judged queries beside the project, and Elasticsearch for most of it."""
    if not DATA.is_dir():
        raise SystemExit(f"The judged queries are not there: {DATA}")
    without, asked = 0.0, 0
    for name, (elastic, database) in REACH.items():
        number = len((DATA / name / "queries.jsonl").read_text(encoding="utf-8").splitlines())
        yield Figure(f"search.mrr_database.{name}", evaluate(DATA / name)["mrr"], database)
        if settings.ELASTICSEARCH_URL:
            found = evaluate(DATA / name, "elasticsearch")
            yield Figure(f"search.mrr.{name}", found["mrr"], elastic)
            without, asked = without + found["zero"] * number, asked + number
    if not settings.ELASTICSEARCH_URL:
        print("search: ELASTICSEARCH_URL names no server, the rest is not measured")
        return
    yield Figure("search.percent_without_hit", 100 * without / asked, 1.0, "<=")
    with aside(f"bench-{secrets.token_hex(4)}"), transaction.atomic():
        try:
            yield from _many()
        finally:
            drop_all()
            transaction.set_rollback(True)


def _many() -> Iterator[Figure]:
    queries = [
        json.loads(line)["text"]
        for line in (DATA / "munich-keywords" / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    ][:100]
    _fill(ENTRIES)
    raw, ours, peak = _rebuild_against_bulk()
    print(f"search.rebuild: {ENTRIES / ours:.0f} entries a second, streaming_bulk {ENTRIES / raw:.0f}")
    yield Figure("search.rebuild_speed_of_streaming_bulk", raw / ours, 0.7)
    yield Figure("search.rebuild_memory_mb", peak / 1e6, 100, "<=")
    settings.SEARCH_BACKEND = "elasticsearch"
    api = SearchAPI.as_view()
    factory = RequestFactory()

    def by_api(text: str) -> Call:
        return lambda: api(factory.get("/api/v1/search/", {"q": text})).render()

    bodies: list[dict[str, Any]] = []
    _remember_bodies(bodies, [by_api(text) for text in queries])
    client = get_client()
    for call in [by_api(text) for text in queries[:20]]:
        call()
    ours_ms = _p95([by_api(text) for text in queries])
    raw_ms = _p95([lambda values=values: client.search(**values) for values in bodies])  # type: ignore[misc]
    plain = [
        {"index": read_alias(), "query": {"multi_match": {"query": text, "fields": ["s0", "p0", "g0"]}}, "size": 10}
        for text in queries
    ]
    plain_ms = _p95([lambda values=values: client.search(**values) for values in plain])  # type: ignore[misc,arg-type]
    print(f"search.p95 ms: api {ours_ms:.1f}, same query {raw_ms:.1f}, multi_match {plain_ms:.1f}")
    yield Figure("search.api_over_raw_query", ours_ms / raw_ms, 1.5, "<=")
    yield Figure("search.raw_query_over_multi_match", raw_ms / plain_ms, 4.0, "<=")
    typed = [text[:3] for text in queries]
    scope = scope_for(None, languages=("de",))
    ours_ms = _p95([lambda text=text: suggest(text, reader=None) for text in typed])  # type: ignore[misc]
    raw_ms = _p95([lambda text=text: ask(lambda one: one.beginning([], text.lower(), scope, 32)) for text in typed])  # type: ignore[misc]
    yield Figure("search.suggestions_over_raw_query", ours_ms / raw_ms, 1.5, "<=")
    yield _on_top(queries)


def _fill(number: int) -> None:
    """Make ``number`` entries of real pages: a few hundred analysed once, the others numbered copies of them."""
    lines = (DATA / "omos-qa-de" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()[:TEMPLATES]
    rule = AccessRule.objects.public().pk
    for count, line in enumerate(lines):
        row = json.loads(line)
        store(
            "document",
            f"bench-{count}",
            [Entry(language="de", title=row["title"], url="/", rule_id=rule, body=row["text"])],
        )
    originals = list(SearchEntry.objects.filter(object_id__startswith="bench-"))
    for original in originals:
        original.pk = None
    copies = itertools.cycle(originals)
    for start in range(len(originals), number, 2_000):
        rows = []
        for count in range(start, min(start + 2_000, number)):
            row = next(copies)
            values = {
                field.attname: getattr(row, field.attname)
                for field in SearchEntry._meta.fields
                if field.attname != "id"
            }
            rows.append(SearchEntry(**values | {"object_id": f"bench-{count}", "fold_key": f"document:bench-{count}"}))
        SearchEntry.objects.bulk_create(rows)


def _rebuild_against_bulk() -> tuple[float, float, int]:
    """Return seconds of streaming_bulk with the same documents, seconds of our rebuild, its peak of memory in bytes."""
    client = get_client().options(request_timeout=60)
    name = f"{read_alias()}-raw"
    client.indices.create(
        index=name, **(body() | {"settings": body()["settings"] | {"refresh_interval": "-1", "number_of_replicas": 0}})
    )
    documents = ((row.pk, json.loads(copy_of(row))) for row in SearchEntry.objects.iterator(chunk_size=1_000))
    spent = 0.0
    while portion := [
        {"_index": name, "_id": str(pk), "_source": source} for pk, source in itertools.islice(documents, 5_000)
    ]:
        began = time.perf_counter()
        for _answer in streaming_bulk(client, portion, chunk_size=500):
            pass
        spent += time.perf_counter() - began
    began = time.perf_counter()
    client.indices.refresh(index=name)
    spent += time.perf_counter() - began
    client.indices.delete(index=name)
    began = time.perf_counter()
    rebuild_index()
    ours = time.perf_counter() - began
    tracemalloc.start()
    rebuild_index()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return spent, ours, peak


def _remember_bodies(bodies: list[dict[str, Any]], calls: list[Call]) -> None:
    """Keep what the engine is asked for hits, to ask the same directly."""
    find = type(get_client()).search

    def remembering(self: Any, **values: Any) -> Any:
        if "collapse" in values:
            bodies.append(values)
        return find(self, **values)

    type(get_client()).search = remembering  # type: ignore[method-assign]
    try:
        for call in calls:
            call()
    finally:
        type(get_client()).search = find  # type: ignore[method-assign]


def _on_top(queries: list[str]) -> Figure:
    """Return the median of a search's time that is not spent waiting for the engine."""
    waiting: list[float] = []
    find = ElasticsearchBackend.find

    def timed(self: Any, *args: Any, **values: Any) -> Any:
        began = time.perf_counter()
        try:
            return find(self, *args, **values)
        finally:
            waiting.append(time.perf_counter() - began)

    ElasticsearchBackend.find = timed  # type: ignore[method-assign]
    try:
        rest = []
        for text in queries:
            whole = _seconds(lambda text=text: search(SearchQuery(text=text), reader=None))  # type: ignore[misc]
            rest.append(1_000 * (whole - waiting[-1]))
    finally:
        ElasticsearchBackend.find = find  # type: ignore[method-assign]
    return Figure("search.ms_on_top_of_the_engine", statistics.median(rest), 25, "<=")


def _p95(calls: list[Call]) -> float:
    """Return the 95th percentile in milliseconds, each call three times, the best of them."""
    times = sorted(min(_seconds(call) for _again in range(3)) for call in calls)
    return 1_000 * times[int(len(times) * 0.95)]


def _seconds(call: Call) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
