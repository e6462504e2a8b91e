"""What happened, and who wants to know (manifest kind ``events``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One thing that happened to one object.

    ``kind``, ``object_id`` and ``verb`` say what ("page", "17", "published"); ``version`` counts the events of this
    object from 1 without gaps; ``actor_id`` is the account that did it, or None; ``data`` is JSON without personal
    values (ids, names of fields).
    """

    kind: str
    object_id: str
    verb: str
    version: int
    at: datetime
    actor_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Subscriber:
    """Who is told: ``name`` is unique within the app and stays, because deliveries are stored under it.

    ``kind`` "" and ``verbs`` () mean all. ``handler`` is called at least once for each event, for one object in the
    order of versions, inside a transaction that also notes the delivery; so what it writes to the database happens
    exactly once. What goes outside (mail, other systems) it only puts into a queue.
    """

    name: str
    handler: Callable[[Happened], None]
    kind: str = ""
    verbs: tuple[str, ...] = ()

    def wants(self, kind: str, verb: str) -> bool:
        """Return whether this subscriber is told of ``verb`` happening to a ``kind``."""
        return self.kind in ("", kind) and (not self.verbs or verb in self.verbs)
