"""``manage.py search_eval DIR…``: measure the search on judged queries (BEIR folders)."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cms.access.models import AccessRule
from cms.contracts.search import Entry
from search.indexing import store
from search.queries import SearchQuery, search

TOP = 10


class Command(BaseCommand):
    """Index each corpus aside (in a transaction that is rolled back) through the site's own analysis and query builder."""

    help = "Prints nDCG@10, MRR@10, recall@10 and the share of queries without hits for BEIR folders."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folders", nargs="+", type=Path)
        parser.add_argument("--backend", default="database", choices=["database"])
        parser.add_argument("--json", type=Path, help="write the figures to this file")
        parser.add_argument("--baseline", type=Path, help="fail when a figure is below this file's by more than 0.01")

    def handle(self, *args: Any, **options: Any) -> None:
        figures = {folder.name: self._evaluate(folder) for folder in options["folders"]}
        for name, values in figures.items():
            line = " ".join(f"{key} {value:.3f}" for key, value in values.items())
            self.stdout.write(f"{name}: {line}")
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=1))
        if options["baseline"]:
            before = json.loads(options["baseline"].read_text())
            worse = [
                f"{name} {key}: {values[key]:.3f} instead of {before[name][key]:.3f}"
                for name, values in figures.items()
                for key in ("ndcg", "mrr", "recall")
                if name in before and values[key] < before[name][key] - 0.01
            ]
            if worse:
                raise CommandError("The search got worse:\n" + "\n".join(worse))

    def _evaluate(self, folder: Path) -> dict[str, float]:
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
            raise CommandError(f"{folder} is not a BEIR folder: {error}") from error
        with transaction.atomic():
            try:
                return self._measure(corpus, queries, judged)
            finally:
                transaction.set_rollback(True)

    def _measure(
        self, corpus: list[dict[str, Any]], queries: list[dict[str, Any]], judged: dict[str, dict[str, int]]
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
        totals = {"ndcg": 0.0, "mrr": 0.0, "recall": 0.0, "zero": 0.0}
        counted = [query for query in queries if query["_id"] in judged]
        for query in counted:
            found = search(
                SearchQuery(
                    text=query["text"],
                    kinds=(kind,),
                    district=query.get("city", "") if filtered else "",
                    size=TOP,
                    language="de",
                ),
                reader=None,
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
