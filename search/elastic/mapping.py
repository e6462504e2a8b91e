"""How an entry looks in Elasticsearch.

Our analysis makes the tokens, so that both engines mean the same by a word; Elasticsearch splits them at spaces. A
token stands as often as it weighs in its entry (1 to 8, see search/analysis/analyzer.py), and the similarity counts
exactly that. Rarity is not taken from the index: it would tell what hidden entries contain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.conf import settings
from elasticsearch.dsl import Boolean, Date, Document, Float, GeoPoint, Keyword, Long, Text, analyzer

from ..analysis import fold
from ..analysis.analyzer import ANALYSIS_VERSION
from ..models import SearchEntry

_TOKENS = analyzer("tokens", tokenizer="whitespace")


def _tokens() -> Text:
    return Text(analyzer=_TOKENS, index_options="freqs", norms=False, similarity="weight")


class EntryDocument(Document):
    """A copy of a ``SearchEntry``. Streams end with the level of readers who may search them (0 everybody)."""

    entry = Long()
    live = Boolean()
    #: A page of a document: its other pages may answer, too, and all of them count once.
    parted = Boolean()
    kind = Keyword()
    fold = Keyword()
    language = Keyword()
    rule = Keyword()
    path = Keyword()
    topic = Keyword()
    unit = Keyword()
    district = Keyword()
    date = Date()
    place = GeoPoint()
    boost = Float()
    opens = Date()
    closes = Date()
    gone_at = Date()
    name = Keyword(index=False)
    exact = Keyword()
    word = Keyword()
    s0 = _tokens()
    p0 = _tokens()
    g0 = _tokens()
    s1 = _tokens()
    p1 = _tokens()
    g1 = _tokens()
    s2 = _tokens()
    p2 = _tokens()
    g2 = _tokens()


def body() -> dict[str, Any]:
    """Return settings and mappings of an index, without what differs from city to city."""
    mappings = EntryDocument._doc_type.mapping.to_dict()
    # What hits show is read from the projection, through the access filter; the copy keeps no readable text.
    mappings |= {"dynamic": False, "_source": {"enabled": False}}
    return {
        "mappings": mappings,
        "settings": {
            "analysis": {"analyzer": {"tokens": {"type": "custom", "tokenizer": "whitespace"}}},
            "similarity": {
                "weight": {"type": "scripted", "script": {"source": "return query.boost * (doc.freq - 0.5);"}}
            },
            "max_result_window": 10_000,
        },
    }


@cache
def schema() -> str:
    """Return what tells apart indexes of different code: a digest of mapping and analysis."""
    text = json.dumps([body(), ANALYSIS_VERSION], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


_aside: ContextVar[str] = ContextVar("search_aside", default="")


def prefix() -> str:
    """Return the beginning of all names."""
    return _aside.get() or settings.ELASTICSEARCH_PREFIX


@contextmanager
def aside(name: str) -> Iterator[None]:
    """Use indexes of another name inside, for measurements beside the real one."""
    token = _aside.set(name)
    try:
        yield
    finally:
        _aside.reset(token)


def read_alias() -> str:
    """Return the alias that searches use. New code reads its own, old code goes on with the old one."""
    return f"{prefix()}-{schema()}-read"


def write_alias(*, building: bool = False) -> str:
    """Return the alias that shipments of the index in use go to, or those of the one being built."""
    return f"{prefix()}-{schema()}-{'build' if building else 'write'}"


def copy_of(row: SearchEntry) -> bytes:
    """Return the document of an entry as JSON; the analysed fields were made when the entry was."""
    values: dict[str, Any] = {
        "entry": row.pk,
        "live": row.is_live,
        "parted": True if row.part else None,
        "kind": row.kind,
        "fold": row.fold_key,
        "language": row.language,
        "rule": str(row.rule_id),
        "path": row.page_path,
        "topic": row.topics,
        "unit": str(row.unit_id) if row.unit_id else None,
        "district": row.district or None,
        "date": row.date.isoformat() if row.date else None,
        "place": {"lat": row.latitude, "lon": row.longitude} if _on_earth(row) else None,
        "boost": row.boost,
        "name": fold(row.title)[:200],
        "opens": row.publish_from.isoformat() if row.publish_from else None,
        "closes": row.publish_until.isoformat() if row.publish_until else None,
    }
    head = json.dumps({key: value for key, value in values.items() if value not in (None, [])}, ensure_ascii=False)
    inner = row.analysed.strip()[1:-1].strip()
    return (head[:-1] + (", " + inner if inner else "") + "}").encode()


def _on_earth(row: SearchEntry) -> bool:
    return (
        row.latitude is not None and row.longitude is not None and abs(row.latitude) <= 90 and abs(row.longitude) <= 180
    )


def tombstone(gone_at: str) -> bytes:
    """Return what takes the place of a deleted entry: Elasticsearch forgets versions of deleted documents."""
    return json.dumps({"live": False, "gone_at": gone_at}).encode()
