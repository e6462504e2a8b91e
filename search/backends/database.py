"""The embedded engine: an inverted index in an ordinary table, the same on SQLite and PostgreSQL.

DESIGN asked for FTS5 and tsvector with BM25 from stored statistics. One table with the weight of each token
in each entry gives the same ranking on both engines, to the digit, and lets one statement join the access
filter. Document frequencies are counted over what the reader may see, so that rarity tells nothing about the rest.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from ..analysis import QueryPlan, Term, fold
from ..analysis.analyzer import GRAM_STRENGTH, LEVELS
from ..models import SearchEntry, SearchPosting
from ..scope import FACETS, Scope
from .base import NEWEST, RELEVANCE, TITLE, Backend, Found

EXACT_TITLE = 12.0
#: Below this share of the best possible score nothing of the query was really found.
MIN_COVERAGE = 0.2
#: What it is worth that a word was found at all, for each unit of its rarity.
COVERAGE = 0.4
#: With so many entries that have a word as it stands, nobody needs its misspellings.
ENOUGH = 60
MAX_VOCABULARY = 20_000
Key = tuple[int, float, str, str, str]  # entry id, boost, kind, object id, language


@dataclass(frozen=True, slots=True)
class Scored:
    """One entry that answers a query."""

    entry_id: int
    kind: str
    object_id: str
    language: str
    score: float


COLUMNS = ("pk", "fold_key", "kind", "topics", "unit_id", "district", "language", "rule_id", "date", "title")


class DatabaseBackend(Backend):
    """BM25 over stems, parts of compounds and pieces of words."""

    def find(self, plan: QueryPlan, scope: Scope, *, order: str, start: int, size: int) -> Found:
        """Score, fold, count, sort and cut. The work grows with the number of entries that have a word of the query."""
        scores = {item.entry_id: item.score for item in self.score(plan, scope.queryset(), scope.levels)}
        rows = _folded(self._rows(list(scores)), scores, scope)
        found = Found(facets={name: Counter() for name in FACETS})
        chosen = []
        for row in rows:
            values = scope.values(row)
            misses = {name for name, wanted in scope.chosen.items() if not set(wanted) & set(values[name])}
            for name in FACETS:
                if not misses - {name}:
                    found.facets[name].update(values[name])
            if not misses:
                chosen.append(row)
        found.total = len(chosen)
        chosen.sort(key=_ORDERING[order](scores))
        found.hits = [(row["pk"], scores[row["pk"]]) for row in chosen[start : start + size]]
        return found

    def _rows(self, ids: list[int]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for place in range(0, len(ids), 5_000):
            rows += SearchEntry.objects.filter(pk__in=ids[place : place + 5_000]).values(*COLUMNS)
        return rows

    def score(self, plan: QueryPlan, scope: QuerySet[SearchEntry], levels: Iterable[int]) -> list[Scored]:
        """Return the entries that answer ``plan``: one statement for the matches, one for the number of entries."""
        exact = f"t{plan.squashed}"[:100]
        wanted = {_token(term) for concept in plan.concepts for term in concept.terms if term.stream != "g"}
        wanted |= {f"w{word}" for word in plan.only_stop_words}
        if plan.squashed:
            wanted.add(exact)
        found = self._matches(wanted, scope, levels)
        # Pieces of words are many and cost most: asked only for words that hardly anything has as they stand.
        rare = [
            concept
            for concept in plan.concepts
            if len({entry for term in concept.terms for entry in found.get(_token(term), ())}) < ENOUGH
        ]
        pieces = {_token(term) for concept in rare for term in concept.terms if term.stream == "g"}
        if pieces:
            found.update(self._matches(pieces, scope, levels))
        number = max(1, scope.count())
        totals: dict[Key, float] = defaultdict(float)
        covered: dict[Key, float] = defaultdict(float)
        importance = 0.0
        for concept in plan.concepts:
            part, weight = _concept_scores(concept, found, number)
            importance += weight
            for entry, (score, strength) in part.items():
                totals[entry] += score
                covered[entry] += strength * weight
        kept = {
            entry: (score + COVERAGE * covered[entry]) * entry[1]
            for entry, score in totals.items()
            if covered[entry] >= MIN_COVERAGE * importance
        }
        for entry in found.get(exact, {}) if plan.squashed else ():
            kept[entry] = kept.get(entry, 0.0) + EXACT_TITLE * entry[1]
        for word in plan.only_stop_words:
            for entry in found.get(f"w{word}", {}):
                kept.setdefault(entry, 0.1)
        return [Scored(entry[0], entry[2], entry[3], entry[4], score) for entry, score in kept.items()]

    def _matches(
        self, tokens: set[str], scope: QuerySet[SearchEntry], levels: Iterable[int]
    ) -> dict[str, dict[Key, int]]:
        """Return token -> entry -> weight, over the entries of ``scope``."""
        found: dict[str, dict[Key, int]] = defaultdict(dict)
        rows = SearchPosting.objects.filter(token__in=tokens, level__in=list(levels), entry__in=scope.values("pk"))
        columns = ("token", "weight", "entry_id", "entry__boost", "entry__kind", "entry__object_id", "entry__language")
        for token, weight, *key in rows.values_list(*columns).iterator(chunk_size=5_000):
            entry: Any = tuple(key)
            found[token][entry] = max(weight, found[token].get(entry, 0))
        return found

    def beginning(self, whole: list[str], typed: str, scope: Scope, limit: int) -> list[int]:
        """Return ids of entries with all words of ``whole`` and one that begins with ``typed``, popular first."""
        entries = scope.queryset()
        for word in whole:
            entries = entries.filter(pk__in=SearchPosting.objects.filter(token=f"w{word}").values("entry_id"))
        entries = entries.filter(pk__in=SearchPosting.objects.filter(_begins(f"w{typed}")).values("entry_id"))
        return list(entries.order_by("-boost", "title").values_list("pk", flat=True)[:limit])

    def similar_words(self, words: list[str], scope: Scope) -> set[str]:
        """Return all words of titles and keywords the reader may see."""
        rows = SearchPosting.objects.filter(_begins("w"), entry__in=scope.queryset().values("pk"))
        return {token[1:] for token in rows.values_list("token", flat=True).distinct()[:MAX_VOCABULARY]}


def _folded(rows: list[dict[str, Any]], scores: dict[int, float], scope: Scope) -> list[dict[str, Any]]:
    """Return one row of those that say the same: the one in the reader's language, the best page of a document."""
    first = scope.languages[0] if scope.languages else ""
    best: dict[str, dict[str, Any]] = {}
    for row in rows:
        other = best.get(row["fold_key"])
        if other is None or (row["language"] == first, scores[row["pk"]]) > (
            other["language"] == first,
            scores[other["pk"]],
        ):
            best[row["fold_key"]] = row
    return list(best.values())


_ORDERING: dict[str, Any] = {
    RELEVANCE: lambda scores: lambda row: (-scores[row["pk"]], row["pk"]),
    NEWEST: lambda scores: lambda row: (-(row["date"].toordinal() if row["date"] else 0), -scores[row["pk"]]),
    TITLE: lambda scores: lambda row: (fold(row["title"]), row["pk"]),
}


def _token(term: Term) -> str:
    return f"{term.stream}{term.text}"[:100]


def _begins(prefix: str) -> Q:
    """Return the condition that a token begins with ``prefix``, in the form the engine's index can answer."""
    if connection.vendor == "sqlite":  # its LIKE never uses an index; its text order is that of code points
        return Q(token__gte=prefix, token__lt=prefix + chr(0x10FFFF))
    return Q(token__startswith=prefix)


def _concept_scores(
    concept: Any, found: dict[str, dict[Key, int]], number: int
) -> tuple[dict[Key, tuple[float, float]], float]:
    """Return entry -> (score, how much of the word was found) for one word of the query, and the word's importance."""
    scores: dict[Key, float] = defaultdict(float)
    ways: dict[Key, dict[tuple[int, int], float]] = defaultdict(dict)
    pieces: dict[Key, list[tuple[float, float]]] = defaultdict(list)
    need = 1
    rarest = 0.0
    for term in concept.terms:
        hits = found.get(_token(term), {})
        idf = math.log(1 + (number - len(hits) + 0.5) / (len(hits) + 0.5))
        if term.stream == "s":
            rarest = max(rarest, idf)
        for entry, weight in hits.items():
            value = term.weight * term.strength * idf * (weight + 0.5) / LEVELS[term.stream]
            if term.stream == "g":
                pieces[entry].append((value, term.strength))
                need = term.need
            else:
                scores[entry] += value
                place = (term.group, term.slot)
                ways[entry][place] = max(ways[entry].get(place, 0.0), term.strength)
    strength = {entry: _best_way(slots) for entry, slots in ways.items()}
    for entry, values in pieces.items():
        if len(values) >= need:
            scores[entry] += sum(value for value, _share in values)
            strength[entry] = max(strength.get(entry, 0.0), GRAM_STRENGTH * need / max(1, _number_of_pieces(concept)))
    return {entry: (scores[entry], min(1.0, strength[entry])) for entry in scores if entry in strength}, (
        rarest or 1.0
    ) * (0.5 if concept.extra else 1.0)


def _best_way(slots: dict[tuple[int, int], float]) -> float:
    sums: dict[int, float] = defaultdict(float)
    for (group, _slot), strength in slots.items():
        sums[group] += strength
    return max(sums.values())


def _number_of_pieces(concept: Any) -> int:
    return sum(1 for term in concept.terms if term.stream == "g")
