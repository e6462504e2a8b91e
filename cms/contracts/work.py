"""Work of an app beside jobs: messages that go outside, for many receivers at once (capability ``courier``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Courier(Protocol):
    """Belongs to one worker; made with its name. Its threads must not use the database."""

    def deliver(self, portion: int, go_on: Callable[[], bool]) -> bool:
        """Send up to ``portion`` messages that are due, while ``go_on()``; return whether anything is under way.

        Must not wait long for receivers: the other lanes of the worker have their turn afterwards.
        """

    def take_back(self, living: set[str]) -> int:
        """Make due again what workers that are not among ``living`` were sending; return how many."""

    def close(self) -> None:
        """Wait for what is under way, and note it."""
