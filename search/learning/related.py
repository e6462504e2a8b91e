"""Queries others asked. Only what the public asked often is known here, and only what finds something is shown."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone

from cms.access.rules import rule_ids_for
from cms.records.texts import current_language

from ..backends import ask
from ..indexing import analyzer
from ..models import LoggedQuery
from ..queries import SearchQuery, SearchResults, search
from ..remembered import Remembered
from ..scope import scope_for
from ..synonyms import stems

#: A query counts as asked by many when it was asked so often, on so many days.
OFTEN, DAYS = 5, 3
WITHIN = timedelta(days=90)
KNOWN, SHOWN = 300, 5
#: Searches that one page makes at most to learn which of them find something; the next page goes on.
COLD = 3
REMEMBERED_FOR = 300.0
MAX_REMEMBERED = 5_000


@dataclass(frozen=True)
class Asked:
    """A query many asked, with the stems of its words."""

    text: str
    language: str
    stems: frozenset[str]


def _read() -> list[Asked]:
    rows = (
        LoggedQuery.objects.filter(
            audience=LoggedQuery.Audience.PUBLIC, day__gte=timezone.localdate() - WITHIN, results__gt=0
        )
        .exclude(text="")
        .values("text", "language")
        .annotate(times=Sum("searches"), days=Count("day", distinct=True))
        .filter(times__gte=OFTEN, days__gte=DAYS)
        .order_by("-times", "text")
    )
    return [
        Asked(row["text"], row["language"], frozenset(stems(row["text"], analyzer(), row["language"])))
        for row in rows[:KNOWN]
    ]


asked = Remembered(_read, seconds=60.0)
#: (rules of the reader, language, query) -> whether it finds something, and until when that is believed.
_finds: dict[tuple[frozenset[int], str, str], tuple[bool, float]] = {}


def forget() -> None:
    """Make the next call read again, for tests."""
    asked.forget()
    _finds.clear()


def related(results: SearchResults, reader: Any) -> list[str]:
    """Return up to five queries that share a word with this one and find something for ``reader``."""
    language = current_language()
    mine = frozenset(stems(results.text, analyzer(), language))
    if not mine:
        return []
    near = [item for item in asked.get() if item.language == language and item.stems & mine and item.stems != mine]
    return _finding(near, reader, results)


def popular(reader: Any) -> list[str]:
    """Return the queries asked most that find something for ``reader``."""
    language = current_language()
    return _finding([item for item in asked.get() if item.language == language], reader)


def _finding(items: list[Asked], reader: Any, results: SearchResults | None = None) -> list[str]:
    """Return the first of ``items`` that find something for ``reader`` and have only words that ``reader`` may see.

    Whether something is found is remembered for a while; what must not be hinted at is asked each time, of the engine
    that gave ``results``, otherwise of the database.
    """
    items = items[: 2 * SHOWN]
    if not items:
        return []
    asked_for = frozenset().union(*(item.stems for item in items))
    # A wider scope than that of the results: their filters say nothing about what may be shown.
    scope = scope_for(reader)
    engine, behind = (results.engine, results.behind) if results else ("database", ())
    seen = ask(lambda one: one.seen(asked_for, scope, behind), name=engine)
    rules = frozenset(rule_ids_for(reader))
    found: list[str] = []
    cold = 0
    for item in (item for item in items if item.stems <= seen):
        key = (rules, item.language, item.text)
        finds, until = _finds.get(key, (False, 0.0))
        if time.monotonic() >= until:
            if cold == COLD:
                continue
            cold += 1
            if len(_finds) > MAX_REMEMBERED:
                _finds.clear()
            finds = search(SearchQuery(text=item.text, language=item.language), reader=reader).total > 0
            _finds[key] = (finds, time.monotonic() + REMEMBERED_FOR)
        found += [item.text] if finds else []
        if len(found) == SHOWN:
            break
    return found
