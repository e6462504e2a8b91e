"""The search documents that apps contribute."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page

from cms.contracts.search import SearchDocument
from cms.plugins.registry import collect


@cache
def documents() -> dict[str, SearchDocument]:
    """Return kind -> document. Raises ValueError when two apps claim one kind."""
    found: dict[str, SearchDocument] = {}
    for config, contributed in collect("search", also_off=True):
        for document in contributed:
            if document.kind in found:
                raise ValueError(f"{config.label}: the search kind {document.kind!r} exists twice.")
            found[document.kind] = document
    return found


def documents_of(model: type[Any]) -> list[SearchDocument]:
    """Return the documents whose model is ``model`` or a parent of it."""
    return [document for document in documents().values() if issubclass(model, document.model)]


def kinds_of(labels: Iterable[str]) -> list[str]:
    """Return the kinds that the apps ``labels`` contribute."""
    wanted = set(labels)
    return [
        document.kind
        for config, contributed in collect("search", also_off=True)
        if config.label in wanted
        for document in contributed
    ]


def hidden_page_paths(labels: Iterable[str]) -> QuerySet[Any]:
    """Return the tree paths of the pages whose type belongs to the apps ``labels``."""
    return Page.objects.filter(content_type__app_label__in=list(labels)).values("path")
