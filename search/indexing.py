"""From changed records to entries: marked in the changing transaction, built from committed rows after it."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from typing import Any

from django.db import connection, transaction
from wagtail.models import Page

from cms.contracts.search import Entry, SearchDocument
from cms.plugins import switches

from .analysis import NOUNS, Analyzer, Field, Splitter
from .analysis.analyzer import ANALYSIS_VERSION
from .documents import documents
from .models import Level, PendingObject, SearchEntry, SearchPosting

logger = logging.getLogger(__name__)
#: Up to so many objects are built right after the commit; more are left to the worker.
IMMEDIATE_LIMIT = 200
MAX_ATTEMPTS = 8
TITLE, ALTERNATIVE, KEYWORD, SUMMARY, BODY = 4.0, 3.0, 2.5, 1.5, 1.0
ENTRY_FIELDS = tuple(name for name in Entry.__dataclass_fields__ if name not in {"rule_id", "same_as", "card"})


@cache
def analyzer() -> Analyzer:
    """Return the analyzer with the vocabulary for compounds."""
    return Analyzer(Splitter(NOUNS))


def mark(kind: str, object_ids: Iterable[Any]) -> None:
    """Note that the entries of these objects must be built again, and build them after the commit."""
    # In one order everywhere: transactions that mark the same objects wait for each other instead of deadlocking.
    ids = sorted({str(pk) for pk in object_ids})
    if not ids:
        return
    PendingObject.objects.bulk_create(
        [PendingObject(kind=kind, object_id=pk) for pk in ids],
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["marked_at", "attempts"],
        batch_size=500,
    )
    # Once a transaction: an import marks thousands of times. A callback of an inner savepoint does not count when we
    # are outside of it, because it goes when that savepoint is rolled back.
    here = set(connection.savepoint_ids)
    if not any(callback is after_commit and sids <= here for sids, callback, _robust in connection.run_on_commit):
        transaction.on_commit(after_commit)


def after_commit() -> None:
    """Build what is pending when it is little, else wake the worker. Then tell Elasticsearch, where there is one."""
    from .tasks import project_soon

    waiting = PendingObject.objects.filter(attempts=0).count()
    if waiting > IMMEDIATE_LIMIT:
        project_soon()
    elif waiting:
        project_pending()


def note_shipment() -> None:
    """Call from the transaction that changed entries: their copies are sent after it, here or by a worker."""
    here = set(connection.savepoint_ids)
    if not any(callback is _ship and sids <= here for sids, callback, _robust in connection.run_on_commit):
        transaction.on_commit(_ship)


def _ship() -> None:
    from .tasks import ship_soon

    ship_soon()


def project_pending(limit: int = IMMEDIATE_LIMIT, *, include_failed: bool = False) -> int:
    """Build the entries of up to ``limit`` pending objects; return how many were done. One failure stops no other."""
    switches.forget()  # a plugin may have been switched by another process a moment ago
    rows = PendingObject.objects.order_by("marked_at")
    rows = rows.filter(attempts__lt=MAX_ATTEMPTS) if include_failed else rows.filter(attempts=0)
    done = 0
    for pending in list(rows[:limit]):
        try:
            with transaction.atomic():
                # The lock comes before the record is read: a change that commits later waits with its mark for us and
                # is built after us, so an older reading never overwrites a newer one.
                locked = PendingObject.objects.select_for_update().filter(pk=pending.pk).first()
                if locked is None:  # another process has built it
                    continue
                project(locked.kind, locked.object_id)
                locked.delete()
            done += 1
        # A contributed document may fail in any way; its error is kept for the operators, the others go on.
        except Exception as error:
            logger.exception("search entry of %s %s failed", pending.kind, pending.object_id)
            PendingObject.objects.filter(pk=pending.pk).update(
                attempts=pending.attempts + 1, last_error=f"{type(error).__name__}: {error}"[:500]
            )
    return done


def project(kind: str, object_id: str) -> None:
    """Make the stored entries of one object equal to what its document says now."""
    document = documents().get(kind)
    obj = document.queryset().filter(pk=object_id).first() if document else None
    store(kind, object_id, list(document.entries(obj)) if document and obj is not None else [])


def store(kind: str, object_id: str, entries: list[Entry]) -> None:
    """Write ``entries`` as the entries of (kind, object_id); unchanged ones are not touched, others go."""
    page_path = Page.objects.filter(pk=object_id).values_list("path", flat=True).first() or "" if kind == "page" else ""
    existing = {(row.language, row.part): row for row in SearchEntry.objects.filter(kind=kind, object_id=object_id)}
    for entry in entries:
        values = asdict(entry)
        digest = hashlib.sha256(
            json.dumps([ANALYSIS_VERSION, values], default=str, sort_keys=True).encode()
        ).hexdigest()
        row = existing.pop((entry.language, entry.part), None)
        unchanged = row is not None and row.content_hash == digest and row.rule_id == entry.rule_id
        if unchanged and row.is_live and row.page_path == page_path:
            continue
        if row is None:
            row = SearchEntry(kind=kind, object_id=object_id)
        else:
            row.version += 1
        for name in ENTRY_FIELDS:
            value = getattr(entry, name)
            setattr(row, name, list(value) if isinstance(value, tuple) else value)
        row.title = entry.title[:500]
        row.is_live, row.page_path = True, page_path
        row.rule_id = entry.rule_id
        row.fold_key = f"{kind}:{entry.same_as or object_id}"[:110]
        row.card = {name: value for name, value in asdict(entry.card).items() if value} if entry.card else {}
        row.content_hash = digest
        tokens = tokens_of(row)
        row.analysed = analysed(tokens)
        row.save()
        SearchPosting.objects.filter(entry=row).delete()
        SearchPosting.objects.bulk_create(
            [
                SearchPosting(entry=row, level=level, token=token[:100], weight=weight)
                for level, token, weight in tokens
            ],
            batch_size=2_000,
        )
    if existing:
        SearchEntry.objects.filter(pk__in=[row.pk for row in existing.values()]).delete()


Token = tuple[int, str, int]  # level of readers, stream and term ("ssteuer"), weight


def tokens_of(row: SearchEntry) -> list[Token]:
    """Return the tokens of an entry, those of staff's and agents' texts on their own levels."""
    public = [
        Field(row.title, TITLE, short=True),
        *(Field(text, ALTERNATIVE, short=True) for text in row.alternative_titles),
        *(Field(text, KEYWORD, short=True) for text in row.keywords),
        Field(row.summary, SUMMARY),
        Field(row.body, BODY),
    ]
    found: list[Token] = []
    for level, fields in (
        (Level.PUBLIC, public),
        (Level.STAFF, [Field(row.staff_text, BODY)] if row.staff_text else []),
        (Level.AGENT, [Field(row.agent_text, BODY)] if row.agent_text else []),
    ):
        # "s5steuer" is stream, weight, term.
        found += [
            (int(level), token[0] + token[2:], int(token[1])) for token in analyzer().tokens(fields, row.language)
        ]
    titles = analyzer().title_tokens([row.title, *row.alternative_titles, *row.keywords])
    return found + [(int(Level.PUBLIC), token, 0) for token in titles]


def analysed(tokens: list[Token]) -> str:
    """Return the tokens as Elasticsearch gets them: each stream one text in which a token stands as often as it weighs."""
    fields: dict[str, list[str]] = {}
    for level, token, weight in tokens:
        stream, term = token[0], token[1:]
        name = {"t": "exact", "w": "word"}.get(stream) or f"{stream}{level}"
        fields.setdefault(name, []).extend([term] * (weight + 1))
    texts = {name: found if name in ("exact", "word") else " ".join(found) for name, found in fields.items()}
    return json.dumps(texts, ensure_ascii=False)


def rebuild(kinds: Iterable[str] | None = None, progress: Any = None) -> int:
    """Build all entries again, object by object, and remove those of objects that are gone. Safe to repeat."""
    count = 0
    for document in documents().values():
        if kinds is None or document.kind in set(kinds):
            count += _rebuild(document, progress)
    return count


def _rebuild(document: SearchDocument, progress: Any) -> int:
    total = document.queryset().count()
    seen = set()
    for number, obj in enumerate(document.queryset().iterator(chunk_size=200), start=1):
        with transaction.atomic():
            store(document.kind, str(obj.pk), list(document.entries(obj)))
        seen.add(str(obj.pk))
        if progress and (number % 25 == 0 or number == total):
            progress(document.kind, number, total)
    gone = set(SearchEntry.objects.filter(kind=document.kind).values_list("object_id", flat=True)) - seen
    for object_id in gone:
        store(document.kind, object_id, [])
    return len(seen)
