"""What apps contribute to menus and to the tour of the demo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """One entry of the main navigation: lazy title, path, position (small comes first), lucide icon name."""

    title: Any
    url: str
    order: int = 100
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class TourStep:
    """One step of the five-minute tour: what to look at (lazy text), path, who looks (demo account or "")."""

    title: Any
    text: Any
    url: str
    account: str = ""
    order: int = 100
