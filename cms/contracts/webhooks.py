"""What other systems can be told of (manifest kind ``hooks``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: What can happen to everything that is declared; apps add words of their own.
LIFE = ("published", "changed", "unpublished", "deleted")


@dataclass(frozen=True, kw_only=True)
class Hook:
    """One kind of thing that webhooks tell of. Events of a kind that nobody declares are never sent.

    ``kind`` as in events; ``title`` what people call it, lazy. ``rows(reader)`` returns the queryset of what an account
    may see: who may not see a thing is not told of it. ``verbs``: domain events besides LIFE that are told as they are;
    every other event of the kind counts as a change. ``model``: a model without drafts, whose saved and deleted rows
    (and those of its ParentalKey children) become events by themselves; None for kinds that record their own.
    """

    kind: str
    title: Any
    rows: Callable[[Any], Any]
    verbs: tuple[str, ...] = ()
    model: type | None = None
