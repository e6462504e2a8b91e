"""A new index from the projection: copied in the background, caught up, compared, then put in the old one's place."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from ..models import SearchEntry, SearchIndex, Shipment
from .client import get_client
from .mapping import body, copy_of, prefix, read_alias, schema, write_alias
from .shipping import BULK_SECONDS, Overloaded, due, in_portions, send, ship

LEASE = timedelta(minutes=2)
READ = 1_000
#: Longest wait for changes that began before the new index was known, in seconds.
PATIENCE = 600
Progress = Callable[[SearchIndex], None]


class AlreadyRunning(Exception):
    """Another process builds the index; ``index`` tells how far it is."""

    def __init__(self, index: SearchIndex) -> None:
        super().__init__(index.name)
        self.index = index


def rebuild_index(progress: Progress | None = None) -> SearchIndex:
    """Build a new index and put it in place; searches and changes go on meanwhile. Return it.

    Goes on where an interrupted rebuild of the same schema stopped. Raises AlreadyRunning while another process does
    it, and the client's errors when Elasticsearch is away; started again, it goes on.
    """
    index = _claim()
    began = index.created_at
    _create(index)
    _copy(index, progress)
    _catch_up(index)
    _await_older_transactions(began)
    repair(index)
    _swap(index)
    return index


def _claim() -> SearchIndex:
    me = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
    ours = SearchIndex.objects.filter(schema=schema(), name__startswith=f"{prefix()}-")
    with transaction.atomic():
        index = ours.select_for_update().exclude(state=SearchIndex.State.LIVE).first()
        if index is not None and index.leased_until and index.leased_until > timezone.now():
            raise AlreadyRunning(index)
        until = timezone.now() + LEASE
        if index is None:
            # The number makes the name unique: of two that begin at the same moment only one gets it.
            number = max((int(row.name.rpartition("-")[2]) for row in ours), default=0) + 1
            name = f"{prefix()}-{schema()}-{number}"
            index, made = SearchIndex.objects.get_or_create(
                name=name, defaults={"schema": schema(), "builder": me, "leased_until": until}
            )
            if not made:
                raise AlreadyRunning(index)
        index.builder, index.leased_until = me, until
        index.save()
    return index


def _create(index: SearchIndex) -> None:
    client = get_client()
    if client.indices.exists(index=index.name):
        if index.cursor:
            return
        client.indices.delete(index=index.name)  # left over from another database, or begun without a first portion
    index.cursor = index.done = 0
    definition = body()
    replicas = settings.ELASTICSEARCH_REPLICAS
    definition["settings"] |= {
        "number_of_shards": settings.ELASTICSEARCH_SHARDS,
        "number_of_replicas": 0,  # copied over to other nodes once, when all is there
        "refresh_interval": "-1",
    }
    if "-" in replicas:
        definition["settings"]["auto_expand_replicas"] = "false"
    client.options(request_timeout=BULK_SECONDS).indices.create(
        index=index.name, aliases={write_alias(building=True): {}}, **definition
    )


def _copy(index: SearchIndex, progress: Progress | None) -> None:
    if index.state != SearchIndex.State.BUILDING:
        return
    index.total = SearchEntry.objects.count()
    alias = write_alias(building=True)
    for portion in in_portions((row.pk, row.version, copy_of(row)) for row in _entries_after(index.cursor)):
        refused = send(alias, portion, refresh=False)
        if refused:
            Shipment.objects.note(SearchEntry.objects.filter(pk__in=refused))
        index.cursor, index.done = portion[-1][0], index.done + len(portion)
        index.leased_until = timezone.now() + LEASE
        index.save(update_fields=["cursor", "done", "total", "leased_until"])
        if progress:
            progress(index)


def _entries_after(cursor: int) -> Iterator[SearchEntry]:
    """Yield all entries in order, in portions that keep memory flat and hold no transaction open."""
    while True:
        rows = list(
            SearchEntry.objects.filter(pk__gt=cursor)
            .order_by("pk")
            .defer("summary", "body", "staff_text", "agent_text")[:READ]
        )
        yield from rows
        if len(rows) < READ:
            return
        cursor = rows[-1].pk


def _catch_up(index: SearchIndex) -> None:
    """Settings of use; then whatever changed meanwhile. From here on what is missing is kept from readers."""
    client = get_client().options(request_timeout=BULK_SECONDS)
    replicas = settings.ELASTICSEARCH_REPLICAS
    spread = {"auto_expand_replicas": replicas} if "-" in replicas else {"number_of_replicas": int(replicas)}
    client.indices.put_settings(index=index.name, settings={"refresh_interval": "1s", **spread})
    while ship(index):
        index.leased_until = timezone.now() + LEASE
        index.save(update_fields=["leased_until"])
    index.state = SearchIndex.State.JOINING
    index.save(update_fields=["state"])
    while ship(index):
        pass
    if due(index).exists():
        raise Overloaded("Elasticsearch stopped taking changes while the index was caught up.")


def _await_older_transactions(began: Any) -> None:
    """Changes that began before the new index was known have not noted themselves for it: wait until they ended."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend' AND xact_start < %s",
                [began],
            )
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.5)


def differences(index: SearchIndex) -> Iterator[int]:
    """Yield the ids of entries whose copy is missing, of another version, or left over. Reads both in order."""
    stored = _stored(index)
    copied = next(stored, None)
    for pk, version in SearchEntry.objects.order_by("pk").values_list("pk", "version").iterator(chunk_size=5_000):
        while copied is not None and copied[0] < pk:
            if copied[2]:
                yield copied[0]
            copied = next(stored, None)
        if copied is None or copied[0] != pk:
            yield pk
            continue
        if copied[1] != version:
            yield pk
        copied = next(stored, None)
    while copied is not None:
        if copied[2]:
            yield copied[0]
        copied = next(stored, None)


def _stored(index: SearchIndex) -> Iterator[tuple[int, int, bool]]:
    """Yield (entry id, version, no tombstone) of all documents of an index, by id."""
    client = get_client().options(request_timeout=BULK_SECONDS)
    client.indices.refresh(index=index.name)
    after: list[Any] | None = None
    while True:
        answer = client.search(
            index=index.name,
            size=5_000,
            sort=[{"entry": {"order": "asc", "missing": 0}}],
            query={"bool": {"filter": [{"exists": {"field": "entry"}}]}},
            version=True,
            source=False,
            track_total_hits=False,
            search_after=after,
        )
        hits = answer["hits"]["hits"]
        for hit in hits:
            yield int(hit["_id"]), hit["_version"], True
        if len(hits) < 5_000:
            return
        after = hits[-1]["sort"]


def repair(index: SearchIndex) -> int:
    """Compare an index with the projection and send what differs; return how many differed and were not under way."""
    waiting = set(index.shipments.values_list("entry_id", flat=True))
    different = [pk for pk in differences(index) if pk not in waiting]
    for start in range(0, len(different), READ):
        ids = different[start : start + READ]
        existing = dict(SearchEntry.objects.filter(pk__in=ids).values_list("pk", "version"))
        highest = _versions(index, ids)
        # Elasticsearch may remember a higher version, even of a document that somebody deleted there.
        newest = max([*existing.values(), *highest.values()], default=0)
        models.QuerySet.update(SearchEntry.objects.filter(pk__in=existing), version=newest + 2)
        Shipment.objects.note(SearchEntry.objects.filter(pk__in=existing))
        for pk in set(ids) - existing.keys():
            Shipment.objects.update_or_create(
                index=index,
                entry_id=pk,
                defaults={"version": highest.get(pk, 0) + 1, "attempts": 0, "due_at": timezone.now()},
            )
    while ship(index):
        pass
    return len(different)


def _versions(index: SearchIndex, ids: list[int]) -> dict[int, int]:
    answer = get_client().mget(index=index.name, ids=[str(pk) for pk in ids], source=False)
    return {int(doc["_id"]): doc["_version"] for doc in answer["docs"] if doc.get("found")}


def _swap(index: SearchIndex) -> None:
    """Move both aliases in one step, then forget the indexes that had them, also those this database knows nothing of."""
    client = get_client().options(request_timeout=BULK_SECONDS)
    client.indices.refresh(index=index.name)
    ours = SearchIndex.objects.filter(schema=schema(), state=SearchIndex.State.LIVE, name__startswith=prefix())
    # After the database was restored or made anew Elasticsearch may still have indexes of the one before.
    holders = client.options(ignore_status=404).indices.get_alias(name=f"{read_alias()},{write_alias()}").body
    old = ({name for name in holders if name not in ("error", "status")} | {row.name for row in ours}) - {index.name}
    present = sorted(name for name in old if client.indices.exists(index=name))
    actions: list[dict[str, Any]] = [
        {"add": {"index": index.name, "alias": read_alias()}},
        {"add": {"index": index.name, "alias": write_alias(), "is_write_index": True}},
        {"remove": {"index": index.name, "alias": write_alias(building=True), "must_exist": False}},
        *({"remove_index": {"index": name}} for name in present),
    ]
    client.indices.update_aliases(actions=actions)
    with transaction.atomic():
        ours.exclude(pk=index.pk).delete()
        SearchIndex.objects.filter(pk=index.pk).update(
            state=SearchIndex.State.LIVE, live_since=timezone.now(), leased_until=None, builder=""
        )
    index.refresh_from_db()
    ship(index)


def fill(entries: QuerySet[SearchEntry]) -> SearchIndex:
    """Build an index of some entries only, and use it. For measurements with :func:`mapping.aside`."""
    index = _claim()
    _create(index)
    for portion in in_portions((row.pk, row.version, copy_of(row)) for row in entries.iterator(chunk_size=READ)):
        send(write_alias(building=True), portion, refresh=False)
    index.shipments.all().delete()
    _swap(index)
    return index


def drop_all() -> None:
    """Delete every index with our prefix."""
    for name in get_client().indices.get_alias(index=f"{prefix()}-*"):
        get_client().indices.delete(index=name)
    SearchIndex.objects.filter(name__startswith=prefix()).delete()


def drop_unused(older_than: timedelta = timedelta(days=1)) -> int:
    """Delete indexes of other code once ours has been in use for ``older_than``; return how many."""
    live = SearchIndex.objects.filter(
        schema=schema(), state=SearchIndex.State.LIVE, live_since__lt=timezone.now() - older_than
    )
    if not live.exists():
        return 0
    others = list(SearchIndex.objects.filter(name__startswith=prefix()).exclude(schema=schema()))
    for row in others:
        get_client().indices.delete(index=row.name, ignore_unavailable=True)
        row.delete()
    return len(others)


__all__ = ["AlreadyRunning", "differences", "drop_all", "drop_unused", "fill", "rebuild_index", "repair"]
