"""Search engines; settings.SEARCH_BACKEND names the one that is asked first."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from django.conf import settings

from .base import ORDERS, Backend, EngineAway, Found
from .database import DatabaseBackend
from .elasticsearch import ElasticsearchBackend

BACKENDS: dict[str, type[Backend]] = {"database": DatabaseBackend, "elasticsearch": ElasticsearchBackend}
T = TypeVar("T")
__all__ = ["BACKENDS", "ORDERS", "Backend", "EngineAway", "Found", "ask"]


@cache
def _backend(name: str) -> Backend:
    return BACKENDS[name]()


def ask(question: Callable[[Backend], T], *, name: str = "") -> T:
    """Return the answer of the engine ``name`` (of the settings by default), or the database's when it is away."""
    try:
        return question(_backend(name or settings.SEARCH_BACKEND))
    except EngineAway:
        return question(_backend("database"))
