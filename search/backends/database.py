"""The embedded engine: an inverted index in an ordinary table, the same on SQLite and PostgreSQL.

DESIGN asked for FTS5 and tsvector with BM25 from stored statistics. One table with the weight of each token
in each entry gives the same ranking on both engines, to the digit, and lets one statement join the access
filter. Document frequencies are counted over what the reader may see, so that rarity tells nothing about the rest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from ..analysis import Concept, QueryPlan, Term, fold
from ..analysis.analyzer import GRAM_STRENGTH, LEVELS
from ..models import SearchEntry, SearchPosting
from ..scope import FACETS, Scope
from .base import DISTANCE, NEWEST, TITLE, Backend, Found
from .formula import (
    COVERAGE,
    EXACT_TITLE,
    MIN_COVERAGE,
    NARROWING,
    ONLY_STOP_WORDS,
    importance,
    needs_pieces,
    rarity,
    unknown_words,
)

MAX_VOCABULARY = 20_000
_COLUMN_OF_FILTER = {"kind": "kind", "language": "language", "unit": "unit_id", "district": "district"}


@dataclass(slots=True)
class _Matches:
    """``weights``: token -> entry id -> weight. ``boosts`` of these entries; ``counted`` are those rarity is counted over."""

    weights: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    boosts: dict[int, float] = field(default_factory=dict)
    counted: set[int] = field(default_factory=set)

    def of(self, token: str) -> dict[int, int]:
        return self.weights.get(token, {})

    def frequency(self, token: str) -> int:
        """Return how many of the counted entries have ``token``."""
        return len(self.of(token).keys() & self.counted)


#: What is asked of every entry that answers: to fold, count, sort and measure.
COLUMNS = (
    "pk", "fold_key", "kind", "topics", "unit_id", "district", "language", "rule_id", "date", "title", "latitude",
    "longitude",
)  # fmt: skip


class DatabaseBackend(Backend):
    """BM25 over stems, parts of compounds and pieces of words."""

    def find(self, plan: QueryPlan, scope: Scope, *, order: str, start: int, size: int) -> Found:
        """Score, fold, count, sort and cut. The work grows with the number of entries that have a word of the query."""
        scores, unknown = self._scores(plan, scope)
        rows = folded(self._rows(list(scores), scope), scores, scope)
        found = Found(facets={name: Counter() for name in FACETS}, unknown=unknown)
        chosen = []
        for row in rows:
            misses = scope.misses(row)
            count(found, row, misses, scope)
            if not misses:
                chosen.append(row)
        found.total = len(chosen)
        chosen.sort(key=_ordering(order, scores, scope))
        found.hits = [(row["pk"], scores[row["pk"]]) for row in chosen[start : start + size]]
        return found

    def _rows(self, ids: list[int], scope: Scope) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for place in range(0, len(ids), 5_000):
            rows += SearchEntry.objects.filter(pk__in=ids[place : place + 5_000]).values(*COLUMNS)
        if near := scope.near:
            rows = [row for row in rows if near.distance(row["latitude"], row["longitude"]) <= near.km]
        return rows

    def _scores(self, plan: QueryPlan, scope: Scope) -> tuple[dict[int, float], tuple[str, ...]]:
        """Return entry id -> score of what answers ``plan``, and unknown words: two or three statements."""
        exact = f"t{plan.squashed}"[:100]
        wanted = {_token(term) for concept in plan.concepts for term in concept.terms if term.stream != "g"}
        wanted |= {f"w{word}" for word in plan.only_stop_words}
        if plan.squashed:
            wanted.add(exact)
        found = _Matches()
        self._match(found, wanted, scope)
        unknown = unknown_words(plan, lambda term: found.frequency(_token(term)))
        # Pieces of words are many and cost most: asked only for words that hardly anything has as they stand.
        rare = [
            concept
            for concept in plan.concepts
            if needs_pieces(found.frequency(_token(term)) for term in concept.terms)
        ]
        pieces = {_token(term) for concept in rare for term in concept.terms if term.stream == "g"}
        if pieces:
            self._match(found, pieces, scope)
        number = max(1, _narrowed(scope).count())
        totals: dict[int, float] = defaultdict(float)
        covered: dict[int, float] = defaultdict(float)
        whole = 0.0
        for concept in plan.concepts:
            part, weight = _concept_scores(concept, found, number)
            whole += weight
            for entry, (score, strength) in part.items():
                totals[entry] += score
                covered[entry] += strength * weight
        kept = {
            entry: (score + COVERAGE * covered[entry]) * found.boosts[entry]
            for entry, score in totals.items()
            if covered[entry] >= MIN_COVERAGE * whole
        }
        for entry in found.of(exact) if plan.squashed else ():
            kept[entry] = kept.get(entry, 0.0) + EXACT_TITLE * found.boosts[entry]
        for word in plan.only_stop_words:
            for entry in found.of(f"w{word}"):
                kept.setdefault(entry, ONLY_STOP_WORDS)
        return kept, unknown

    def _match(self, found: _Matches, tokens: set[str], scope: Scope) -> None:
        """Add the entries of ``scope`` that have one of ``tokens``."""
        filters = {name: set(scope.chosen[name]) for name in NARROWING if name in scope.chosen}
        rows = SearchPosting.objects.filter(
            token__in=tokens, level__in=list(scope.levels), entry__in=scope.queryset().values("pk")
        )
        columns = [
            "token",
            "weight",
            "entry_id",
            "entry__boost",
            *(f"entry__{_COLUMN_OF_FILTER[name]}" for name in filters),
        ]
        for token, weight, entry, boost, *values in rows.values_list(*columns).iterator(chunk_size=5_000):
            weights = found.weights[token]
            weights[entry] = max(weight, weights.get(entry, 0))
            found.boosts[entry] = boost
            if all(str(value) in wanted for value, wanted in zip(values, filters.values(), strict=True)):
                found.counted.add(entry)

    def beginning(self, whole: list[str], typed: str, scope: Scope, limit: int) -> list[int]:
        """Return ids of entries with all words of ``whole`` and one that begins with ``typed``, popular first."""
        entries = scope.queryset()
        for word in whole:
            entries = entries.filter(pk__in=SearchPosting.objects.filter(token=f"w{word}").values("entry_id"))
        entries = entries.filter(pk__in=SearchPosting.objects.filter(_begins(f"w{typed}")).values("entry_id"))
        return list(entries.order_by("-boost", "title").values_list("pk", flat=True)[:limit])

    def similar_words(self, words: list[str], scope: Scope, behind: tuple[int, ...] = ()) -> set[str]:
        """Return all words of titles and keywords the reader may see."""
        rows = SearchPosting.objects.filter(_begins("w"), entry__in=scope.queryset().values("pk"))
        return {token[1:] for token in rows.values_list("token", flat=True).distinct()[:MAX_VOCABULARY]}

    def seen(self, stems: frozenset[str], scope: Scope, behind: tuple[int, ...] = ()) -> set[str]:
        """Return which stems occur in visible entries: one statement."""
        rows = SearchPosting.objects.filter(
            token__in=[f"s{one}" for one in stems], level__in=scope.levels, entry__in=scope.queryset().values("pk")
        )
        return {token[1:] for token in rows.values_list("token", flat=True).distinct()}


def _narrowed(scope: Scope) -> QuerySet[SearchEntry]:
    """Return the entries over which rarity is counted: those the reader may see, within the filters of NARROWING."""
    entries = scope.queryset()
    for name in NARROWING:
        if name in scope.chosen:
            values = [value for value in scope.chosen[name] if name != "unit" or value.isdecimal()]
            entries = entries.filter(**{f"{_COLUMN_OF_FILTER[name]}__in": values})
    return entries


def count(found: Found, row: dict[str, Any], misses: set[str], scope: Scope) -> None:
    """Add an entry to the facets: to each one whose own filter is the only one it does not pass."""
    values = scope.values(row)
    for name in FACETS:
        if not misses - {name}:
            found.facets[name].update(values[name])


def folded(rows: list[dict[str, Any]], scores: dict[int, float], scope: Scope) -> list[dict[str, Any]]:
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


def _ordering(order: str, scores: dict[int, float], scope: Scope) -> Callable[[dict[str, Any]], Any]:
    if order == NEWEST:
        return lambda row: (-(row["date"].toordinal() if row["date"] else 0), -scores[row["pk"]], row["pk"])
    if order == TITLE:
        return lambda row: (fold(row["title"]), row["pk"])
    if order == DISTANCE and (near := scope.near):
        return lambda row: (near.distance(row["latitude"], row["longitude"]), row["pk"])
    return lambda row: (-scores[row["pk"]], row["pk"])


def _token(term: Term) -> str:
    return f"{term.stream}{term.text}"[:100]


def _begins(prefix: str) -> Q:
    """Return the condition that a token begins with ``prefix``, in the form the engine's index can answer."""
    if connection.vendor == "sqlite":  # its LIKE never uses an index; its text order is that of code points
        return Q(token__gte=prefix, token__lt=prefix + chr(0x10FFFF))
    return Q(token__startswith=prefix)


def _concept_scores(concept: Concept, found: _Matches, number: int) -> tuple[dict[int, tuple[float, float]], float]:
    """Return entry -> (score, how much of the word was found) for one word of the query, and the word's importance."""
    scores: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    slots: dict[int, dict[tuple[int, int], float]] = defaultdict(dict)
    pieces: dict[int, list[float]] = defaultdict(list)
    number_of_pieces, need, rarest = 0, 1, 0.0
    for term in concept.terms:
        token = _token(term)
        idf = rarity(found.frequency(token), number)
        if term.stream == "s":
            rarest = max(rarest, idf)
        elif term.stream == "g":
            number_of_pieces, need = number_of_pieces + 1, term.need
        factor = concept.weight * term.weight * term.strength * idf / LEVELS[term.stream]
        for entry, weight in found.of(token).items():
            value = factor * (weight + 0.5)
            if term.stream == "g":
                pieces[entry].append(value)
            else:
                scores[entry][term.way] += value
                place = (term.group, term.slot)
                slots[entry][place] = max(slots[entry].get(place, 0.0), term.strength)
    # Of the ways to say a word the best counts: whoever names a thing by three names has not said more of it.
    best = {entry: (max(ways.values()), _best_group(slots[entry])) for entry, ways in scores.items()}
    for entry, values in pieces.items():
        if len(values) >= need:
            score, strength = best.get(entry, (0.0, 0.0))
            best[entry] = (score + sum(values), max(strength, GRAM_STRENGTH * need / number_of_pieces))
    return {entry: (score, min(1.0, strength)) for entry, (score, strength) in best.items()}, importance(
        concept, rarest
    )


def _best_group(slots: dict[tuple[int, int], float]) -> float:
    sums: dict[int, float] = defaultdict(float)
    for (group, _slot), strength in slots.items():
        sums[group] += strength
    return max(sums.values())
