"""What editors put first, or hide, for a query."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from .indexing import analyzer
from .models import BestBet
from .remembered import Remembered
from .synonyms import stems

Record = tuple[str, str]  # kind, object id


@dataclass(frozen=True)
class Curated:
    """Records to show first, in order, and records not to show."""

    first: tuple[Record, ...] = ()
    hidden: frozenset[Record] = frozenset()


def _read() -> dict[tuple[str, frozenset[str]], list[BestBet]]:
    found: dict[tuple[str, frozenset[str]], list[BestBet]] = defaultdict(list)
    for row in BestBet.objects.filter(is_active=True).order_by("position", "pk"):
        for phrase in row.phrases():
            found[row.language, frozenset(stems(phrase, analyzer(), row.language))].append(row)
    return dict(found)


bets = Remembered(_read)


def curated(text: str, languages: tuple[str, ...]) -> Curated:
    """Return what editors decided for the query ``text``, whatever its endings, spelling and order of words."""
    known = bets.get()
    if not known:
        return Curated()
    today = timezone.localdate()
    rows = [
        row
        for language in languages
        for row in known.get((language, frozenset(stems(text, analyzer(), language))), ())
        if (row.starts is None or row.starts <= today) and (row.ends is None or row.ends >= today)
    ]
    hidden = frozenset((row.kind, row.object_id) for row in rows if row.effect == BestBet.Effect.HIDE)
    first = dict.fromkeys((row.kind, row.object_id) for row in rows if row.effect == BestBet.Effect.FIRST)
    return Curated(tuple(record for record in first if record not in hidden), hidden)
