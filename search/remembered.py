"""Small tables that every search needs: read once, noticed soon when another process changes them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import transaction

T = TypeVar("T")
#: Seconds after which a process has noticed what another one changed. Its own changes count at once.
NOTICED_AFTER = 5.0


class Remembered(Generic[T]):
    """What ``read`` returned, for ``seconds``."""

    def __init__(self, read: Callable[[], T], seconds: float = NOTICED_AFTER) -> None:
        self._read = read
        self._seconds = seconds
        self._value: T | None = None
        self._until = 0.0

    def get(self) -> T:
        """Return the value, read again when it is old."""
        if self._value is None or time.monotonic() >= self._until:
            self._value, self._until = self._read(), time.monotonic() + self._seconds
        return self._value

    def forget(self) -> None:
        """Make the next call read again."""
        self._value, self._until = None, 0.0

    def changed(self, **kwargs: object) -> None:
        """Forget now and after the commit: another thread may have read the old rows meanwhile. A signal's receiver."""
        self.forget()
        transaction.on_commit(self.forget)
