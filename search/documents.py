"""The search documents that apps contribute."""

from __future__ import annotations

from functools import cache
from typing import Any

from cms.contracts.search import SearchDocument
from cms.plugins.registry import collect


@cache
def documents() -> dict[str, SearchDocument]:
    """Return kind -> document. Raises ValueError when two apps claim one kind."""
    found: dict[str, SearchDocument] = {}
    for config, contributed in collect("search"):
        for document in contributed:
            if document.kind in found:
                raise ValueError(f"{config.label}: the search kind {document.kind!r} exists twice.")
            found[document.kind] = document
    return found


def documents_of(model: type[Any]) -> list[SearchDocument]:
    """Return the documents whose model is ``model`` or a parent of it."""
    return [document for document in documents().values() if issubclass(model, document.model)]
