"""The one way to search. The access filter is inside; no caller can leave it out."""

from __future__ import annotations

import difflib
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cms.access.rules import reader_levels, rule_ids_for
from cms.records.texts import current_language, default_language

from .analysis import QueryPlan, clean, normalise_query, stem, words
from .analysis.analyzer import LEVELS
from .documents import documents
from .indexing import analyzer
from .models import Level, SearchEntry, SearchPosting

MAX_LENGTH = 400  # characters of a query
MAX_WORDS = 16
PAGE_SIZES = (10, 20, 50)
MAX_PAGE = 100
SNIPPET = 240  # characters
LEVEL_OF_READER = {"public": Level.PUBLIC, "staff": Level.STAFF, "agent": Level.AGENT}
EXACT_TITLE = 12.0
#: Below this share of the best possible score nothing of the query was really found.
MIN_COVERAGE = 0.34


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
    entries = SearchEntry.objects.filter(rule__in=rule_ids_for(reader)).filter(
        Q(publish_from=None) | Q(publish_from__lte=now), Q(publish_until=None) | Q(publish_until__gt=now)
    )
    if kinds:
        entries = entries.filter(kind__in=kinds)
    else:
        entries = entries.filter(kind__in=documents())
    return entries.filter(district=district) if district else entries


def search(query: SearchQuery, *, reader: Any) -> SearchResults:
    """Return what ``reader`` (a user or a request) finds for ``query``. Never raises for odd input."""
    text = normalise_query(query.text.replace("\x00", " "), MAX_LENGTH)
    results = SearchResults(query=query, text=text, shortened=len(query.text) > MAX_LENGTH)
    language = query.language or current_language()
    languages = tuple(dict.fromkeys((language, default_language())))
    plan = analyzer().query(text, languages, MAX_WORDS)
    results.shortened = results.shortened or plan.shortened
    if not plan.concepts and not plan.squashed:
        return results
    # Kinds are filtered after scoring, so that the counts of all kinds are known.
    scope = visible_entries(reader, district=query.district, kinds=() if _site_kinds(query) else query.kinds)
    scores = _scores(plan, scope, reader, languages)
    best = _one_per_object(scores, scope, language)
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


def _scores(plan: QueryPlan, scope: QuerySet[SearchEntry], reader: Any, languages: tuple[str, ...]) -> dict[int, float]:
    """Return entry id -> score: BM25 over stems, parts of compounds and pieces of words, all over visible entries only."""
    wanted = {f"{term.stream}{term.text}"[:100] for concept in plan.concepts for term in concept.terms}
    wanted |= {f"w{word}" for word in plan.only_stop_words}
    if plan.squashed:
        wanted.add(f"t{plan.squashed}"[:100])
    visible = dict(scope.filter(language__in=languages).values_list("pk", "boost"))
    found: dict[str, dict[int, int]] = defaultdict(dict)
    rows = SearchPosting.objects.filter(token__in=wanted, level__in=_levels(reader)).values_list(
        "token", "entry_id", "weight"
    )
    for token, entry_id, weight in rows.iterator(chunk_size=5_000):
        if entry_id in visible:
            found[token][entry_id] = max(weight, found[token].get(entry_id, 0))
    number = max(1, len(visible))
    totals: dict[int, float] = defaultdict(float)
    covered: dict[int, float] = defaultdict(float)
    importance = 0.0
    for concept in plan.concepts:
        part, weight = _concept_scores(concept, found, number)
        importance += weight
        for entry_id, (score, strength) in part.items():
            totals[entry_id] += score
            covered[entry_id] += strength * weight
    kept = {
        entry_id: score * (0.4 + 0.6 * covered[entry_id] / importance) * visible[entry_id]
        for entry_id, score in totals.items()
        if covered[entry_id] >= MIN_COVERAGE * importance
    }
    for entry_id in found.get(f"t{plan.squashed}"[:100], {}):
        kept[entry_id] = kept.get(entry_id, 0.0) + EXACT_TITLE * visible[entry_id]
    for word in plan.only_stop_words:
        for entry_id in found.get(f"w{word}", {}):
            kept.setdefault(entry_id, 0.1)
    return kept


def _concept_scores(
    concept: Any, found: dict[str, dict[int, int]], number: int
) -> tuple[dict[int, tuple[float, float]], float]:
    """Return entry id -> (score, how much of the word was found) for one word of the query, and the word's importance."""
    scores: dict[int, float] = defaultdict(float)
    strength: dict[int, float] = defaultdict(float)
    pieces: dict[int, list[tuple[float, float]]] = defaultdict(list)
    need = 1
    rarest = 0.0
    for term in concept.terms:
        hits = found.get(f"{term.stream}{term.text}"[:100], {})
        idf = math.log(1 + (number - len(hits) + 0.5) / (len(hits) + 0.5))
        if term.stream == "s":
            rarest = max(rarest, idf)
        for entry_id, weight in hits.items():
            value = term.weight * term.strength * idf * (weight + 0.5) / LEVELS[term.stream]
            if term.stream == "g":
                pieces[entry_id].append((value, term.strength))
                need = term.need
            else:
                scores[entry_id] += value
                strength[entry_id] = max(strength[entry_id], term.strength)
    for entry_id, values in pieces.items():
        if len(values) >= need:
            scores[entry_id] += sum(value for value, _share in values)
            strength[entry_id] = max(strength[entry_id], sum(share for _value, share in values))
    return {pk: (scores[pk], min(1.0, strength[pk])) for pk in scores}, (rarest or 1.0) * (
        0.5 if concept.extra else 1.0
    )


def _one_per_object(
    scores: dict[int, float], scope: QuerySet[SearchEntry], language: str
) -> dict[tuple[str, str], tuple[float, int]]:
    """Return (kind, object) -> (score, entry id): the reader's language first, the best page of a document."""
    best: dict[tuple[str, str], tuple[bool, float, int]] = {}
    ids = list(scores)
    for start in range(0, len(ids), 900):
        rows = scope.filter(pk__in=ids[start : start + 900]).values_list("pk", "kind", "object_id", "language")
        for pk, kind, object_id, own in rows:
            candidate = (own == language, scores[pk], pk)
            if (kind, object_id) not in best or candidate > best[kind, object_id]:
                best[kind, object_id] = candidate
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
    for word in typed[:-1]:
        scope = scope.filter(pk__in=SearchPosting.objects.filter(token=f"w{word}").values("entry_id"))
    scope = scope.filter(pk__in=SearchPosting.objects.filter(_begins(f"w{typed[-1]}")).values("entry_id"))
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


def _begins(prefix: str) -> Q:
    """Return the condition that a token begins with ``prefix``, in the form the engine's index can answer."""
    if connection.vendor == "sqlite":  # its LIKE never uses an index; its text order is that of code points
        return Q(token__gte=prefix, token__lt=prefix + chr(0x10FFFF))
    return Q(token__startswith=prefix)


def _did_you_mean(text: str, scope: QuerySet[SearchEntry]) -> str:
    """Return the query with unknown words replaced by similar words of visible titles and keywords, or ""."""
    known = {
        token[1:]
        for token in SearchPosting.objects.filter(_begins("w"), entry__in=scope.values("pk"))
        .values_list("token", flat=True)
        .distinct()[:20_000]
    }
    corrected, changed = [], False
    for word in [word.text for word in words(clean(text)) if not word.extra][:MAX_WORDS]:
        similar = [] if word in known else difflib.get_close_matches(word, known, n=1, cutoff=0.75)
        corrected.append(similar[0] if similar else word)
        changed = changed or bool(similar)
    return " ".join(corrected) if changed else ""
