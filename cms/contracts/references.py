"""References across apps are values (kind, id), never foreign keys (manifest kind ``uses``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Use:
    """A place that refers to an object: lazy description of the place, and where one edits it ("" if nowhere)."""

    title: Any
    url: str = ""
