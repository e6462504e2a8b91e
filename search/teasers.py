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
from django.db.models import F, IntegerField, Model, Q, QuerySet, TextField, Value, Window
from django.db.models.functions import Cast, RowNumber
from django.utils.translation import gettext

from cms.caching import versions
from cms.contracts.search import Listing
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


def cards(reader: Any, keys: Iterable[str], listings: Iterable[Listing] = ()) -> dict[str | Listing, Any]:
    """Return key -> card, listing -> list of cards, of what ``reader`` may see. One query.

    A card is in the active language or else in the default language; keys of what is hidden or gone are left out.
    """
    wanted = {match[0]: (match[1], match[2]) for key in keys if (match := KEY.fullmatch(key))}
    asked = list(listings)
    languages = list(dict.fromkeys((current_language(), default_language())))
    parts = [_chosen(reader, list(wanted.values()))] if wanted else []
    parts += [_part(reader, one, number, language) for number, one in enumerate(asked) for language in languages]
    if not parts:
        return {}
    found: dict[str | Listing, Any] = {}
    lists: dict[tuple[int, str], list[RecordCard]] = {}
    # By place in the list; of one thing in several languages the best comes last and stays.
    order = {language: -number for number, language in enumerate(languages)}
    for row in sorted(
        parts[0].union(*parts[1:], all=True), key=lambda row: (row.place, order.get(row.language, -9), row.pk)
    ):
        if row.listing < 0:
            found[f"{row.kind}:{row.object_id}"] = _card(row)
        else:
            lists.setdefault((row.listing, row.language), []).append(_card(row))
    for number, one in enumerate(asked):
        found[one] = next((lists[number, language] for language in languages if (number, language) in lists), [])
    return found


def _chosen(reader: Any, records: list[tuple[str, str]]) -> QuerySet[SearchEntry]:
    chosen = Q()
    for kind, object_id in records:
        chosen |= Q(kind=kind, object_id=object_id)
    return _placed(scope_for(reader).queryset().filter(chosen, part=""), -1, Value(0))


def _part(reader: Any, wanted: Listing, number: int, language: str) -> QuerySet[SearchEntry]:
    """Return the entries of the list ``wanted`` in one language; ``number`` tells them from those of other lists."""
    rows = _about(scope_for(reader, languages=(language,)).queryset().filter(part=""), wanted.topic)
    rows = rows.filter(kind=wanted.kind) if wanted.kind else rows.exclude(kind__in=NOT_LISTED)
    if wanted.without:
        own_kind, _colon, own_id = wanted.without.partition(":")
        rows = rows.exclude(kind=own_kind, object_id=own_id)
    order = [F("title").asc(), F("pk").asc()]
    if not wanted.by_title:
        order.insert(0, F("date").desc(nulls_last=True))
    first = rows.order_by(*order).values("pk")[: wanted.number]
    # In a union no part can be cut, but its own selection can.
    place = Window(RowNumber(), order_by=order)
    return _placed(SearchEntry.objects.filter(pk__in=first), number, place)


def _placed(rows: QuerySet[SearchEntry], listing: int, place: Any) -> QuerySet[SearchEntry]:
    rows = rows.annotate(listing=Value(listing, output_field=IntegerField()), place=place)
    return rows.defer("analysed", "body", "staff_text", "agent_text").order_by()


def listed(
    reader: Any, *, topic: str = "", kind: str = "", number: int = 6, by_title: bool = False, without: str = ""
) -> list[RecordCard]:
    """Return what a :class:`Listing` asks for, as far as ``reader`` may see it."""
    wanted = Listing(topic=topic, kind=kind, number=number, by_title=by_title, without=without)
    return cards(reader, (), [wanted])[wanted]


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
