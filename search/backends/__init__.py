"""Search engines; settings.SEARCH_BACKEND names the one in use. Elasticsearch gets its place here."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .base import Backend, Scored
from .database import DatabaseBackend

BACKENDS: dict[str, type[Backend]] = {"database": DatabaseBackend}
__all__ = ["Backend", "Scored", "get_backend"]


@cache
def get_backend() -> Backend:
    """Return the engine of the settings. Raises ImproperlyConfigured for a name nobody knows."""
    try:
        return BACKENDS[settings.SEARCH_BACKEND]()
    except KeyError as error:
        known = ", ".join(BACKENDS)
        raise ImproperlyConfigured(f"SEARCH_BACKEND is {settings.SEARCH_BACKEND!r}; known: {known}.") from error
