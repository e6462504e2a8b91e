"""From entries to their copies: what is noted as behind is sent in bulk, and crossed off when it is confirmed."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from ..models import SearchEntry, SearchIndex, Shipment
from ..models.shipping import MAX_ATTEMPTS
from .client import FAILURES, get_breaker, get_client
from .mapping import copy_of, prefix, schema, tombstone, write_alias

logger = logging.getLogger(__name__)
PORTION = 500
#: Bytes of one bulk request; Elasticsearch refuses more than 100 MB and copes best with far less.
MAX_BYTES = 5_000_000
BULK_SECONDS = 30
#: How long an index that takes nothing is left alone.
PAUSE = timedelta(seconds=5)
#: Up to so many changed entries Elasticsearch is asked to show at once instead of after its next refresh.
AT_ONCE = 100

Operation = tuple[int, int, bytes]  # entry id, version, document


def targets() -> QuerySet[SearchIndex]:
    """Return the indexes this code can write: those of its own schema."""
    return SearchIndex.objects.filter(schema=schema(), name__startswith=prefix())


def ship_pending(limit: int = PORTION, *, patience: float = BULK_SECONDS) -> int:
    """Send up to ``limit`` due shipments of each index; return how many were confirmed. Never raises for a server that is away.

    ``patience``: seconds a bulk request may take; few where a person waits for the answer.
    """
    return sum(ship(index, limit, patience=patience) for index in targets()) if settings.ELASTICSEARCH_URL else 0


def ship(index: SearchIndex, limit: int = PORTION, *, patience: float = BULK_SECONDS) -> int:
    """Send up to ``limit`` due shipments of one index; return how many were confirmed."""
    if not get_breaker().closed:
        return 0
    try:
        return _ship(index, limit, patience)
    except Overloaded as error:
        # This index takes nothing; others, and searches, may well work.
        logger.warning("index %s takes nothing: %s", index, error)
        index.shipments.filter(due_at__lte=timezone.now()).update(due_at=timezone.now() + PAUSE)
    except FAILURES as error:
        get_breaker().failed(error)
    return 0


def due(index: SearchIndex) -> QuerySet[Shipment]:
    """Return what may be sent now, oldest first."""
    return index.shipments.filter(due_at__lte=timezone.now(), attempts__lt=MAX_ATTEMPTS).order_by("due_at", "pk")


def _ship(index: SearchIndex, limit: int, patience: float) -> int:
    # The generation is read before the entry: what changes after that is sent again.
    rows = {row.entry_id: row for row in due(index)[:limit]}
    if not rows:
        return 0
    alias = write_alias(building=index.state != SearchIndex.State.LIVE)
    entries = SearchEntry.objects.in_bulk(list(rows))
    now = timezone.now().isoformat()
    operations = [
        (pk, entries[pk].version, copy_of(entries[pk])) if pk in entries else (pk, row.version, tombstone(now))
        for pk, row in rows.items()
    ]
    confirmed = 0
    for portion in in_portions(operations):
        refused = send(alias, portion, refresh=len(rows) <= AT_ONCE, patience=patience)
        for pk, _version, _document in portion:
            if pk in refused:
                _refused(rows[pk], refused[pk])
            else:
                confirmed += Shipment.objects.filter(pk=rows[pk].pk, generation=rows[pk].generation).delete()[0]
    return confirmed


def in_portions(operations: Iterable[Operation]) -> Iterator[list[Operation]]:
    """Yield lists of operations of at most ``PORTION`` documents and about ``MAX_BYTES``."""
    portion: list[Operation] = []
    size = 0
    for operation in operations:
        if portion and (len(portion) >= PORTION or size + len(operation[2]) > MAX_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(operation)
        size += len(operation[2])
    if portion:
        yield portion


def send(alias: str, operations: list[Operation], *, refresh: bool, patience: float = BULK_SECONDS) -> dict[int, str]:
    """Send documents with their versions; return entry id -> error of those Elasticsearch refuses for good.

    An older version than the one that is there answers 409: the newer one stays, which is what we want. Raises an
    error of the client when the server is away, overloaded or read-only: then all of it is sent again later.
    """
    lines: list[Any] = []
    for pk, version, document in operations:
        lines.append(json.dumps({"index": {"_id": str(pk), "version": version, "version_type": "external"}}).encode())
        lines.append(document)
    answer = (
        get_client()
        .options(request_timeout=patience, max_retries=0)
        .bulk(index=alias, operations=lines, refresh=refresh, require_alias=True)
    )
    refused: dict[int, str] = {}
    for item in answer["items"] if answer["errors"] else ():
        result = item["index"]
        status = result["status"]
        if status < 300 or status == 409:
            continue
        error = result["error"]
        reason = f"{error['type']}: {error.get('reason', '')}"[:500]
        if status in (403, 404, 429) or status >= 500:  # full, read-only, missing, overloaded: not the entry's fault
            raise Overloaded(reason)
        refused[int(result["_id"])] = reason
    return refused


class Overloaded(FAILURES[1]):  # type: ignore[misc]
    """Elasticsearch takes nothing at the moment."""


def _refused(row: Shipment, reason: str) -> None:
    attempts = row.attempts + 1
    row.attempts = attempts
    logger.error("Elasticsearch refuses search entry %s: %s", row.entry_id, reason.partition(":")[0])
    Shipment.objects.filter(pk=row.pk, generation=row.generation).update(
        attempts=attempts, error=reason, due_at=timezone.now() + row.wait()
    )


def retry_dead() -> int:
    """Make what was refused due again, from the first attempt; return how many."""
    return Shipment.objects.filter(attempts__gt=0).update(attempts=0, due_at=timezone.now())


def lag(index: SearchIndex) -> timedelta:
    """Return how old the oldest change is that the index does not have; refused entries don't count."""
    oldest = index.shipments.filter(attempts__lt=MAX_ATTEMPTS).order_by("noted_at").values_list("noted_at", flat=True)
    first = oldest.first()
    return timezone.now() - first if first else timedelta(0)


def purge_tombstones(older_than: timedelta = timedelta(days=1)) -> int:
    """Delete the places of entries long gone; return how many. No late shipment can bring them back by then."""
    before = (timezone.now() - older_than).isoformat()
    answer = (
        get_client()
        .options(request_timeout=BULK_SECONDS)
        .delete_by_query(
            index=write_alias(),
            query={"bool": {"filter": [{"range": {"gone_at": {"lt": before}}}]}},
            conflicts="proceed",
        )
    )
    return int(answer["deleted"])


def pending(limit: int) -> list[tuple[int, Any]]:
    """Return (entry id, time noted) of what the index that answers searches does not have yet, oldest first."""
    states = Q(index__state=SearchIndex.State.LIVE) | Q(index__state=SearchIndex.State.JOINING)
    rows = Shipment.objects.filter(states, index__schema=schema(), index__name__startswith=prefix())
    return list(rows.order_by("noted_at").values_list("entry_id", "noted_at")[:limit])
