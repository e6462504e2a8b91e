"""Judged queries: where the expected result comes out, and what a change of the synonyms would do to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cms.jobs import job

from ..indexing import analyzer
from ..models import JudgedQuery, Synonym
from ..queries import MAX_WORDS, SearchQuery, search
from ..synonyms import Groups, expand, groups_of, proposed
from . import related

TOP = 10
#: So many queries that a change touches are tried at most; the page says when there are more.
MAX_TRIED = 40


def rank_of(judged: JudgedQuery, engine: str = "") -> int:
    """Return the place of the first expected result among the first ten the public finds, 0 when it isn't there."""
    hits = search(SearchQuery(text=judged.text, size=TOP, language=judged.language), reader=None, engine=engine).hits
    expected = set(judged.pairs())
    return next((place for place, hit in enumerate(hits, start=1) if (hit.kind, hit.object_id) in expected), 0)


def measure(rows: Iterable[JudgedQuery] | None = None, engine: str = "") -> dict[str, float]:
    """Measure the judged queries in use and note each place; return mrr, found (share among the first ten), queries."""
    judged = list(JudgedQuery.objects.filter(is_active=True) if rows is None else rows)
    ranks = []
    for row in judged:
        ranks.append(rank_of(row, engine))
        row.measured(ranks[-1])
    number = max(1, len(ranks))
    return {
        "mrr": sum(1 / rank for rank in ranks if rank) / number,
        "found": sum(1 for rank in ranks if rank) / number,
        "queries": float(len(ranks)),
    }


@job(atomic=False)
def measure_all() -> None:
    """Measure all judged queries."""
    measure()


@dataclass(frozen=True)
class Change:
    """What a query would find: place of the expected result (None where nobody judged it), first title and number."""

    text: str
    rank_before: int | None
    rank_after: int | None
    first_before: str
    first_after: str
    total_before: int
    total_after: int

    @property
    def verdict(self) -> str:
        """Return better, worse, same, or changed where nobody judged it."""
        if self.rank_before is None or self.rank_after is None:
            return "changed"
        before, after = self.rank_before or TOP + 1, self.rank_after or TOP + 1
        return "better" if after < before else "worse" if after > before else "same"


@dataclass(frozen=True)
class Effect:
    """Queries that a change touches. ``untried``: how many more it touches; ``judged``: how many judged ones there are."""

    changes: list[Change]
    untried: int
    judged: int


def effect_of(synonym: Synonym) -> Effect:
    """Return what storing ``synonym`` as it is now would change for judged and often asked queries. Stores nothing."""
    others = list(Synonym.objects.filter(is_active=True).exclude(pk=synonym.pk))
    before = groups_of(Synonym.objects.filter(is_active=True), analyzer())
    after = groups_of([*others, synonym] if synonym.is_active else others, analyzer())
    judged = {(row.text, row.language): row for row in JudgedQuery.objects.filter(is_active=True)}
    texts = dict.fromkeys([*judged, *((item.text, item.language) for item in related.asked.get())])
    touched = [key for key in texts if _plan(*key, before) != _plan(*key, after)]
    changes = [
        change
        for key in touched[:MAX_TRIED]
        if (change := _change(*key, judged.get(key), before, after)) and _differs(change)
    ]
    order = {"worse": 0, "better": 1, "changed": 2, "same": 3}
    changes.sort(key=lambda change: (order[change.verdict], change.text))
    return Effect(changes, max(0, len(touched) - MAX_TRIED), len(judged))


def _plan(text: str, language: str, groups: Groups) -> object:
    with proposed(groups):
        return expand(analyzer().query(text, (language,), MAX_WORDS), analyzer(), (language,)).concepts


def _differs(change: Change) -> bool:
    return change.verdict in ("better", "worse") or (
        (change.first_before, change.total_before) != (change.first_after, change.total_after)
    )


def _change(text: str, language: str, judged: JudgedQuery | None, before: Groups, after: Groups) -> Change:
    sides = []
    for groups in (before, after):
        with proposed(groups):
            found = search(SearchQuery(text=text, size=TOP, language=language), reader=None)
        expected = set(judged.pairs()) if judged else set()
        rank = next((n for n, hit in enumerate(found.hits, start=1) if (hit.kind, hit.object_id) in expected), 0)
        sides.append((rank if judged else None, found.hits[0].title if found.hits else "", found.total))
    (rank_1, first_1, total_1), (rank_2, first_2, total_2) = sides
    return Change(text, rank_1, rank_2, first_1, first_2, total_1, total_2)
