"""What the accessibility statement says (capability ``accessibility_statement``): parts, made from the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Barrier:
    """One thing that is known not to be accessible, in a sentence; ``language`` when it is not the page's, else ""."""

    text: Any
    language: str = ""
    pages: int = 0


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The parts of a statement.

    ``status``: "unchecked" (no evidence of the last twelve months), "full", "partial" or "none"; ``status_text`` says it.
    ``method``: how it was checked, ``checked_on`` when, ``pages`` how many pages. ``contact`` and ``enforcement``: lines.
    """

    status: str
    status_text: Any
    made_on: date
    method: Any = ""
    checked_on: date | None = None
    pages: int = 0
    barriers: tuple[Barrier, ...] = ()
    feedback_url: str = ""
    contact: tuple[str, ...] = ()
    contact_email: str = ""
    answer_days: int = 0
    enforcement: tuple[str, ...] = ()
    enforcement_email: str = ""
    enforcement_url: str = ""
