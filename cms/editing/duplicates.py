"""Pages and records that say nearly the same, found without comparing everything with everything.

A text becomes a set of shingles of four words; of these 64 minima under different hash functions are kept (A. Broder,
On the resemblance and containment of documents, 1997). Equal minima estimate the share of shingles two texts have in
common. The minima are cut into slices of four; only things that share a slice are compared, which finds nine of ten
pairs that share two thirds of their shingles, and hardly any that share less than a third.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from wagtail.models import Page

from cms.access.rules import rule_ids_for
from cms.contracts.search import Entry, SearchDocument
from cms.plugins.registry import collect

from .models import PrintBand, TextPrint

HASHES, SLICE, SHINGLE = 64, 4, 4
#: From this share of common shingles on, texts (or titles, by groups of three letters) count as nearly the same.
TEXT, TITLE = 0.55, 0.7
#: Shorter texts are not compared: what is usual in an office (opening hours, "further information") is not copied.
ENOUGH = 40
_PRIME = (1 << 61) - 1
_FACTORS = [
    tuple(int.from_bytes(hashlib.sha256(f"{name} {number}".encode()).digest()[:7], "big") | 1 for name in "ab")
    for number in range(HASHES)
]
#: A slice that more texts share is a stock phrase.
CROWD = 50
#: Uploaded files repeat pages on purpose; people share titles.
LEFT_OUT = frozenset({"document", "person"})


@dataclass(frozen=True)
class Similar:
    """A thing that says nearly the same: percent of the text and of the title in common."""

    kind: Any
    title: str
    url: str
    text: int
    same_title: int


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
    return re.findall(r"\w+", "".join(sign for sign in plain if not unicodedata.combining(sign)))


def _minima(parts: Iterable[str]) -> list[int]:
    values = {int.from_bytes(hashlib.blake2b(part.encode(), digest_size=7).digest(), "big") for part in parts}
    return [min((a * value + b) % _PRIME for value in values) for a, b in _FACTORS] if values else []


def signature(text: str) -> list[int]:
    """Return the minima of a text; none for a short one."""
    found = _words(text)
    return (
        _minima(" ".join(found[at : at + SHINGLE]) for at in range(len(found) - SHINGLE + 1))
        if len(found) >= ENOUGH
        else []
    )


def title_signature(title: str) -> list[int]:
    """Return the minima of a title's groups of three letters; the order of its words does not matter."""
    letters = f"  {' '.join(sorted(_words(title)))} "
    return _minima(letters[at : at + 3] for at in range(len(letters) - 2)) if letters.strip() else []


def common(one: list[int], other: list[int]) -> float:
    """Return the estimated share of what two signatures were made of."""
    return sum(a == b for a, b in zip(one, other, strict=True)) / HASHES if one and other else 0.0


def bands(name: str, minima: list[int]) -> Iterator[int]:
    """Yield the slices of a signature as numbers that fit into a column."""
    for at in range(0, len(minima), SLICE):
        digest = hashlib.blake2b(f"{name} {at} {minima[at : at + SLICE]}".encode(), digest_size=8).digest()
        yield int.from_bytes(digest, "big", signed=True)


def documents() -> dict[str, SearchDocument]:
    """Return kind -> document of everything that is compared."""
    found = {document.kind: document for _config, items in collect("search") for document in items}
    return {kind: document for kind, document in found.items() if kind not in LEFT_OUT}


@transaction.atomic
def store(kind: str, object_id: str) -> None:
    """Store the fingerprints of one thing anew; what is gone or no longer live loses them."""
    TextPrint.objects.filter(kind=kind, object_id=object_id).delete()
    document = documents().get(kind)
    if document is None or not object_id.isdigit():
        return
    for thing in document.queryset().filter(pk=int(object_id)):
        _store([(kind, thing, entry) for entry in document.entries(thing)])


def store_all() -> int:
    """Store all fingerprints anew; return how many."""
    count = 0
    for kind, document in documents().items():
        with transaction.atomic():
            TextPrint.objects.filter(kind=kind).delete()
            batch = []
            for thing in document.queryset().iterator(chunk_size=200):
                batch += [(kind, thing, entry) for entry in document.entries(thing)]
                if len(batch) >= 200:
                    count += _store(batch)
                    batch = []
            count += _store(batch)
    return count


def _store(batch: list[tuple[str, Any, Entry]]) -> int:
    rows = TextPrint.objects.bulk_create(
        TextPrint(
            kind=kind,
            object_id=str(thing.pk),
            language=entry.language,
            title=entry.title[:500],
            url=entry.url[:1000],
            rule_id=entry.rule_id,
            signature=signature(f"{entry.summary} {entry.body}"),
            title_signature=title_signature(entry.title),
        )
        for kind, thing, entry in batch
        if not entry.part
    )
    PrintBand.objects.bulk_create(
        [
            PrintBand(text_print=row, band=band)
            for row in rows
            for name, minima in (("text", row.signature), ("title", row.title_signature))
            for band in bands(name, minima)
        ],
        batch_size=2000,
    )
    return len(rows)


def of_page(page: Page, reader: Any) -> list[Similar]:
    """Return what ``reader`` may see and says nearly the same as ``page`` as it is in memory, most similar first."""
    body = getattr(page, "body", None)
    parts = [] if body is None else [str(part) for part in body.stream_block.get_searchable_content(body)]
    text = " ".join([getattr(page, "summary", ""), getattr(page, "intro", ""), *parts])
    own = TextPrint(
        kind="page",
        object_id=str(page.pk),
        language=page.locale.language_code,
        signature=signature(text),
        title_signature=title_signature(page.title),
    )
    numbers = [*bands("text", own.signature), *bands("title", own.title_signature)]
    ids = PrintBand.objects.filter(band__in=numbers).values("text_print_id")
    rows = _seen(reader).filter(pk__in=ids, language=own.language).exclude(kind="page", object_id=str(page.pk))
    return [similar for _score, similar in _judged(own, rows[:200], _labels())][:10]


def _seen(reader: Any) -> QuerySet[TextPrint]:
    return TextPrint.objects.filter(rule__among=rule_ids_for(reader), kind__in=list(documents()))


def _labels() -> dict[str, Any]:
    return {kind: document.label for kind, document in documents().items()}


def _judged(own: TextPrint, rows: Iterable[TextPrint], labels: dict[str, Any]) -> list[tuple[float, Similar]]:
    found = []
    for row in rows:
        text, title = common(own.signature, row.signature), common(own.title_signature, row.title_signature)
        if text >= TEXT or title >= TITLE:
            similar = Similar(labels.get(row.kind, row.kind), row.title, row.url, round(100 * text), round(100 * title))
            found.append((max(text, title), similar))
    return sorted(found, key=lambda pair: -pair[0])


def pairs(reader: Any, limit: int = 100) -> list[tuple[TextPrint, Similar]]:
    """Return pairs of things ``reader`` may see that say nearly the same, most similar first."""
    own = _seen(reader).values("pk")
    shared = PrintBand.objects.filter(text_print__in=own).values("band").annotate(number=Count("pk"))
    shared = shared.filter(number__gt=1, number__lte=CROWD).values("band")
    meeting: dict[int, set[int]] = {}
    for band, pk in PrintBand.objects.filter(band__in=shared, text_print__in=own).values_list("band", "text_print_id"):
        meeting.setdefault(band, set()).add(pk)
    together = {
        (one, other)
        for ids in meeting.values()
        for at, one in enumerate(sorted(ids))
        for other in sorted(ids)[at + 1 :]
    }
    seen = _seen(reader).in_bulk({pk for pair in together for pk in pair})
    found, labels = [], _labels()
    for one, other in together:
        if seen[one].language == seen[other].language:
            found += [(score, seen[one], similar) for score, similar in _judged(seen[one], [seen[other]], labels)]
    found.sort(key=lambda item: -item[0])
    return [(row, similar) for _score, row, similar in found[:limit]]


def forget_kind_gone() -> int:
    """Delete fingerprints of kinds that nobody offers any more; return how many."""
    return TextPrint.objects.filter(~Q(kind__in=list(documents()))).delete()[0]
