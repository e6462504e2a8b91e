"""The one way to search. The access filter is inside; no caller can leave it out."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cms.records.texts import current_language, default_language

from .analysis import QueryPlan, clean, fold, normalise_query, stem, words
from .backends import Found, ask
from .backends.base import RELEVANCE
from .backends.database import COLUMNS, count, folded
from .backends.formula import EXACT_TITLE
from .cards import HitCard, card_of
from .curation import curated
from .documents import documents
from .facets import Facet, facets_of
from .indexing import analyzer
from .models import Level, SearchEntry
from .near import Near
from .places import distance_to
from .scope import Scope, scope_for
from .synonyms import MAX_WORDS, expand

MAX_LENGTH = 400  # characters of a query
PAGE_SIZES = (10, 20, 50)
MAX_PAGE = 100
SNIPPET = 240  # characters
#: So much of a text is looked through for a passage to show.
SCANNED = 20_000
#: What a suggestion gains whose title has the word typed, over those that have it as a keyword only, such as the services
#: with the name of their office. More than there is between two kinds, but popular ones still come before others.
TITLE_BEGINS = 0.15
#: What no result shows.
UNSHOWN = ("analysed", "content_hash", "alternative_titles", "keywords")


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """What a reader asks: text, filters (any of the values of each), order and the page of results (from 1)."""

    text: str = ""
    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    near: Near | None = None
    order: str = RELEVANCE
    page: int = 1
    size: int = 10
    language: str = ""

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """Return facet -> chosen values."""
        return {
            "kind": self.kinds,
            "topic": self.topics,
            "unit": self.units,
            "district": self.districts,
            "language": self.languages,
            "audience": self.audiences,
        }


@dataclass(frozen=True)
class Hit:
    """One result. ``highlight`` is safe HTML with <mark>; ``page_number`` is set for pages of documents.

    ``is_recommended``: editors put it first for this query. ``distance``: kilometres from the place asked for.
    """

    kind: str
    object_id: str
    title: str
    url: str
    highlight: SafeString
    language: str
    score: float
    label: Any = ""
    icon: str = ""
    page_number: str = ""
    date: date | None = None
    is_internal: bool = False
    is_recommended: bool = False
    distance: float | None = None
    card: HitCard = field(default_factory=HitCard)


@dataclass
class SearchResults:
    """The answer: hits of the page asked for, the total, facets with counts, and a correction of unknown words."""

    query: SearchQuery
    text: str
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    facets: list[Facet] = field(default_factory=list)
    shortened: bool = False
    did_you_mean: str = ""
    #: Which engine answered and what it lacked, for what is shown beside the hits.
    engine: str = "database"
    behind: tuple[int, ...] = ()

    @property
    def pages(self) -> int:
        """Return the number of pages."""
        return min(MAX_PAGE, math.ceil(self.total / self.query.size))

    @property
    def first(self) -> int:
        """Return the place of the first hit of this page, from 1."""
        return (self.query.page - 1) * self.query.size + 1


def search(query: SearchQuery, *, reader: Any, engine: str = "", corrects: bool = True) -> SearchResults:
    """Return what ``reader`` (a user or a request) finds for ``query``. Never raises for odd input.

    ``engine``: "database" or "elasticsearch" instead of the one of the settings. ``corrects``: look for what unknown words
    may mean.
    """
    text = normalise_query(query.text.replace("\x00", " "), MAX_LENGTH)
    results = SearchResults(query=query, text=text, shortened=len(query.text) > MAX_LENGTH)
    language = query.language or current_language()
    languages = tuple(dict.fromkeys((language, default_language())))
    plan = expand(analyzer().query(text, languages, MAX_WORDS), analyzer(), languages)
    results.shortened = results.shortened or plan.shortened
    if not plan.concepts and not plan.squashed:
        return results
    scope = scope_for(
        reader, languages=languages, chosen=query.chosen(), since=query.since, until=query.until, near=query.near
    )
    scope, first = _curate(text, scope, query.order)
    # What editors put first takes the first places; the engine fills the others.
    start = (query.page - 1) * query.size
    shown = first[start : start + query.size]
    start, size = max(0, start - len(first)), query.size - len(shown)

    def found_by(name: str) -> tuple[Found, dict[int, SearchEntry]]:
        found = ask(lambda one: one.find(plan, scope, order=query.order, start=start, size=size), name=name)
        # Read again through the access filter: what changed since is not shown.
        ids = [pk for pk, _score in found.hits]
        rows = scope.queryset().filter(pk__in=ids).defer(*UNSHOWN) if ids else ()
        return found, {row.pk: row for row in rows}

    found, rows = found_by(engine)
    if len(rows) < len(found.hits):  # something was hidden this very moment: counts must not tell of it, either
        found, rows = found_by("database")
    for row in first:
        count(found, row_values(row), set(), scope)
    results.engine, results.behind = found.engine, found.behind
    results.total = found.total + len(first)
    results.facets = facets_of(found.facets, scope, staff=len(scope.levels) > 1)
    results.hits = [_hit(row, plan, EXACT_TITLE, scope, is_recommended=True) for row in shown]
    results.hits += [_hit(rows[pk], plan, score, scope) for pk, score in found.hits if pk in rows]
    if corrects and (not results.total or found.unknown):
        results.did_you_mean = _did_you_mean(text, scope, found)
    return results


def _curate(text: str, scope: Scope, order: str) -> tuple[Scope, list[SearchEntry]]:
    """Return the scope without what editors hid or put first, and what they put first, if the reader may see it."""
    decided = curated(text, scope.languages)
    if not decided.first and not decided.hidden:
        return scope, []
    asked = Q()
    for kind, object_id in {*decided.first, *decided.hidden}:
        asked |= Q(kind=kind, object_id=object_id)
    # With all that says the same: other pages of a document, other languages of a page.
    keys = SearchEntry.objects.filter(asked).values("fold_key")
    rows = list(scope.queryset().filter(fold_key__in=keys).defer("analysed"))
    key_of = {(row.kind, row.object_id): row.fold_key for row in rows}
    hidden = {key_of[record] for record in decided.hidden if record in key_of}
    wanted = list(dict.fromkeys(key_of[record] for record in decided.first if record in key_of))
    best = {
        row["fold_key"]: row["pk"]
        for row in folded([row_values(row) for row in rows], {row.pk: -row.pk for row in rows}, scope)
        if not scope.misses(row) and _is_near(row, scope)
    }
    by_pk = {row.pk: row for row in rows}
    first = [by_pk[best[key]] for key in wanted if key in best and key not in hidden] if order == RELEVANCE else []
    left_out = hidden | {row.fold_key for row in first}
    return replace(scope, without=frozenset(row.pk for row in rows if row.fold_key in left_out)), first


def row_values(row: SearchEntry) -> dict[str, Any]:
    """Return the columns of an entry that filters and folding look at."""
    return {name: getattr(row, name) for name in COLUMNS}


def _is_near(row: dict[str, Any], scope: Scope) -> bool:
    return scope.near is None or scope.near.distance(row["latitude"], row["longitude"]) <= scope.near.km


def _hit(row: SearchEntry, plan: QueryPlan, score: float, scope: Scope, *, is_recommended: bool = False) -> Hit:
    document = documents().get(row.kind)
    texts = [row.summary, row.body]
    if Level.STAFF in scope.levels:
        texts.append(row.staff_text)
    if Level.AGENT in scope.levels:
        texts.append(row.agent_text)
    return Hit(
        kind=row.kind,
        object_id=row.object_id,
        title=row.title,
        url=row.url,
        highlight=highlight(texts, plan, row.language),
        language=row.language,
        score=score,
        label=document.label if document else row.kind,
        icon=document.icon if document else "",
        page_number=row.part,
        date=row.date,
        is_internal=row.rule_id != scope.public_rule,
        is_recommended=is_recommended,
        distance=distance_to(row, scope.near),
        card=card_of(row),
    )


def highlight(texts: list[str], plan: QueryPlan, language: str) -> SafeString:
    """Return a passage of the first text with a match, escaped, with the matching words in <mark>."""
    # Not the parts of what nobody typed: "person" of "Personalausweis" when "Ausweis" was asked for.
    looked_for = {
        term.text
        for concept in plan.concepts
        for term in concept.terms
        if term.stream in "sp" and (term.strength >= 0.5 or term.group == 1)
    }
    for text in texts:
        body = clean(text[:SCANNED])
        spans: list[tuple[int, int]] = []
        for word in words(body):
            if spans and word.start > spans[0][0] + SNIPPET:
                break  # beyond the passage
            if not word.extra and (
                stem(word.text, language) in looked_for
                or looked_for.intersection(analyzer().parts(word.text, language))
            ):
                spans.append((word.start, word.end))
        if spans:
            return _passage(body, spans)
    first = next((clean(text[:SCANNED]) for text in texts if text), "")
    return mark_safe(escape(first[:SNIPPET]) + ("…" if len(first) > SNIPPET else ""))  # noqa: S308  escaped


def _passage(text: str, spans: list[tuple[int, int]]) -> SafeString:
    start = max(0, spans[0][0] - 60)
    if start:
        start = text.rfind(" ", 0, start) + 1
    end = min(len(text), start + SNIPPET)
    if end < len(text):
        end = max(text.rfind(" ", start, end), spans[0][1])
    parts, place = [], start
    for left, right in spans:
        if place <= left and right <= end:
            parts.append(f"{escape(text[place:left])}<mark>{escape(text[left:right])}</mark>")
            place = right
    parts.append(escape(text[place:end]))
    return mark_safe(("… " if start else "") + "".join(parts) + (" …" if end < len(text) else ""))  # noqa: S308  escaped


def suggest(text: str, *, reader: Any, limit: int = 8) -> list[Hit]:
    """Return entries whose title, other title or keyword has a word that begins with the last word typed."""
    typed = [word.text for word in words(clean(normalise_query(text.replace("\x00", " "), 80))) if not word.extra]
    if not typed or len(typed[-1]) < 2:
        return []
    language = current_language()
    scope = scope_for(reader, languages=tuple(dict.fromkeys((language, default_language()))))
    ids = ask(lambda one: one.beginning(typed[:-1], typed[-1], scope, limit * 4))
    columns = ("kind", "object_id", "title", "url", "language", "boost", "fold_key", "pk")
    rows = list(scope.queryset().filter(pk__in=ids).values_list(*columns, named=True))

    def value(row: Any) -> float:
        begins = any(word.text.startswith(typed[-1]) for word in words(clean(row.title)))
        return row.boost + TITLE_BEGINS * begins

    rows.sort(key=lambda row: (-value(row), fold(row.title), row.pk))
    found: dict[str, Hit] = {}
    for row in rows:
        if row.fold_key not in found or row.language == language:
            found[row.fold_key] = _suggestion(row)
    shown = list(found.values())[:limit]
    # One kind after the other; the kind of the most popular one first.
    kinds = list(dict.fromkeys(hit.kind for hit in shown))
    return sorted(shown, key=lambda hit: kinds.index(hit.kind))


def _suggestion(row: Any) -> Hit:
    document = documents().get(row.kind)
    label = document.label if document else row.kind
    return Hit(row.kind, row.object_id, row.title, row.url, mark_safe(""), row.language, row.boost, label)


def _did_you_mean(text: str, scope: Scope, found: Found) -> str:
    """Return the query with unknown words replaced by similar words of visible titles and keywords, or ""."""
    asked = [word for word in words(clean(text)) if not word.extra][:MAX_WORDS]
    typed = [word.text for word in asked]
    # Of the engine that gave the answer: it knows what it lacks.
    known = ask(lambda one: one.similar_words(typed, scope, found.behind), name=found.engine) if asked else set()
    corrected, changed = [], False
    for word in asked:
        similar = [] if word.text in known else difflib.get_close_matches(word.text, sorted(known), n=1, cutoff=0.75)
        corrected.append(_as_written(similar[0], scope) if similar else text[word.start : word.end])
        changed = changed or bool(similar)
    return " ".join(corrected) if changed else ""


def _as_written(folded: str, scope: Scope) -> str:
    """Return how a visible title or keyword spells a word."""
    ids = ask(lambda one: one.beginning([], folded, scope, 5))
    rows = scope.queryset().filter(pk__in=ids).values_list("title", "alternative_titles", "keywords")
    for title, alternatives, keywords in rows:
        for text in (title, *alternatives, *keywords):
            found = clean(text)
            for word in words(found):
                if word.text == folded:
                    return found[word.start : word.end]
    return folded
