"""How good the search is: judged queries over a corpus of their own (search/judgements.py)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from cms.access.models import AccessRule
from cms.contracts.search import Entry

from .demo import load_shipped_synonyms
from .elastic.mapping import aside
from .elastic.rebuild import drop_all, fill
from .indexing import store
from .judgements import TOP, Figures, Folder, Query, figures_of, mean
from .models import JudgedQuery, SearchEntry
from .queries import SearchQuery, search

KIND = "evaluation"


@dataclass(frozen=True)
class Answer:
    """What one query found, and how good that was."""

    query: Query
    found: tuple[str, ...]
    figures: Figures


def evaluate(folder: Path, engine: str = "database") -> dict[str, float]:
    """Return ndcg, mrr, recall (each at ten) and zero (share of queries without hits) of one BEIR folder.

    The corpus is indexed aside, in a transaction that is rolled back, through the site's own analysis and query builder.
    ``engine``: "database", or "elasticsearch" with an index of its own, deleted afterwards. Raises ValueError that
    names file and line for a folder that is no BEIR folder.
    """
    return asdict(mean([answer.figures for answer in answers(folder, engine)]))


def answers(folder: Path, engine: str = "database") -> list[Answer]:
    """Return the answer to each judged query of one BEIR folder, as ``evaluate`` does."""
    source = Folder(folder)
    if len(source.filters) > len(FILTERS):
        raise ValueError(f"{folder}: corpus and queries share more than {len(FILTERS)} fields: {source.filters}.")
    queries = source.queries()
    with transaction.atomic():
        try:
            load_shipped_synonyms()
            with _index_aside(engine):
                _fill(source, engine)
                return [_ask(query, source.filters, engine) for query in queries]
        finally:
            transaction.set_rollback(True)


def judged_answers(engine: str = "database") -> list[Answer]:
    """Return what the public finds for each judged query in use; the expected result named first has the highest grade.

    Asks the live entries and stores nothing. Raises ValueError when there is no judged query, or ``engine`` is away.
    """
    given = []
    for row in JudgedQuery.objects.filter(is_active=True).exclude(expected=[]):
        pairs = [f"{kind} {pk}" for kind, pk in row.pairs()]
        query = Query(str(row.pk), row.text, {pair: len(pairs) - place for place, pair in enumerate(pairs)})
        results = search(SearchQuery(text=row.text, size=TOP, language=row.language), reader=None, engine=engine)
        if results.hits and results.engine != engine:
            raise ValueError(f"{engine} does not answer; see manage.py search status.")
        found = tuple(f"{hit.kind} {hit.object_id}" for hit in results.hits)
        given.append(Answer(query, found, figures_of(found, query.relevant, results.total)))
    if not given:
        raise ValueError("No judged query is in use. Add one in the admin, or load the demo's with load_demo.")
    return given


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


#: The field of a query by which the first and the second shared field of corpus and queries filter.
FILTERS = ("districts", "topics")


def _fill(source: Folder, engine: str) -> None:
    rule_id = AccessRule.objects.public().pk
    first, second = (*source.filters, "", "")[:2]
    for row in source.corpus():
        entry = Entry(
            language="de",
            title=row["title"],
            url="/",
            rule_id=rule_id,
            body=row["text"],
            district=str(row.get(first) or ""),
            topics=(str(row[second]),) if row.get(second) else (),
        )
        store(KIND, row["_id"], [entry])
    if engine == "elasticsearch":
        fill(SearchEntry.objects.filter(kind=KIND))


def _ask(query: Query, filters: tuple[str, ...], engine: str) -> Answer:
    chosen: dict[str, Any] = {FILTERS[filters.index(name)]: (value,) for name, value in query.filters.items()}
    results = search(
        SearchQuery(text=query.text, kinds=(KIND,), size=TOP, language="de", **chosen), reader=None, engine=engine
    )
    found = tuple(hit.object_id for hit in results.hits)
    return Answer(query, found, figures_of(found, query.relevant, results.total))
