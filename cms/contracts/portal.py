"""What people see and can begin when they come in (manifest kinds ``dashboard`` and ``actions``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A figure that concerns the reader: lazy title, number or short text, path; ``urgent`` asks for attention."""

    title: Any
    value: Any
    url: str
    order: int = 100
    urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something the reader can begin now: lazy title in the imperative, path, name of a Wagtail icon."""

    title: Any
    url: str
    icon: str = "plus"
    order: int = 100
