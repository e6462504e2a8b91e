"""The search with many entries, against Elasticsearch asked directly. Run by bench_search on a database of its own.

Entries are real pages, shortened to what a city's page has in the mean, some hundred of them analysed and numbered
copies of those. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import itertools
import json
import secrets
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from elasticsearch.helpers import streaming_bulk

from cms.access.models import AccessRule
from cms.contracts.search import Entry
from cms.operations.demo import load_demo
from search.api import SearchAPI
from search.elastic.client import get_client
from search.elastic.mapping import aside, body, copy_of, read_alias
from search.elastic.rebuild import drop_all, rebuild_index
from search.indexing import project_pending, rebuild, store
from search.models import PendingObject, SearchEntry
from search.queries import SearchQuery, search, suggest

DATA = Path(settings.BASE_DIR).parent / "shared" / "data" / "relevance"
TEMPLATES, LENGTH = 400, 1_500
QUERIES, SAVES, WARM_UP = 100, 60, 5
Call = Callable[[], Any]


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("entries", type=int)
    parser.add_argument("--p95-only", action="store_true")
    options = parser.parse_args()
    settings.SEARCH_BACKEND = "elasticsearch"
    settings.ELASTICSEARCH_TIMEOUT = 20.0
    found: dict[str, float] = {}
    with aside(f"bench-{secrets.token_hex(4)}"):
        try:
            if not options.p95_only:
                load_demo(lambda line: None)
                found["projected_per_second"] = _reprojection()
                PendingObject.objects.all().delete()  # all of it has just been built
            fill(options.entries)
            if options.p95_only:
                rebuild_index()
                found["p95"] = _p95([lambda text=text: _api(text) for text in _queries()])  # type: ignore[misc]
            else:
                found |= _rebuild(options.entries) | _searches() | _page()
        finally:
            drop_all()
    if not options.p95_only:
        found |= _saves(options.entries)
    print(json.dumps(found))


def _queries() -> list[str]:
    lines = (DATA / "munich-keywords" / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines][:QUERIES]


def fill(number: int) -> None:
    """Make ``number`` entries."""
    lines = (DATA / "omos-qa-de" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()[:TEMPLATES]
    rule = AccessRule.objects.public().pk
    for count, line in enumerate(lines):
        row = json.loads(line)
        entry = Entry(
            language="de",
            title=row["title"],
            url="/",
            rule_id=rule,
            body=row["text"][:LENGTH],
            district=row.get("city", ""),
        )
        store("document", f"bench-{count}", [entry])
    columns = [field.column for field in SearchEntry._meta.fields if field.column != "id"]
    own = {"object_id": "'bench-' || n", "fold_key": "'document:bench-' || n"}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO search_searchentry ({", ".join(columns)})
            SELECT {", ".join(own.get(column, column) for column in columns)}
            FROM generate_series(%s, %s) n
            JOIN search_searchentry t ON t.object_id = 'bench-' || (n %% %s) AND t.kind = 'document'""",
            [len(lines), number - 1, len(lines)],
        )
        cursor.execute("ANALYZE")


def _reprojection() -> float:
    began = time.perf_counter()
    rebuild()
    return SearchEntry.objects.count() / (time.perf_counter() - began)


def _rebuild(number: int) -> dict[str, float]:
    """Compare our rebuild with streaming_bulk of the same documents, in two pairs; watch the memory of ours."""
    pairs = [(_streaming_bulk(), _seconds(rebuild_index)) for _pair in range(2)]
    with _Memory() as memory:
        rebuild_index()
    return {
        "rebuild_ratio": statistics.median(raw / ours for raw, ours in pairs),
        "rebuild_per_second": number / min(ours for _raw, ours in pairs),
        "bulk_per_second": number / min(raw for raw, _ours in pairs),
        "rebuild_memory_mb": memory.grown / 1e6,
    }


def _streaming_bulk() -> float:
    """Return the seconds that streaming_bulk needs, without reading and decoding the documents."""
    client = get_client().options(request_timeout=60)
    name = f"{read_alias()}-raw"
    made = body() | {"settings": body()["settings"] | {"refresh_interval": "-1", "number_of_replicas": 0}}
    client.indices.create(index=name, **made)
    rows = SearchEntry.objects.order_by("pk").iterator(chunk_size=1_000)
    documents = ((row.pk, json.loads(copy_of(row))) for row in rows)
    spent = 0.0
    while portion := [
        {"_index": name, "_id": str(pk), "_source": source} for pk, source in itertools.islice(documents, 5_000)
    ]:
        spent += _seconds(lambda: [None for _answer in streaming_bulk(client, portion, chunk_size=500)])  # noqa: B023
    spent += _seconds(lambda: client.indices.refresh(index=name))
    client.indices.delete(index=name)
    return spent


class _Memory:
    """Watches by how much the resident memory of this process grows."""

    def __enter__(self) -> _Memory:
        self._before = self._highest = self._now()
        self._done = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._watch.join()
        self.grown = self._highest - self._before

    def _look(self) -> None:
        while not self._done.wait(0.05):
            self._highest = max(self._highest, self._now())

    @staticmethod
    def _now() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


_factory = RequestFactory()
_view = SearchAPI.as_view()


def _api(text: str) -> Any:
    return _view(_factory.get("/api/v1/search/", {"q": text})).render()


def _searches() -> dict[str, float]:
    queries = _queries()
    typed = [text[:3] for text in queries]
    bodies = _asked([lambda text=text: _api(text) for text in queries], "collapse")  # type: ignore[misc]
    beginnings = _asked([lambda text=text: suggest(text, reader=None) for text in typed], "sort")  # type: ignore[misc]
    client = get_client()
    name = _plain_index()
    plain = [
        {"index": name, "query": {"multi_match": {"query": text, "fields": ["title^3", "body"]}}, "size": 10}
        for text in queries
    ]
    # In turn, so that what else the machine does falls on all of them alike.
    rounds = [
        (
            _p95([lambda text=text: _api(text) for text in queries]),  # type: ignore[misc]
            _p95([lambda values=values: client.search(**values) for values in bodies]),  # type: ignore[misc]
            _p95([lambda values=values: client.search(**values) for values in plain]),  # type: ignore[misc]
        )
        for _round in range(3)
    ]
    pairs = [
        (
            _p95([lambda text=text: suggest(text, reader=None) for text in typed]),  # type: ignore[misc]
            _p95([lambda values=values: client.search(**values) for values in beginnings]),  # type: ignore[misc]
        )
        for _round in range(3)
    ]
    client.indices.delete(index=name)
    return {
        "api_ms": statistics.median(api for api, _raw, _plain in rounds),
        "raw_ms": statistics.median(raw for _api, raw, _plain in rounds),
        "multi_match_ms": statistics.median(plain for _api, _raw, plain in rounds),
        "api_over_raw": statistics.median(api / raw for api, raw, _plain in rounds),
        "raw_over_multi_match": statistics.median(raw / plain for _api, raw, plain in rounds),
        "suggestions_over_raw": statistics.median(ours / raw for ours, raw in pairs),
    }


def _plain_index() -> str:
    """Make an index of the same texts as anybody would: two fields, Elasticsearch's own German analysis."""
    client = get_client().options(request_timeout=60)
    name = f"{read_alias()}-plain"
    field = {"type": "text", "analyzer": "german"}
    client.indices.create(
        index=name,
        mappings={"properties": {"title": field, "body": field}},
        settings={"number_of_replicas": 0, "refresh_interval": "-1"},
    )
    rows = SearchEntry.objects.values_list("pk", "title", "body").iterator(chunk_size=2_000)
    actions = ({"_index": name, "_id": str(pk), "title": title, "body": text} for pk, title, text in rows)
    for _answer in streaming_bulk(client, actions, chunk_size=1_000):
        pass
    client.indices.refresh(index=name)
    return name


def _asked(calls: list[Call], mark: str) -> list[dict[str, Any]]:
    """Return what Elasticsearch is asked in ``calls``, of the requests that have the parameter ``mark``."""
    found: list[dict[str, Any]] = []
    ask_server = type(get_client()).search

    def remembering(self: Any, **values: Any) -> Any:
        if mark in values:
            found.append(values)
        return ask_server(self, **values)

    type(get_client()).search = remembering  # type: ignore[method-assign]
    try:
        for call in calls:
            call()
    finally:
        type(get_client()).search = ask_server  # type: ignore[method-assign]
    return found


def _page() -> dict[str, float]:
    """Return the results page's time that is not spent waiting for Elasticsearch, and its SQL queries."""
    waiting = [0.0]
    perform = type(get_client().transport).perform_request

    def timed(self: Any, *args: Any, **values: Any) -> Any:
        began = time.perf_counter()
        try:
            return perform(self, *args, **values)
        finally:
            waiting[0] += time.perf_counter() - began

    settings.ALLOWED_HOSTS = ["*"]
    client = Client(headers={"user-agent": "Mozilla/5.0"})
    client.get("/suche/", {"q": "Ausweis"})
    type(get_client().transport).perform_request = timed  # type: ignore[method-assign]
    rest, asked = [], []
    try:
        for text in _queries():
            waiting[0] = 0.0
            whole = _seconds(lambda text=text: client.get("/suche/", {"q": text}))  # type: ignore[misc]
            rest.append(1_000 * (whole - waiting[0]))
    finally:
        type(get_client().transport).perform_request = perform  # type: ignore[method-assign]
    for text in _queries():
        client.get("/suche/", {"q": text})  # what processes remember for some seconds is read again now and then
        with CaptureQueriesContext(connection) as captured:
            client.get("/suche/", {"q": text})
        asked.append(len(captured))
    return {"page_ms_on_top": statistics.median(rest), "page_queries": sorted(asked)[int(len(asked) * 0.95)]}


def _saves(number: int) -> dict[str, float]:
    """Return how long after saving a service it is found, with ``number`` entries and a worker running, in seconds."""
    from plugins.services.models import Service

    rebuild_index()
    worker = subprocess.Popen([sys.executable, "manage.py", "work", "--interval", "0.1"], cwd=settings.BASE_DIR)
    try:
        time.sleep(5)
        service = Service.objects.order_by("pk").first()
        times = []
        for count in range(WARM_UP + SAVES):
            word = f"Quendelzwirn{count}{secrets.token_hex(2)}"
            service.set_texts({("title", "de"): word})
            began = time.perf_counter()
            service.save()
            while search(SearchQuery(text=word), reader=None, engine="elasticsearch").total != 1:
                if time.perf_counter() - began > 30:
                    break
                time.sleep(0.02)
            times.append(time.perf_counter() - began)
        while project_pending(500):
            pass
    finally:
        worker.terminate()
        worker.wait(30)
        drop_all()
    times = sorted(times[WARM_UP:])  # at first the worker has all the events of the demo to work off
    return {"save_median_s": statistics.median(times), "save_p99_s": times[int(len(times) * 0.99)]}


def _p95(calls: list[Call]) -> float:
    """Return the 95th percentile in milliseconds, each call twice, the better of them."""
    times = sorted(min(_seconds(call) for _again in range(2)) for call in calls)
    return 1_000 * times[int(len(times) * 0.95)]


def _seconds(call: Call) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
