"""Who refers to (kind, id)? Asked before something is deleted, and shown where it is edited."""

from __future__ import annotations

from typing import Any

from cms.contracts.references import Use

from .registry import collect


def uses_of(kind: str, object_id: Any) -> list[Use]:
    """Return all places that refer to the object, of plugins that are switched off, too: their content is kept."""
    return [use for _config, ask in collect("uses", also_off=True) for use in ask(kind, str(object_id))]
