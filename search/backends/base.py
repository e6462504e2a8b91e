"""What a search engine does for the query builder. The builder gives it the entries a reader may see; nothing else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from ..analysis import QueryPlan
from ..models import SearchEntry


@dataclass(frozen=True, slots=True)
class Scored:
    """One entry that answers a query."""

    entry_id: int
    kind: str
    object_id: str
    language: str
    score: float


class Backend(ABC):
    """An engine. ``scope`` is always already filtered by access; ``levels`` are the texts the reader may search."""

    @abstractmethod
    def score(
        self, plan: QueryPlan, scope: QuerySet[SearchEntry], levels: Iterable[int], languages: Iterable[str]
    ) -> list[Scored]:
        """Return all entries of ``scope`` in ``languages`` that answer ``plan``, unordered."""

    @abstractmethod
    def with_words(self, whole: list[str], beginning: str, scope: QuerySet[SearchEntry]) -> QuerySet[SearchEntry]:
        """Return the entries whose titles or keywords have all words of ``whole`` and one that begins with ``beginning``."""

    @abstractmethod
    def vocabulary(self, scope: QuerySet[SearchEntry]) -> set[str]:
        """Return words of titles and keywords of ``scope``, for corrections."""
