"""What changes by itself at a time (manifest kind ``timed``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class TimedChange:
    """Something that readers see change although nobody saves anything: a date arrives, a place opens.

    ``next_at(now)`` returns the next moment (aware) at which that happens, or None. A moment that is over counts as
    due: then ``carry_out()`` is called before the next request is answered, and must leave nothing due. Without
    ``carry_out`` there is nothing to do, what is shown depends on the clock alone; ``next_at`` then answers with a
    moment after ``now``.
    """

    name: str
    next_at: Callable[[datetime], datetime | None]
    carry_out: Callable[[], object] | None = None
