"""Judged queries in files (BEIR layout: corpus.jsonl, queries.jsonl, qrels.tsv), and the figures of one answer."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

TOP = 10
#: What BEIR gives a meaning; every other field that corpus and queries share is a filter.
OWN_FIELDS = frozenset({"_id", "title", "text", "metadata"})


@dataclass(frozen=True)
class Figures:
    """How good one answer was, or the mean of many: each between 0 and 1, ``zero`` counts answers without any hit."""

    ndcg: float = 0.0
    mrr: float = 0.0
    recall: float = 0.0
    zero: float = 0.0


def figures_of(found: Sequence[str], relevant: Mapping[str, int], total: int) -> Figures:
    """Return the figures at ten of one answer: ids in order, grade of each relevant id, number of all hits.

    nDCG with the grade itself as gain, as trec_eval and BEIR count it. Grades of 0 and less mean "not relevant".
    Raises ValueError when nothing is relevant: there is no best answer to compare with.
    """
    grades = sorted((grade for grade in relevant.values() if grade > 0), reverse=True)
    if not grades:
        raise ValueError("no relevant id")
    gains = [max(0, relevant.get(one, 0)) for one in found[:TOP]]
    return Figures(
        ndcg=_discounted(gains) / _discounted(grades[:TOP]),
        mrr=next((1 / rank for rank, gain in enumerate(gains, 1) if gain), 0.0),
        recall=sum(1 for gain in gains if gain) / len(grades),
        zero=float(total == 0),
    )


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def mean(rows: Sequence[Figures]) -> Figures:
    """Return the mean of the figures; zeros for no rows."""
    count = len(rows) or 1
    names = Figures.__dataclass_fields__
    return Figures(**{name: math.fsum(getattr(row, name) for row in rows) / count for name in names})


@dataclass(frozen=True)
class Query:
    """A judged query: grade by id of the document, and the filters it sets by name of the field."""

    pk: str
    text: str
    relevant: dict[str, int]
    filters: dict[str, str] = field(default_factory=dict)


class Folder:
    """One BEIR folder. Reading raises ValueError that names file, line and what is wrong there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.filters = tuple(sorted(_shared_fields(self.corpus(), self._rows("queries.jsonl"))))

    def corpus(self) -> Iterator[dict[str, Any]]:
        """Yield the documents, one at a time: a corpus may be larger than the memory."""
        return self._rows("corpus.jsonl")

    def queries(self) -> list[Query]:
        """Return the queries for which something is relevant."""
        judged = self._judged()
        found = [
            Query(
                pk=row["_id"],
                text=row["text"],
                relevant=judged[row["_id"]],
                filters={name: str(row[name]) for name in self.filters if row.get(name)},
            )
            for row in self._rows("queries.jsonl")
            if any(grade > 0 for grade in judged.get(row["_id"], {}).values())
        ]
        if not found:
            raise ValueError(f"{self.path / 'qrels.tsv'}: says of no query what is relevant.")
        return found

    def _lines(self, name: str) -> Iterator[tuple[int, str]]:
        file = self.path / name
        try:
            with file.open(encoding="utf-8-sig") as handle:
                for number, line in enumerate(handle, 1):
                    if line.strip():
                        yield number, line.rstrip("\r\n")
        except OSError as error:
            raise ValueError(f"{file}: {error.strerror}. A BEIR folder has {', '.join(FILES)}.") from error
        except UnicodeDecodeError as error:
            raise ValueError(f"{file}: is not UTF-8.") from error

    def _rows(self, name: str) -> Iterator[dict[str, Any]]:
        empty = True
        for number, line in self._lines(name):
            where = f"{self.path / name}, line {number}"
            try:
                row = json.loads(line)
            except ValueError as error:
                raise ValueError(f"{where}: is not JSON ({error}).") from error
            if not isinstance(row, dict):
                raise ValueError(f"{where}: is no JSON object.")
            if row.get("_id") in (None, "") or not isinstance(row.get("text"), str | type(None)):
                raise ValueError(f"{where}: needs “_id” and “text”.")
            empty = False
            yield row | {"_id": str(row["_id"]), "text": row.get("text") or "", "title": row.get("title") or ""}
        if empty:
            raise ValueError(f"{self.path / name}: is empty.")

    def _judged(self) -> dict[str, dict[str, int]]:
        """Read qrels.tsv: query, document, grade; the heading may be missing."""
        judged: dict[str, dict[str, int]] = {}
        for place, (number, line) in enumerate(self._lines("qrels.tsv")):
            parts = line.split("\t")
            where = f"{self.path / 'qrels.tsv'}, line {number}"
            if len(parts) != 3:
                raise ValueError(f"{where}: has {len(parts)} columns instead of query, document and grade.")
            query, document, grade = (part.strip() for part in parts)
            try:
                judged.setdefault(query, {})[document] = int(grade)
            except ValueError as error:
                if place:
                    raise ValueError(f"{where}: the grade “{grade}” is no whole number.") from error
                judged.pop(query, None)  # the heading
        return judged


FILES = ("corpus.jsonl", "queries.jsonl", "qrels.tsv")


def _shared_fields(corpus: Iterator[dict[str, Any]], queries: Iterator[dict[str, Any]]) -> set[str]:
    """Return the fields that filter: those that the first document and any query have."""
    first = next(corpus)
    asked = set(chain.from_iterable(queries))
    return (set(first) & asked) - OWN_FIELDS
