"""The embedded engine: an inverted index in an ordinary table, the same on SQLite and PostgreSQL.

DESIGN asked for FTS5 and tsvector with BM25 from stored statistics. One table with the weight of each token
in each entry gives the same ranking on both engines, to the digit, and lets one statement join the access
filter. Document frequencies are counted over what the reader may see, so that rarity tells nothing about the rest.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from ..analysis import QueryPlan, Term
from ..analysis.analyzer import LEVELS
from ..models import SearchEntry, SearchPosting
from .base import Backend, Scored

EXACT_TITLE = 12.0
#: Below this share of the best possible score nothing of the query was really found.
MIN_COVERAGE = 0.34
#: With so many entries that have a word as it stands, nobody needs its misspellings.
ENOUGH = 60
MAX_VOCABULARY = 20_000
Key = tuple[int, float, str, str, str]  # entry id, boost, kind, object id, language


class DatabaseBackend(Backend):
    """BM25 over stems, parts of compounds and pieces of words."""

    def score(
        self, plan: QueryPlan, scope: QuerySet[SearchEntry], levels: Iterable[int], languages: Iterable[str]
    ) -> list[Scored]:
        """Return the entries that answer ``plan``: one statement for the matches, one for the number of entries."""
        scope = scope.filter(language__in=list(languages))
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
            entry: score * (0.4 + 0.6 * covered[entry] / importance) * entry[1]
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

    def with_words(self, whole: list[str], beginning: str, scope: QuerySet[SearchEntry]) -> QuerySet[SearchEntry]:
        """Return the entries with all words of ``whole`` and one that begins with ``beginning``."""
        for word in whole:
            scope = scope.filter(pk__in=SearchPosting.objects.filter(token=f"w{word}").values("entry_id"))
        return scope.filter(pk__in=SearchPosting.objects.filter(_begins(f"w{beginning}")).values("entry_id"))

    def vocabulary(self, scope: QuerySet[SearchEntry]) -> set[str]:
        """Return words of titles and keywords of ``scope``."""
        rows = SearchPosting.objects.filter(_begins("w"), entry__in=scope.values("pk"))
        return {token[1:] for token in rows.values_list("token", flat=True).distinct()[:MAX_VOCABULARY]}


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
    """Return entry id -> (score, how much of the word was found) for one word of the query, and the word's importance."""
    scores: dict[Key, float] = defaultdict(float)
    strength: dict[Key, float] = defaultdict(float)
    pieces: dict[Key, list[tuple[float, float]]] = defaultdict(list)
    need = 1
    rarest = 0.0
    for term in concept.terms:
        hits = found.get(_token(term), {})
        idf = math.log(1 + (number - len(hits) + 0.5) / (len(hits) + 0.5))
        if term.stream == "s":
            rarest = max(rarest, idf)
        for entry_id, weight in hits.items():
            value = term.weight * term.strength * idf * (weight + 0.5) / LEVELS[term.stream]
            if term.stream == "g":
                pieces[entry_id].append((value, term.strength))
                need = term.need
            else:
                scores[entry_id] += value
                strength[entry_id] = max(strength[entry_id], term.strength)
    for entry_id, values in pieces.items():
        if len(values) >= need:
            scores[entry_id] += sum(value for value, _share in values)
            strength[entry_id] = max(strength[entry_id], sum(share for _value, share in values))
    return {pk: (scores[pk], min(1.0, strength[pk])) for pk in scores}, (rarest or 1.0) * (
        0.5 if concept.extra else 1.0
    )
