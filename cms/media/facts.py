"""What readers are told of a document, by pages and API alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .contact import contact_for_barriers


@dataclass(frozen=True)
class DocumentFacts:
    """What a reader is told of a document."""

    version: int
    changed: datetime
    note: str
    is_barrier: bool
    contact: str


def facts_of(document: Any) -> DocumentFacts:
    """Return version, date and barriers of a document, and where to ask for another form of it."""
    details = getattr(document, "details", None)
    return DocumentFacts(
        version=details.version if details else 1,
        changed=(details.replaced_at if details else None) or document.created_at,
        note=details.note if details else "",
        is_barrier=bool(details and details.is_barrier),
        contact=contact_for_barriers(document),
    )
