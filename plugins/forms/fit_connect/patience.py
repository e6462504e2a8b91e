"""How often something is tried."""

from __future__ import annotations

from datetime import timedelta

#: With the waits that is about four days.
MAX_ATTEMPTS = 24
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=60), timedelta(hours=6)


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failures."""
    return min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
