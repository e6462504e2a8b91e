"""What both engines reckon with, so that they rank alike: BM25 over the ways to say each word of a query.

Source of the weights: tuned on judged queries of two cities (``manage.py search_eval``), in two halves each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from ..analysis import Concept, QueryPlan, Term
from ..analysis.analyzer import EXTRA

EXACT_TITLE = 12.0
#: What a query of nothing but stop words is worth for a title that has them.
ONLY_STOP_WORDS = 0.1
#: Below this share of the best possible score nothing of the query was really found.
MIN_COVERAGE = 0.25
#: What it is worth that a word was found at all, for each unit of its rarity.
COVERAGE = 0.4
#: When so many entries have a word as it stands, nobody needs its misspellings.
ENOUGH = 60
#: Filters that make a part of the city of their own: rarity is counted within what they leave.
NARROWING = ("kind", "language", "unit", "district")


def rarity(count: int, number: int) -> float:
    """Return how much a term tells that ``count`` of ``number`` entries have (the IDF of BM25, never negative)."""
    return math.log(1 + (number - min(count, number) + 0.5) / (min(count, number) + 0.5))


def importance(concept: Concept, rarest: float) -> float:
    """Return what a word counts when it is asked whether enough of a query was found."""
    return (rarest or 1.0) * (EXTRA if concept.extra else 1.0)


def needs_pieces(frequencies: Iterable[int]) -> bool:
    """Return whether a word is looked for in pieces, too; ``frequencies``: of all that counts as finding it whole."""
    return max(frequencies, default=0) < ENOUGH


def unknown_words(plan: QueryPlan, frequency: Callable[[Term], int]) -> tuple[str, ...]:
    """Return the words of the query of which nothing occurs, pieces apart."""
    return tuple(
        concept.text
        for concept in plan.concepts
        if not concept.extra and not any(frequency(term) for term in concept.terms if term.stream != "g")
    )
