"""The connection to Elasticsearch, made of the settings."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from elasticsearch import ApiError, Elasticsearch, TransportError

from .breaker import Breaker

#: What the client raises when the server is away, slow, full or wrong.
FAILURES = (ApiError, TransportError)
PROBE_SECONDS = 1.0


@cache
def get_client() -> Elasticsearch:
    """Return the client of this process. ELASTICSEARCH_URL may name several nodes, separated by commas."""
    values: dict[str, Any] = {
        "request_timeout": settings.ELASTICSEARCH_TIMEOUT,
        # Another node is tried at once; with one node, trying again only makes readers wait.
        "max_retries": 2,
        "retry_on_timeout": False,
        "retry_on_status": (502, 503, 504),
        "http_compress": False,
    }
    if settings.ELASTICSEARCH_API_KEY:
        values["api_key"] = settings.ELASTICSEARCH_API_KEY
    if settings.ELASTICSEARCH_CA:
        values["ca_certs"] = settings.ELASTICSEARCH_CA
    return Elasticsearch([part.strip() for part in settings.ELASTICSEARCH_URL.split(",") if part.strip()], **values)


@cache
def get_breaker() -> Breaker:
    """Return the breaker of this process."""
    return Breaker(_probe)


def _probe() -> None:
    """Ask what a search needs: an index behind the read alias. Touches no database."""
    from .mapping import read_alias

    get_client().options(request_timeout=PROBE_SECONDS, max_retries=0).search(index=read_alias(), size=0)


def forget(**kwargs: Any) -> None:
    """Make the next call connect anew, for tests and changed settings."""
    if kwargs.get("setting", "ELASTICSEARCH").startswith("ELASTICSEARCH"):
        get_client.cache_clear()
        get_breaker.cache_clear()


setting_changed.connect(forget, dispatch_uid="search.elastic.client")
