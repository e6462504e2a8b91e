"""The judged queries and the sample of the log that the demo brings along (``fixtures/search.yaml``)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from ..documents import documents
from ..models import JudgedQuery, LoggedQuery
from .log import digest_of

LANGUAGE = "de"
#: Days over which the sample is spread.
DAYS = 30


def load(data: dict[str, Any], report: Callable[[str], None]) -> None:
    """Create what is under ``judged`` and ``asked`` where there is none yet: what editors deleted does not come back."""
    if not JudgedQuery.objects.exists():
        report(f"{_load_judged(data.get('judged', {}), report)} judged queries")
    if not LoggedQuery.objects.exists():
        report(f"{_load_asked(data.get('asked', []))} lines of the log of queries")


def _load_judged(judged: dict[str, dict[str, list[str]]], report: Callable[[str], None]) -> int:
    """Create the judged queries; a title that no record has is reported and left out."""
    rows = []
    for kind, queries in judged.items():
        known = _by_title(kind)
        for text, titles in queries.items():
            for title in set(titles) - set(known):
                report(f"judged query {text!r}: no {kind} is called {title!r}")
            expected = [{"kind": kind, "id": known[title], "title": title} for title in titles if title in known]
            if expected:
                rows.append(JudgedQuery(text=text, language=LANGUAGE, expected=expected))
    return len(JudgedQuery.objects.bulk_create(rows))


def _by_title(kind: str) -> dict[str, str]:
    """Return title -> id of the records themselves: while the demo loads, their entries do not exist yet."""
    document = documents().get(kind)
    if document is None:  # the plugin is not installed
        return {}
    return {
        entry.title: str(record.pk)
        for record in document.queryset()
        for entry in document.entries(record)
        if entry.language == LANGUAGE
    }


def _load_asked(asked: list[list[Any]]) -> int:
    """Spread each query's figures evenly over the last days; return the number of rows."""
    today = timezone.localdate()
    rows = []
    for text, searches, without, clicks, ranks in asked:
        for number in range(DAYS):
            share = [
                total * (number + 1) // DAYS - total * number // DAYS for total in (searches, without, clicks, ranks)
            ]
            if any(share):
                rows.append(
                    LoggedQuery(
                        day=today - timedelta(days=DAYS - number),
                        digest=digest_of(text),
                        text=text,
                        audience=LoggedQuery.Audience.PUBLIC,
                        language=LANGUAGE,
                        searches=share[0],
                        without=share[1],
                        clicks=share[2],
                        ranks=share[3],
                        results=0 if without else 1,
                    )
                )
    return len(LoggedQuery.objects.bulk_create(rows))
