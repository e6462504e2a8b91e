"""What couriers share: messages go out in threads, so that a slow receiver holds up nobody (cms.contracts.work)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, ClassVar

from django.conf import settings


class ThreadedCourier(ABC):
    """Takes messages, hands them to threads, notes what came of them. Belongs to one worker.

    Its threads only talk to receivers, never to the database. ``threads``: name of the setting that says how many.
    """

    threads: ClassVar[str]

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self._pool: ThreadPoolExecutor | None = None
        self._under_way: set[Future[Any]] = set()

    @abstractmethod
    def send(self, number: int) -> int:
        """Claim up to ``number`` messages and give each to :meth:`submit`; return how many were claimed."""

    @abstractmethod
    def note(self, outcomes: list[Any]) -> None:
        """Write down what the threads returned."""

    def deliver(self, portion: int, go_on: Callable[[], bool]) -> bool:
        """Send up to ``portion`` messages that are due and note what has come back; return whether anything is under way.

        Does not wait for receivers that are slow: their answers are noted at one of the next calls.
        """
        number, worked = 0, False
        while True:
            came = self._collect()
            free = getattr(settings, self.threads) - len(self._under_way)
            sent = self.send(free) if free > 0 and go_on() else 0
            number, worked = number + sent, worked or bool(came or sent)
            if number >= portion or not (came or sent):
                break
            wait(self._under_way, timeout=0.05, return_when=FIRST_COMPLETED)
        if self._under_way and not worked:
            wait(self._under_way, timeout=0.2, return_when=FIRST_COMPLETED)
        return worked or bool(self._under_way)

    def submit(self, function: Callable[[Any], Any], message: Any) -> None:
        """Let a thread do it."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(getattr(settings, self.threads), thread_name_prefix=type(self).__name__)
        self._under_way.add(self._pool.submit(function, message))

    def close(self) -> None:
        """Wait for what is under way, note it, end the threads."""
        wait(self._under_way)
        self._collect()
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def _collect(self) -> bool:
        done = {future for future in self._under_way if future.done()}
        if done:
            self.note([future.result() for future in done])
            self._under_way -= done
        return bool(done)
