"""Elasticsearch: the same tokens, weights and formula as the embedded engine, over copies of the entries.

It answers only with what it has confirmed: entries whose copies are behind are left out of hits, counts, facets and
suggestions, and when they are many or old the database answers instead.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from elastic_transport import SerializationError

from ..analysis import QueryPlan, Term
from ..analysis.analyzer import GRAM_STRENGTH, LEVELS
from ..elastic.client import FAILURES, get_breaker, get_client
from ..elastic.mapping import prefix, read_alias
from ..elastic.shipping import pending, targets
from ..models import SearchIndex
from ..near import Near
from ..scope import FACETS, INTERNAL, PUBLIC, Scope
from .base import DISTANCE, NEWEST, TITLE, Backend, EngineAway, Found
from .formula import (
    COVERAGE,
    EXACT_TITLE,
    MIN_COVERAGE,
    NARROWING,
    ONLY_STOP_WORDS,
    importance,
    needs_pieces,
    rarity,
    unknown_words,
)

#: So many entries that are behind are left out by id; with more the database answers.
MAX_BEHIND = 1_000
#: An entry that is behind for so long is a sign that shipping is stuck.
LONGEST_BEHIND = timedelta(seconds=30)
#: Seconds for which a process remembers how often tokens occur in public entries, and which index is in use.
REMEMBERED_FOR, INDEX_REMEMBERED_FOR = 60.0, 2.0
MAX_REMEMBERED = 50_000
MAX_VALUES = 200
#: Up to so many different things are counted exactly.
EXACT_UP_TO = 3_000
_FIELD_OF_FACET = {"kind": "kind", "topic": "topic", "unit": "unit", "district": "district", "language": "language"}
Query = dict[str, Any]
Narrowed = tuple[tuple[str, tuple[str, ...]], ...]


class _Memory:
    """Remembers, for each choice of filters that narrow, how many public entries there are and have a token."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.frequencies: dict[Narrowed, dict[str, int]] = {}
        self.documents: dict[Narrowed, int] = {}
        self.until = 0.0
        self.alias = ""
        self.live: dict[str, tuple[bool, float]] = {}

    def size(self) -> int:
        return sum(len(tokens) for tokens in self.frequencies.values())


memory = _Memory()


class ElasticsearchBackend(Backend):
    """One request for the frequencies of words this process does not know, one for the search."""

    def find(self, plan: QueryPlan, scope: Scope, *, order: str, start: int, size: int) -> Found:
        """Return hits, total and facets of one request."""
        behind = self.ready()
        query, unknown = self._query(plan, scope, behind)
        answer = _answer(
            query=query,
            post_filter=_all(_chosen(scope, FACETS)),
            aggs=_counts(scope),
            collapse={"field": "fold"},
            sort=_sort(order, scope),
            from_=start,
            size=size,
            source=False,
            track_scores=True,
        )
        hits = [(int(hit["_id"]), float(hit["_score"] or 0.0)) for hit in answer["hits"]["hits"]]
        counts = answer["aggregations"]
        return Found(hits, _once(counts["total"]), _facets(counts, scope), unknown, "elasticsearch", tuple(behind))

    def usable(self) -> None:
        """Raise EngineAway when Elasticsearch is not asked at the moment, or has no index of this code."""
        if not get_breaker().closed:
            raise EngineAway
        known, until = memory.live.get(prefix(), (False, 0.0))
        if time.monotonic() >= until:
            known = targets().filter(state=SearchIndex.State.LIVE).exists()
            memory.live[prefix()] = (known, time.monotonic() + INDEX_REMEMBERED_FOR)
        if not known:
            raise EngineAway

    def ready(self) -> list[int]:
        """Return the ids of entries that are behind. Raises EngineAway when the database must answer."""
        self.usable()
        behind = pending(MAX_BEHIND + 1)
        if len(behind) > MAX_BEHIND or (behind and timezone.now() - behind[0][1] > LONGEST_BEHIND):
            raise EngineAway
        return [pk for pk, _noted in behind]

    def _query(self, plan: QueryPlan, scope: Scope, behind: list[int]) -> tuple[Query, tuple[str, ...]]:
        frequencies, documents = self._frequencies(plan, scope)
        exact: list[Query] = []
        if plan.squashed:
            exact.append({"constant_score": {"filter": {"term": {"exact": plan.squashed[:99]}}, "boost": EXACT_TITLE}})
        for word in plan.only_stop_words:
            exact.append({"constant_score": {"filter": {"term": {"word": word}}, "boost": ONLY_STOP_WORDS}})
        main = _relevance(plan, scope.levels, frequencies, documents)
        query: Query = {"bool": {"should": [*([main] if main else []), *exact], "minimum_should_match": 1}}
        first = scope.languages[:1]
        functions: list[Query] = [{"field_value_factor": {"field": "boost", "missing": 1.0}}]
        if first and len(scope.languages) > 1:
            # The same in the reader's language comes before it in another.
            functions.append({"filter": {"bool": {"must_not": {"term": {"language": first[0]}}}}, "weight": 0.5})
        unknown = unknown_words(plan, lambda term: frequencies.get(term.stream + term.text, 0))
        whole: Query = {
            "function_score": {
                "query": {"bool": {"must": [query], "filter": _visible(scope), "must_not": _behind(behind)}},
                "functions": functions,
                "score_mode": "multiply",
                "boost_mode": "multiply",
            }
        }
        return whole, unknown

    def _frequencies(self, plan: QueryPlan, scope: Scope) -> tuple[dict[str, int], int]:
        """Return token -> number of public entries that have it, and the number of all, within the chosen filters.

        Hidden entries don't count: rarity would tell of them.
        """
        if time.monotonic() >= memory.until or memory.alias != read_alias() or memory.size() > MAX_REMEMBERED:
            memory.frequencies, memory.documents = {}, {}
            memory.until, memory.alias = time.monotonic() + REMEMBERED_FOR, read_alias()
        narrowed = tuple((name, scope.chosen[name]) for name in NARROWING if name in scope.chosen)
        known = memory.frequencies.setdefault(narrowed, {})
        wanted = {term.stream + term.text for concept in plan.concepts for term in concept.terms} - known.keys()
        documents = memory.documents.get(narrowed, 0)
        if wanted or not documents:
            public = [{"term": {"live": True}}, {"term": {"rule": str(scope.public_rule)}}, *_chosen(scope, NARROWING)]
            filters = {token: {"term": {f"{token[0]}0": token[1:]}} for token in sorted(wanted)}
            aggs: Query = {"all": {"filter": {"match_all": {}}}}
            if filters:
                aggs["tokens"] = {"filters": {"filters": filters}}
            answer = _answer(size=0, query={"bool": {"filter": public}}, aggs=aggs, request_cache=True)["aggregations"]
            memory.documents[narrowed] = documents = max(1, answer["all"]["doc_count"])
            for token, bucket in answer["tokens"]["buckets"].items() if filters else ():
                known[token] = bucket["doc_count"]
        return known, documents

    def beginning(self, whole: list[str], typed: str, scope: Scope, limit: int) -> list[int]:
        """Return ids of entries with these words in titles or keywords, popular first.

        What is behind needs not be left out: titles are read from the projection, and nothing is counted.
        """
        self.usable()
        words: list[Query] = [{"term": {"word": word}} for word in whole]
        words.append({"prefix": {"word": {"value": typed}}})
        answer = _answer(
            query={"bool": {"filter": [*words, *_visible(scope)]}},
            sort=[{"boost": "desc"}, {"name": "asc"}],
            size=limit,
            source=False,
        )
        return [int(hit["_id"]) for hit in answer["hits"]["hits"]]

    def similar_words(self, words: list[str], scope: Scope, behind: tuple[int, ...]) -> set[str]:
        """Return the words of entries that have a word similar to one of ``words``."""
        self.usable()
        fuzzy = [{"fuzzy": {"word": {"value": word, "fuzziness": "AUTO", "prefix_length": 1}}} for word in words]
        same = [{"term": {"word": word}} for word in words]
        answer = _answer(
            query={
                "bool": {
                    "should": [*fuzzy, *same],
                    "minimum_should_match": 1,
                    "filter": _visible(scope),
                    "must_not": _behind(list(behind)),
                }
            },
            size=50,
            source=False,
            docvalue_fields=["word"],
        )
        return {word for hit in answer["hits"]["hits"] for word in hit.get("fields", {}).get("word", ())}

    def seen(self, stems: frozenset[str], scope: Scope, behind: tuple[int, ...]) -> set[str]:
        """Return which stems occur in visible entries: one request, none to the database."""
        if not stems:
            return set()
        self.usable()
        filters = {one: _any_of([Term("s", one, 1.0)], scope.levels) for one in sorted(stems)}
        answer = _answer(
            size=0,
            query={"bool": {"filter": _visible(scope), "must_not": _behind(list(behind))}},
            aggs={"stems": {"filters": {"filters": filters}}},
        )
        buckets = answer["aggregations"]["stems"]["buckets"]
        return {one for one, bucket in buckets.items() if bucket["doc_count"]}


def _answer(**request: Any) -> Any:
    """Return what Elasticsearch answers completely and in time. Raises EngineAway for anything else."""
    try:
        answer = (
            get_client()
            .search(
                index=read_alias(),
                track_total_hits=False,
                timeout=f"{int(settings.ELASTICSEARCH_TIMEOUT * 900)}ms",
                **request,
            )
            .body
        )
        if answer["timed_out"] or answer["_shards"]["failed"]:
            raise KeyError("only a part of it")
        if "aggs" in request and not request["aggs"].keys() <= answer["aggregations"].keys():
            raise KeyError("aggregations")
    # A proxy's page instead of an answer, or an answer that lacks what it must have, is a server that is away, too.
    except (*FAILURES, SerializationError, KeyError, TypeError) as error:
        get_breaker().failed(error)
        raise EngineAway from error
    return answer


def _sort(order: str, scope: Scope) -> list[Any]:
    if order == NEWEST:
        return [{"date": {"order": "desc", "missing": "_last"}}, "_score", {"entry": "asc"}]
    if order == TITLE:
        return [{"name": "asc"}, {"entry": "asc"}]
    if order == DISTANCE and scope.near:
        return [{"_geo_distance": {"place": _point(scope.near), "unit": "km"}}, {"entry": "asc"}]
    return ["_score", {"entry": "asc"}]


def _point(near: Near) -> dict[str, float]:
    return {"lat": near.latitude, "lon": near.longitude}


def _visible(scope: Scope) -> list[Query]:
    """Return the access filter, and what else limits a search whatever is chosen."""
    at = scope.at.isoformat()
    filters: list[Query] = [
        {"term": {"live": True}},
        {"terms": {"rule": sorted(str(pk) for pk in scope.rules)}},
        {"terms": {"kind": list(scope.kinds)}},
        {"bool": {"must_not": [{"range": {"opens": {"gt": at}}}, {"range": {"closes": {"lte": at}}}]}},
    ]
    if scope.hidden_paths:
        filters.append({"bool": {"must_not": {"terms": {"path": list(scope.hidden_paths)}}}})
    if scope.languages:
        filters.append({"terms": {"language": list(scope.languages)}})
    if scope.without:
        filters.append({"bool": {"must_not": _behind(sorted(scope.without))}})
    if scope.near:
        filters.append({"geo_distance": {"distance": f"{scope.near.km}km", "place": _point(scope.near)}})
    limits = {"gte": scope.since, "lte": scope.until}
    if any(limits.values()):
        filters.append({"range": {"date": {key: day.isoformat() for key, day in limits.items() if day}}})
    return filters


def _behind(ids: list[int]) -> list[Query]:
    return [{"ids": {"values": [str(pk) for pk in ids]}}] if ids else []


def _chosen(scope: Scope, names: tuple[str, ...]) -> list[Query]:
    filters: list[Query] = []
    for name, values in scope.chosen.items():
        if name not in names:
            continue
        if name == "audience":
            public: Query = {"term": {"rule": str(scope.public_rule)}}
            either = [public] if PUBLIC in values else []
            if INTERNAL in values:
                either.append({"bool": {"must_not": public}})
            filters.append({"bool": {"should": either, "minimum_should_match": 1}})
        else:
            filters.append({"terms": {_FIELD_OF_FACET[name]: list(values)}})
    return filters


def _all(filters: list[Query]) -> Query | None:
    return {"bool": {"filter": filters}} if filters else None


def _counts(scope: Scope) -> Query:
    """Return the aggregations: all, and each facet with every filter but its own; what says the same counts once.

    Only what can be more than once is counted by its key: pages of documents, and everything where several languages
    are searched. Counting everything so costs more than the search itself.
    """
    may_repeat: Query = {"term": {"parted": True}} if len(scope.languages) == 1 else {"match_all": {}}
    keys = {"keys": {"cardinality": {"field": "fold", "precision_threshold": EXACT_UP_TO}}}
    repeated = {"repeated": {"filter": may_repeat, "aggs": keys}}
    counts: Query = {"total": {"filter": _all(_chosen(scope, FACETS)) or {"match_all": {}}, "aggs": repeated}}
    for name in _asked(scope):
        inner: Query
        if name == "audience":
            public = {"term": {"rule": str(scope.public_rule)}}
            inner = {"filters": {"filters": {PUBLIC: public, INTERNAL: {"bool": {"must_not": public}}}}}
        else:
            inner = {"terms": {"field": _FIELD_OF_FACET[name], "size": MAX_VALUES}}
        inner["aggs"] = repeated
        others = _all(_chosen(scope, tuple(other for other in FACETS if other != name)))
        counts[name] = {"filter": others, "aggs": {"values": inner}} if others else inner
    return counts


def _asked(scope: Scope) -> list[str]:
    """Return the facets worth counting: one language is no choice, and who may read a result is for staff to know."""
    needless = set()
    if len(scope.languages) == 1:
        needless.add("language")
    if len(scope.levels) == 1:
        needless.add("audience")
    return [name for name in FACETS if name not in needless or name in scope.chosen]


def _once(bucket: Any) -> int:
    """Return how many different things a bucket has."""
    repeated = bucket["repeated"]
    return int(bucket["doc_count"] - repeated["doc_count"] + repeated["keys"]["value"])


def _facets(counts: Any, scope: Scope) -> dict[str, Counter[str]]:
    facets: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for name in _asked(scope):
        buckets = counts[name].get("values", counts[name])["buckets"]
        pairs = buckets.items() if hasattr(buckets, "items") else ((bucket["key"], bucket) for bucket in buckets)
        facets[name] = Counter({key: _once(bucket) for key, bucket in pairs if bucket["doc_count"]})
    return facets


def _term(term: Term, levels: tuple[int, ...], boost: float) -> Query:
    clauses = [{"term": {f"{term.stream}{level}": {"value": term.text, "boost": boost}}} for level in levels]
    return clauses[0] if len(clauses) == 1 else {"dis_max": {"queries": clauses}}


def _any_of(terms: list[Term], levels: tuple[int, ...]) -> Query:
    clauses = [
        {"terms": {f"{stream}{level}": sorted({term.text for term in terms if term.stream == stream})}}
        for stream in sorted({term.stream for term in terms})
        for level in levels
    ]
    return {"bool": {"should": clauses, "minimum_should_match": 1}}


def _relevance(plan: QueryPlan, levels: tuple[int, ...], frequencies: dict[str, int], number: int) -> Query | None:
    """Return the sum over the words of the query, plus what it is worth that they were found at all.

    A word's share in that is the rarity of its stem; below MIN_COVERAGE of the whole an entry is no answer.
    """
    should: list[Query] = []
    coverage: list[Query] = []
    all_found = 0.0
    for concept in plan.concepts:
        rarest = max((_rarity(term, frequencies, number) for term in concept.terms if term.stream == "s"), default=1.0)
        weight = importance(concept, rarest)
        all_found += weight
        whole = [term for term in concept.terms if term.stream != "g"]
        with_pieces = needs_pieces(frequencies.get(term.stream + term.text, 0) for term in whole)
        pieces = [term for term in concept.terms if term.stream == "g"] if with_pieces else []
        ways: dict[int, list[Query]] = {}
        for term in whole:
            boost = concept.weight * _boost(term, frequencies, number)
            ways.setdefault(term.way, []).append(_term(term, levels, boost))
        best = [_sum(terms) for terms in ways.values()]
        if best:
            should.append(best[0] if len(best) == 1 else {"dis_max": {"queries": best}})
        if pieces:
            scored = [_term(term, levels, concept.weight * _boost(term, frequencies, number)) for term in pieces]
            should.append({"bool": {"should": scored, "minimum_should_match": pieces[0].need}})
        coverage.append(_coverage(whole, pieces, levels, COVERAGE * weight))
    if not coverage:
        return None
    enough: Query = {
        "function_score": {
            "query": {"bool": {"should": coverage, "minimum_should_match": 1}},
            "min_score": COVERAGE * MIN_COVERAGE * all_found - 1e-4,
        }
    }
    return {"bool": {"must": [enough], "should": should}}


def _sum(clauses: list[Query]) -> Query:
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses}}


def _coverage(whole: list[Term], pieces: list[Term], levels: tuple[int, ...], worth: float) -> Query:
    """Return a query that scores how much of one word was found: the best way to say it, the slots of a way together."""
    ways: dict[int, dict[int, dict[float, list[Term]]]] = {}
    for term in whole:
        ways.setdefault(term.group, {}).setdefault(term.slot, {}).setdefault(term.strength, []).append(term)
    queries: list[Query] = []
    for slots in ways.values():
        parts: list[Query] = []
        for strengths in slots.values():
            found = [
                {"constant_score": {"filter": _any_of(terms, levels), "boost": max(1e-6, worth * strength)}}
                for strength, terms in strengths.items()
            ]
            parts.append(found[0] if len(found) == 1 else {"dis_max": {"queries": found}})
        queries.append(_sum(parts))
    if pieces:
        need = pieces[0].need
        enough = {"bool": {"should": [_term(term, levels, 1.0) for term in pieces], "minimum_should_match": need}}
        boost = worth * GRAM_STRENGTH * need / len(pieces)
        queries.append({"constant_score": {"filter": enough, "boost": max(1e-6, boost)}})
    return queries[0] if len(queries) == 1 else {"dis_max": {"queries": queries}}


def _rarity(term: Term, frequencies: dict[str, int], number: int) -> float:
    return rarity(frequencies.get(term.stream + term.text, 0), number)


def _boost(term: Term, frequencies: dict[str, int], number: int) -> float:
    return max(1e-6, term.weight * term.strength * _rarity(term, frequencies, number) / LEVELS[term.stream])
