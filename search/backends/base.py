"""What a search engine does for the query builder. The builder gives it the scope of a reader; nothing else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field

from ..analysis import QueryPlan
from ..scope import Scope

RELEVANCE, NEWEST, TITLE, DISTANCE = "relevance", "newest", "title", "distance"
#: By distance only with a place to measure from; without one it is by relevance.
ORDERS = (RELEVANCE, NEWEST, TITLE, DISTANCE)


class EngineAway(Exception):
    """The engine can't answer now; another one does."""


@dataclass
class Found:
    """Entry ids of the page asked for with their scores, the number of all, and facet -> value -> number.

    Entries that say the same count once. A facet is counted with all filters but its own. ``unknown``: words of the
    query that no entry has, neither whole nor in parts or synonyms; perhaps they are misspelt.
    """

    hits: list[tuple[int, float]] = field(default_factory=list)
    total: int = 0
    facets: dict[str, Counter[str]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    #: Which engine answered, and the entries whose copies were behind when it did.
    engine: str = "database"
    behind: tuple[int, ...] = ()


class Backend(ABC):
    """An engine. Every method sees only what ``scope`` allows, and raises EngineAway when it can't answer."""

    @abstractmethod
    def find(self, plan: QueryPlan, scope: Scope, *, order: str, start: int, size: int) -> Found:
        """Return what answers ``plan``, ``size`` entries from ``start`` on in ``order``."""

    @abstractmethod
    def beginning(self, whole: list[str], typed: str, scope: Scope, limit: int) -> list[int]:
        """Return ids of entries whose titles or keywords have all words of ``whole`` and one that begins with ``typed``."""

    @abstractmethod
    def similar_words(self, words: list[str], scope: Scope, behind: tuple[int, ...]) -> set[str]:
        """Return words of titles and keywords that the reader may see, among them those similar to ``words``.

        ``behind``: of the answer just given.
        """

    @abstractmethod
    def seen(self, stems: frozenset[str], scope: Scope, behind: tuple[int, ...]) -> set[str]:
        """Return which of ``stems`` occur in entries the reader may see. ``behind``: of the answer just given."""
