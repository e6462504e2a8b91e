"""Whether Elasticsearch is asked at all. A server that fails is left alone for a while; nobody waits for its return."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0  # seconds


class Breaker:
    """Open after a failure; a thread of its own tries again after the pause, so that no reader waits for it.

    One a process: each learns by itself, at the price of one failed request.
    """

    def __init__(self, probe: Callable[[], object]) -> None:
        self._probe = probe
        self._lock = threading.Lock()
        self._trial: threading.Thread | None = None
        self.reset()

    def reset(self) -> None:
        """Close; forget what happened."""
        self.reason = ""
        self.pause = FIRST_PAUSE
        self.again_at = 0.0

    @property
    def closed(self) -> bool:
        """Return whether Elasticsearch may be asked; starts a trial when the pause is over."""
        if not self.reason:
            return True
        with self._lock:
            if time.monotonic() >= self.again_at and self._trial is None:
                self._trial = threading.Thread(target=self._try, daemon=True, name="search-trial")
                self._trial.start()
        return False

    def failed(self, error: BaseException) -> None:
        """Open: nobody asks until a trial succeeded."""
        if not self.reason:
            logger.warning("Elasticsearch is left alone: %s", type(error).__name__)
        with self._lock:
            self.reason = f"{type(error).__name__}: {error}"[:300]
            self.again_at = time.monotonic() + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def _try(self) -> None:
        try:
            self._probe()
        # Whatever a broken server or network does: the pause goes on.
        except Exception as error:
            self.failed(error)
        else:
            logger.warning("Elasticsearch is back")
            self.reset()
        finally:
            with self._lock:
                self._trial = None
