"""Relevance on judged queries, and the time of a search over many entries."""

from __future__ import annotations

import itertools
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction

from benchmarks.figure import Figure
from cms.access.models import AccessRule
from cms.contracts.search import Entry
from search.evaluation import evaluate
from search.indexing import store
from search.queries import SearchQuery, search, suggest

DATA = Path(settings.BASE_DIR).parent / "shared" / "data" / "relevance"
REACH = {"munich-keywords": 0.52, "omos-qa-de": 0.78}
ENTRIES = 5_000


def figures(*, full: bool) -> Iterator[Figure]:
    """Measure; needs the judged queries beside the project."""
    if not DATA.is_dir():
        raise SystemExit(f"The judged queries are not there: {DATA}")
    for name, reach in REACH.items():
        yield Figure(f"search.mrr.{name}", evaluate(DATA / name)["mrr"], reach)
    lines = (DATA / "omos-qa-de" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    queries = [
        json.loads(line)["text"]
        for line in (DATA / "munich-keywords" / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    number = ENTRIES * (4 if full else 1)
    with transaction.atomic():
        rule = AccessRule.objects.public().pk
        for count, line in zip(range(number), itertools.cycle(lines), strict=False):
            row = json.loads(line)
            title = f"{row['title']} {count // len(lines)}"
            store(
                "document",
                f"bench-{count}",
                [Entry(language="de", title=title, url="/", rule_id=rule, body=row["text"])],
            )
        searches = [_seconds(lambda text=text: search(SearchQuery(text=text), reader=None)) for text in queries[:60]]  # type: ignore[misc]
        typed = [_seconds(lambda text=text: suggest(text[:3], reader=None)) for text in queries[:60]]  # type: ignore[misc]
        transaction.set_rollback(True)
    print(f"search.entries {number}")
    yield Figure("search.seconds.median", statistics.median(searches), 1.0, "<=")
    yield Figure("search.seconds.p95", sorted(searches)[int(len(searches) * 0.95)], 1.0, "<=")
    yield Figure("search.suggestion_seconds.median", statistics.median(typed), 0.2, "<=")


def _seconds(call: object) -> float:
    began = time.perf_counter()
    call()  # type: ignore[operator]
    return time.perf_counter() - began
