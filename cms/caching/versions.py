"""Which version of everything public is current, and what is due."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar, Token
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection
from django.dispatch import Signal
from django.utils import timezone

from cms.contracts.clock import TimedChange
from cms.plugins.registry import collect

from .watching import looked

logger = logging.getLogger(__name__)
#: Sent when this process meets a new version, before it answers: what it remembers of the database may be outdated.
version_changed = Signal()
#: After a timed change failed, requests go on without it for so many seconds; the worker tries, too.
PAUSE_SECONDS = 5.0
FAR = datetime.max.replace(tzinfo=timezone.get_fixed_timezone(0))


class _Memory:
    """What this process knows of the current version."""

    def __init__(self) -> None:
        self.version = ""
        self.due_at = FAR  # when something must be carried out
        self.valid_until: datetime | None = None  # asked only when a page is kept
        self.since: datetime | None = None  # when what is shown now was first seen
        self.paused_until = 0.0


T = TypeVar("T")
_memory = _Memory()
_MISSING: Any = object()
_remembered: dict[tuple[str, str], Any] = {}
_request_version: ContextVar[str] = ContextVar("page_version", default="")


def current(now: datetime) -> str:
    """Return the version of all that public pages show; two that differ never have the same. One query.

    What is due at ``now`` is carried out first.
    """
    version = _read(now)
    if now >= _memory.due_at and time.monotonic() >= _memory.paused_until:
        if not carry_out(now):
            _memory.paused_until = time.monotonic() + PAUSE_SECONDS
        _memory.due_at = _due_at(now)
        version = _read(now)
    return version


def of_this_request() -> str:
    """Return the version that the request being answered began with, "" outside of requests that only read."""
    return _request_version.get()


def remembered(name: str, build: Callable[[], T]) -> T:
    """Return what ``build()`` returned first under the current version; for small things that are the same for everybody.

    Outside of requests that only read, it is built each time.
    """
    version = of_this_request()
    if not version:
        return build()
    key = (version, name)  # a slower thread may still work with an older version
    found = _remembered.get(key, _MISSING)
    if found is _MISSING:
        if len(_remembered) > 100:
            _remembered.clear()
        found = _remembered[key] = build()
    return found


def begin_request(version: str) -> Token[str]:
    """Note the version for :func:`of_this_request`; give the result to :func:`end_request`."""
    return _request_version.set(version)


def end_request(token: Token[str]) -> None:
    """Forget the version again."""
    _request_version.reset(token)


def forget() -> None:
    """Know nothing. For tests, where a rollback takes versions back."""
    _memory.__init__()  # type: ignore[misc]
    _remembered.clear()


def _read(now: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*), SUM(token) FROM caching_change")
        count, total = cursor.fetchone()
    looked(connection)
    version = f"{count}-{total or 0}"
    if version != _memory.version:
        version_changed.send(sender=None)
        _memory.due_at, _memory.valid_until = _due_at(now), None
        _memory.version, _memory.since = version, now
    return version


def seen_since(now: datetime) -> datetime | None:
    """Return since when this process knows what the request being answered shows: not before it came to be.

    None when another version has come up meanwhile.
    """
    valid_until(now)
    return _memory.since if _memory.version == of_this_request() else None


def valid_until(now: datetime) -> datetime:
    """Return until when what is shown now stays the same if nobody changes anything; at most midnight: pages show dates."""
    if _memory.valid_until is None or _memory.valid_until <= now:
        if _memory.valid_until is not None:
            _memory.since = now  # something has changed by the clock
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        _memory.valid_until = min([*_moments(timed_changes(), now), midnight])
    return _memory.valid_until


def timed_changes() -> list[TimedChange]:
    """Return what the apps contribute."""
    return [item for _config, items in collect("timed") for item in items]


def _due_at(now: datetime) -> datetime:
    return min(_moments([item for item in timed_changes() if item.carry_out], now), default=FAR)


def _moments(items: list[TimedChange], now: datetime) -> list[datetime]:
    return [moment for item in items if (moment := item.next_at(now))]


def carry_out(now: datetime) -> bool:
    """Carry out what is due; return whether all of it worked. What fails is logged and tried again."""
    worked = True
    for item in timed_changes():
        try:
            moment = item.next_at(now)
            if item.carry_out and moment and moment <= now:
                item.carry_out()
        # A contributed change may fail in any way; pages must be answered all the same.
        except Exception:
            logger.exception("timed change %s failed", item.name)
            worked = False
    return worked
