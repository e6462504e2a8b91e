"""The one way to search. The access filter is inside; no caller can leave it out."""

from __future__ import annotations

import difflib
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cms.access.rules import reader_levels, rule_ids_for
from cms.plugins.switches import switched_off
from cms.records.texts import current_language, default_language

from .analysis import QueryPlan, clean, normalise_query, stem, words
from .backends import Scored, get_backend
from .documents import documents, hidden_page_paths, kinds_of
from .indexing import analyzer
from .models import Level, SearchEntry
from .synonyms import expand

MAX_LENGTH = 400  # characters of a query
MAX_WORDS = 16
PAGE_SIZES = (10, 20, 50)
MAX_PAGE = 100
SNIPPET = 240  # characters
LEVEL_OF_READER = {"public": Level.PUBLIC, "staff": Level.STAFF, "agent": Level.AGENT}


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """What a reader asks: text, filters and the page of results (from 1)."""

    text: str = ""
    kinds: tuple[str, ...] = ()
    district: str = ""
    page: int = 1
    size: int = 10
    language: str = ""


@dataclass(frozen=True)
class Hit:
    """One result. ``highlight`` is safe HTML with <mark>; ``page_number`` is set for pages of documents."""

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


@dataclass(frozen=True)
class Facet:
    """One kind with the number of results it has."""

    kind: str
    label: Any
    count: int
    selected: bool


@dataclass
class SearchResults:
    """The answer: hits of the page asked for, the total, the kinds with counts, and a correction when nothing was found."""

    query: SearchQuery
    text: str
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    facets: list[Facet] = field(default_factory=list)
    shortened: bool = False
    did_you_mean: str = ""

    @property
    def pages(self) -> int:
        """Return the number of pages."""
        return min(MAX_PAGE, math.ceil(self.total / self.query.size))


def visible_entries(reader: Any, *, kinds: tuple[str, ...] = (), district: str = "") -> QuerySet[SearchEntry]:
    """Return the entries ``reader`` may see now. Everything this module reads goes through here."""
    now = timezone.now()
    entries = SearchEntry.objects.filter(is_live=True, rule__in=rule_ids_for(reader)).filter(
        Q(publish_from=None) | Q(publish_from__lte=now), Q(publish_until=None) | Q(publish_until__gt=now)
    )
    if kinds:
        entries = entries.filter(kind__in=kinds)
    else:
        entries = entries.filter(kind__in=documents())
    if off := switched_off():
        entries = entries.exclude(kind__in=kinds_of(off))
        entries = entries.exclude(kind="page", page_path__in=hidden_page_paths(off))
    return entries.filter(district=district) if district else entries


def search(query: SearchQuery, *, reader: Any) -> SearchResults:
    """Return what ``reader`` (a user or a request) finds for ``query``. Never raises for odd input."""
    text = normalise_query(query.text.replace("\x00", " "), MAX_LENGTH)
    results = SearchResults(query=query, text=text, shortened=len(query.text) > MAX_LENGTH)
    language = query.language or current_language()
    languages = tuple(dict.fromkeys((language, default_language())))
    plan = expand(analyzer().query(text, languages, MAX_WORDS), analyzer(), languages)
    results.shortened = results.shortened or plan.shortened
    if not plan.concepts and not plan.squashed:
        return results
    # Kinds are filtered after scoring, so that the counts of all kinds are known.
    scope = visible_entries(reader, district=query.district, kinds=() if _site_kinds(query) else query.kinds)
    best = _one_per_object(get_backend().score(plan, scope, _levels(reader), languages), language)
    counts = Counter(kind for kind, _object in best)
    chosen = [item for key, item in best.items() if not query.kinds or key[0] in query.kinds]
    chosen.sort(key=lambda item: (-item[0], item[1]))
    results.total = len(chosen)
    results.facets = [
        Facet(kind, document.label, counts[kind], kind in query.kinds)
        for kind, document in documents().items()
        if counts[kind]
    ]
    page = chosen[(query.page - 1) * query.size : query.page * query.size]
    # Read again through the access filter: what changed since is not shown.
    rows = {row.pk: row for row in scope.filter(pk__in=[pk for _score, pk in page])}
    levels = _levels(reader)
    results.hits = [_hit(rows[pk], plan, score, levels) for score, pk in page if pk in rows]
    if not results.total:
        results.did_you_mean = _did_you_mean(text, scope)
    return results


def _site_kinds(query: SearchQuery) -> bool:
    return all(kind in documents() for kind in query.kinds)


def _levels(reader: Any) -> list[int]:
    return [LEVEL_OF_READER[name] for name in reader_levels(reader)]


def _one_per_object(scored: list[Scored], language: str) -> dict[tuple[str, str], tuple[float, int]]:
    """Return (kind, object) -> (score, entry id): the reader's language first, the best page of a document."""
    best: dict[tuple[str, str], tuple[bool, float, int]] = {}
    for item in scored:
        candidate = (item.language == language, item.score, item.entry_id)
        key = (item.kind, item.object_id)
        if key not in best or candidate > best[key]:
            best[key] = candidate
    return {key: (score, pk) for key, (_own, score, pk) in best.items()}


def _hit(row: SearchEntry, plan: QueryPlan, score: float, levels: list[int]) -> Hit:
    document = documents().get(row.kind)
    texts = [row.summary, row.body]
    if Level.STAFF in levels:
        texts.append(row.staff_text)
    if Level.AGENT in levels:
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
    )


def highlight(texts: list[str], plan: QueryPlan, language: str) -> SafeString:
    """Return a passage of the first text with a match, escaped, with the matching words in <mark>."""
    looked_for = {term.text for concept in plan.concepts for term in concept.terms if term.stream in "sp"}
    for text in texts:
        body = clean(text[:20_000])
        spans = [
            (word.start, word.end)
            for word in words(body)
            if not word.extra
            and (stem(word.text, language) in looked_for or looked_for & set(analyzer().parts(word.text, language)))
        ]
        if spans:
            return _passage(body, spans)
    first = next((clean(text) for text in texts if text), "")
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
    scope = visible_entries(reader).filter(language__in=[current_language(), default_language()])
    scope = get_backend().with_words(typed[:-1], typed[-1], scope)
    found: dict[tuple[str, str], Hit] = {}
    for row in scope.order_by("-boost", "title").defer("body", "staff_text", "agent_text")[: limit * 4]:
        document = documents()[row.kind]
        hit = Hit(
            row.kind,
            row.object_id,
            row.title,
            row.url,
            SafeString(""),
            row.language,
            row.boost,
            document.label,
            document.icon,
        )
        key = (row.kind, row.object_id)
        if key not in found or row.language == current_language():
            found[key] = hit
    return list(found.values())[:limit]


def _did_you_mean(text: str, scope: QuerySet[SearchEntry]) -> str:
    """Return the query with unknown words replaced by similar words of visible titles and keywords, or ""."""
    known = get_backend().vocabulary(scope)
    corrected, changed = [], False
    for word in [word.text for word in words(clean(text)) if not word.extra][:MAX_WORDS]:
        similar = [] if word in known else difflib.get_close_matches(word, known, n=1, cutoff=0.75)
        corrected.append(similar[0] if similar else word)
        changed = changed or bool(similar)
    return " ".join(corrected) if changed else ""
