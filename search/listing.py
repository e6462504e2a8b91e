"""Lists of what is findable that need no query: about a topic, from A to Z, near a wrong address, all that is public.

The core asks for them by capability (docs/plugins.md); the access filter is inside, as in every search.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Substr

from cms.records.texts import current_language, default_language

from .documents import documents
from .models import SearchEntry
from .queries import SearchQuery, search
from .scope import public_rule, scope_for

#: Kinds that have lists of their own, or are parts of other things.
NOT_LISTED = ("document", "person")
OTHER = "#"
COLUMNS = ("kind", "title", "url", "language", "summary", "rule_id", "topics", "date")


@dataclass(frozen=True)
class Listed:
    """An entry of a list; ``label`` and ``icon`` are those of its kind."""

    kind: str
    label: Any
    icon: str
    title: str
    url: str
    language: str
    summary: str
    is_internal: bool
    date: Any = None


def about(reader: Any, topic: str) -> list[Listed]:
    """Return everything about ``topic`` (the value in the entries) that ``reader`` may see, by kind and title."""
    # Only PostgreSQL can ask whether JSON contains a value; the text of the column serves both.
    entries = _once_a_thing(reader).annotate(as_text=Cast("topics", TextField()))
    rows = entries.filter(as_text__contains=f'"{topic}"').values_list(*COLUMNS, named=True)
    found = [_listed(row) for row in rows if topic in row.topics]
    order = list(documents())
    return sorted(found, key=lambda item: (order.index(item.kind), _sortable(item.title)))


def letters(reader: Any) -> Counter[str]:
    """Return letter -> number of things whose title begins with it, that ``reader`` may see."""
    rows = _titled(reader).values_list("initial").annotate(Count("pk")).order_by()
    found: Counter[str] = Counter()
    for initial, number in rows:
        found[letter_of(initial)] += number
    return found


def beginning_with(reader: Any, letter: str) -> list[Listed]:
    """Return the things whose title begins with ``letter`` that ``reader`` may see, in the order of the alphabet."""
    entries = _titled(reader)
    initials = {initial for (initial,) in entries.values_list("initial").distinct().order_by()}
    wanted = [initial for initial in initials if letter_of(initial) == letter]
    rows = entries.filter(initial__in=wanted).values_list(*COLUMNS, named=True)
    return sorted((_listed(row) for row in rows), key=lambda item: _sortable(item.title))


def nearest(reader: Any, text: str) -> list[Listed]:
    """Return what ``reader`` may have meant by the words of a wrong address."""
    found = search(SearchQuery(text=text, size=10), reader=reader, corrects=False).hits[:5]
    return [
        Listed(hit.kind, hit.label, hit.icon, hit.title, hit.url, hit.language, "", hit.is_internal, hit.date)
        for hit in found
    ]


def public_addresses() -> QuerySet[Any, tuple[str, datetime, str, str]]:
    """Return (path, when its text changed, language, key) of all public records, without pages and files.

    One thing in several languages has the same key.
    """
    scope = scope_for(None, languages=tuple(code for code, _name in settings.LANGUAGES))
    rows = scope.queryset().filter(rule=scope.public_rule, part="").exclude(kind__in=["page", "document"])
    key = Concat("kind", Value(":"), "object_id", output_field=CharField())
    return rows.order_by("url", "pk").values_list("url", "updated_at", "language", key)


def is_readable(reader: Any, path: str) -> bool | None:
    """Return whether ``reader`` may read what has the address ``path``; None when nothing findable has it."""
    entries = SearchEntry.objects.filter(url=path)
    if scope_for(reader).queryset().filter(url=path).exists():
        return True
    return False if entries.exists() else None


def letter_of(initial: str) -> str:
    """Return under which letter a title with this first character stands: Ä under A, digits under "#"."""
    base = unicodedata.normalize("NFKD", initial.upper())[:1]
    return base if "A" <= base <= "Z" else OTHER


def _sortable(title: str) -> str:
    """Return ``title`` as a dictionary sorts it (DIN 5007-1: umlauts as their base letters)."""
    folded = unicodedata.normalize("NFKD", title.casefold())
    return "".join(character for character in folded if not unicodedata.combining(character))


def _once_a_thing(reader: Any) -> QuerySet[SearchEntry]:
    """Return an entry for each thing: in the active language, else in the default language."""
    language = current_language()
    scope = scope_for(reader, languages=tuple(dict.fromkeys((language, default_language()))))
    entries = scope.queryset().filter(part="")
    if language == default_language():
        return entries
    better = scope.queryset().filter(fold_key=OuterRef("fold_key"), language=language)
    return entries.filter(Q(language=language) | ~Exists(better))


def _titled(reader: Any) -> QuerySet[SearchEntry]:
    return _once_a_thing(reader).exclude(kind__in=NOT_LISTED).annotate(initial=Substr("title", 1, 1))


def _listed(row: Any) -> Listed:
    document = documents().get(row.kind)
    return Listed(
        kind=row.kind,
        label=document.label if document else row.kind,
        icon=document.icon if document else "",
        title=row.title,
        url=row.url,
        language=row.language,
        summary=row.summary,
        is_internal=row.rule_id != public_rule(),
        date=row.date,
    )
