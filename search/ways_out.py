"""What somebody can do who found nothing: ask more broadly, or begin at what most people want."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from cms.records.texts import current_language

from .analysis import clean, is_stop_word, words
from .queries import SearchQuery, SearchResults, search
from .scope import scope_for

#: So many searches at most are made on top of the one that found nothing.
MAX_TRIES = 3
POPULAR = 5


@dataclass(frozen=True)
class Broader:
    """A broader question with the number of results it has for this reader."""

    text: str
    total: int
    without_filters: bool = False


@dataclass(frozen=True)
class Link:
    """A title and where it leads."""

    title: str
    url: str


@dataclass(frozen=True)
class WaysOut:
    """Broader questions that do find something, and the services most people look for."""

    broader: list[Broader] = field(default_factory=list)
    popular: list[Link] = field(default_factory=list)


def ways_out(results: SearchResults, *, reader: Any) -> WaysOut:
    """Return ways out of an empty answer; every number comes through the ordinary search and its access filter."""
    return WaysOut(_broader(results, reader), _popular(reader))


def _broader(results: SearchResults, reader: Any) -> list[Broader]:
    query = results.query
    found = []
    plain = SearchQuery(text=results.text, size=query.size, language=query.language)
    if replace(query, text=results.text, page=1, order=plain.order) != plain:
        total = search(plain, reader=reader).total
        found = [Broader(results.text, total, without_filters=True)] if total else []
    typed = [word for word in words(clean(results.text)) if not word.extra]
    useful = dict.fromkeys(
        results.text[word.start : word.end]
        for word in typed
        if not is_stop_word(word.text, "de") and len(word.text) > 2
    )
    if len(useful) > 1 and not found:
        for text in sorted(useful, key=len, reverse=True)[:MAX_TRIES]:
            total = search(replace(plain, text=text), reader=reader).total
            found += [Broader(text, total)] if total else []
    return found


def _popular(reader: Any) -> list[Link]:
    rows = scope_for(reader).queryset().filter(kind="service", language=current_language())
    return [Link(*row) for row in rows.order_by("-boost", "title").values_list("title", "url")[:POPULAR]]
