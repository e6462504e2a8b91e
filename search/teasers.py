"""Single records and lists of the newest, for blocks of pages: asked for by capability (docs/plugins.md).

A record is named by its key, "kind:id". The access filter is inside, as in every search.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext

from cms.caching import versions
from cms.records.texts import current_language, default_language

from .cards import HitCard, card_of
from .documents import documents
from .models import SearchEntry
from .records import find_record
from .scope import scope_for

KEY = re.compile(r"([a-z_]{1,40}):([\w-]{1,64})")
#: Kinds that are parts of other things or people: no list of the newest shows them unless it is asked for them.
NOT_LISTED = ("document", "person")


@dataclass(frozen=True)
class RecordCard:
    """What a teaser shows of a record; ``label`` and ``icon`` are those of its kind."""

    key: str
    kind: str
    label: Any
    icon: str
    title: str
    url: str
    summary: str
    language: str
    date: date | None
    card: HitCard


def key_of(text: str) -> str:
    """Return the key of what ``text`` names: a key, an address or a title of this site. Raises ValidationError.

    Titles are looked up among what everybody may see. Who knows the address of something internal may point to it:
    a teaser shows nothing to those who may not see it.
    """
    wanted = text.strip()
    if KEY.fullmatch(wanted):
        return wanted
    if "/" in wanted:
        path = re.sub(r"^[a-z]+://[^/]*", "", wanted).partition("?")[0].partition("#")[0]
        row = SearchEntry.objects.filter(url=path, is_live=True).order_by("part", "pk").first()
        if row is None:
            raise ValidationError(gettext("Nothing of this site that can be found has this address."))
    else:
        row = find_record(wanted, reader=None)
    return f"{row.kind}:{row.object_id}"


def record_at(reader: Any, path: str) -> tuple[str, str] | None:
    """Return (kind, id) of what is at ``path`` of this site, as far as ``reader`` may see it; else None."""
    rows = scope_for(reader).queryset().filter(url=path, part="").order_by("pk")
    return rows.values_list("kind", "object_id").first()


def address_of(key: str) -> str:
    """Return the path of the record ``key``; "" when there is none."""
    kind, _colon, object_id = key.partition(":")
    rows = SearchEntry.objects.filter(kind=kind, object_id=object_id, is_live=True).order_by("part", "pk")
    return rows.values_list("url", flat=True).first() or ""


def reference_of(key: str) -> tuple[type[Model], str] | None:
    """Return model and id of the record ``key``; None for a kind nobody declares."""
    kind, _colon, object_id = key.partition(":")
    document = documents().get(kind)
    return (document.model, object_id) if document and object_id else None


def cards(reader: Any, keys: Iterable[str]) -> dict[str, RecordCard]:
    """Return key -> card, in the active language or else in the default language, of what ``reader`` may see. One query."""
    wanted = {match[0]: (match[1], match[2]) for key in keys if (match := KEY.fullmatch(key))}
    if not wanted:
        return {}
    chosen = Q()
    for kind, object_id in wanted.values():
        chosen |= Q(kind=kind, object_id=object_id)
    rows = scope_for(reader).queryset().filter(chosen, part="").defer("analysed", "body", "staff_text", "agent_text")
    preferred = (default_language(), current_language())
    found: dict[str, RecordCard] = {}
    # The best language comes last and stays.
    for row in sorted(
        rows, key=lambda row: (preferred.index(row.language) if row.language in preferred else -1, row.pk)
    ):
        found[f"{row.kind}:{row.object_id}"] = _card(row)
    return found


def listed(
    reader: Any, *, topic: str = "", kind: str = "", number: int = 6, by_title: bool = False, without: str = ""
) -> list[RecordCard]:
    """Return at most ``number`` things of ``kind`` about ``topic`` that ``reader`` may see, newest first or by title.

    In the active language; in the default language when there is nothing else. ``without``: the key of one to leave out.
    """
    for language in dict.fromkeys((current_language(), default_language())):
        rows = _about(scope_for(reader, languages=(language,)).queryset().filter(part=""), topic)
        rows = rows.filter(kind=kind) if kind else rows.exclude(kind__in=NOT_LISTED)
        if without:
            own_kind, _colon, own_id = without.partition(":")
            rows = rows.exclude(kind=own_kind, object_id=own_id)
        newest = (F("date").desc(nulls_last=True), "title", "pk")
        rows = rows.defer("analysed", "body", "staff_text", "agent_text")
        found = list(rows.order_by(*(("title", "pk") if by_title else newest))[:number])
        if found:
            return [_card(row) for row in found]
    return []


def kind_names() -> dict[str, Any]:
    """Return kind -> label of everything that can be found."""
    return {kind: document.label for kind, document in documents().items()}


def topic_names() -> dict[str, str]:
    """Return topic -> name in the active language, of all kinds."""

    def read() -> dict[str, str]:
        names: dict[str, str] = {}
        for document in documents().values():
            if ask := getattr(document, "topic_names", None):
                names |= ask()
        return names

    return versions.remembered(f"search.topic_names {current_language()}", read)


def _about(entries: QuerySet[SearchEntry], topic: str) -> QuerySet[SearchEntry]:
    # Only PostgreSQL can ask whether JSON contains a value; a topic is a slug, so the text of the column serves both.
    return (
        entries.annotate(as_text=Cast("topics", TextField())).filter(as_text__contains=f'"{topic}"')
        if topic
        else entries
    )


def _card(row: SearchEntry) -> RecordCard:
    document = documents().get(row.kind)
    return RecordCard(
        key=f"{row.kind}:{row.object_id}",
        kind=row.kind,
        label=document.label if document else row.kind,
        icon=document.icon if document else "",
        title=row.title,
        url=row.url,
        summary=row.summary,
        language=row.language,
        date=row.date,
        card=card_of(row),
    )
