"""How good the search is: judged queries over a corpus (BEIR layout: corpus.jsonl, queries.jsonl, qrels.tsv)."""

from __future__ import annotations

import csv
import json
import math
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction

from cms.access.models import AccessRule
from cms.contracts.search import Entry

from .demo import load_shipped_synonyms
from .elastic.mapping import aside
from .elastic.rebuild import drop_all, fill
from .indexing import store
from .models import SearchEntry
from .queries import SearchQuery, search

TOP = 10


def evaluate(folder: Path, engine: str = "database") -> dict[str, float]:
    """Return ndcg, mrr, recall (each at ten) and zero (share of queries without hits) of one BEIR folder.

    The corpus is indexed aside, in a transaction that is rolled back, through the site's own analysis and query builder.
    ``engine``: "database", or "elasticsearch" with an index of its own, deleted afterwards. Raises ValueError for a folder that is no BEIR folder.
    """
    try:
        corpus = [
            json.loads(line) for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines() if line
        ]
        queries = [
            json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines() if line
        ]
        with (folder / "qrels.tsv").open(encoding="utf-8") as handle:
            judged: dict[str, dict[str, int]] = {}
            for row in csv.DictReader(handle, delimiter="\t"):
                judged.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"{folder} is not a BEIR folder: {error}") from error
    with transaction.atomic():
        try:
            load_shipped_synonyms()
            with _index_aside(engine):
                return _measure(corpus, queries, judged, engine)
        finally:
            transaction.set_rollback(True)


@contextmanager
def _index_aside(engine: str) -> Iterator[None]:
    if engine != "elasticsearch":
        yield
        return
    with aside(f"evaluation-{secrets.token_hex(4)}"):
        try:
            yield
        finally:
            drop_all()


def _measure(
    corpus: list[dict[str, Any]], queries: list[dict[str, Any]], judged: dict[str, dict[str, int]], engine: str
) -> dict[str, float]:
    kind, rule_id = "evaluation", AccessRule.objects.public().pk
    filtered = "city" in corpus[0]
    for row in corpus:
        entry = Entry(
            language="de",
            title=row["title"],
            url="/",
            rule_id=rule_id,
            body=row.get("text") or "",
            district=row.get("city") or "",
        )
        store(kind, row["_id"], [entry])
    if engine == "elasticsearch":
        fill(SearchEntry.objects.filter(kind=kind))
    totals = {"ndcg": 0.0, "mrr": 0.0, "recall": 0.0, "zero": 0.0}
    counted = [query for query in queries if query["_id"] in judged]
    for query in counted:
        found = search(
            SearchQuery(
                text=query["text"],
                kinds=(kind,),
                districts=(query["city"],) if filtered and query.get("city") else (),
                size=TOP,
                language="de",
            ),
            reader=None,
            engine=engine,
        )
        relevant = judged[query["_id"]]
        gains = [relevant.get(hit.object_id, 0) for hit in found.hits]
        ideal = sum(
            score / math.log2(rank + 2) for rank, score in enumerate(sorted(relevant.values(), reverse=True)[:TOP])
        )
        totals["ndcg"] += sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains)) / ideal
        totals["mrr"] += next((1 / (rank + 1) for rank, gain in enumerate(gains) if gain), 0.0)
        totals["recall"] += sum(1 for gain in gains if gain) / len(relevant)
        totals["zero"] += found.total == 0
    return {key: value / len(counted) for key, value in totals.items()}
