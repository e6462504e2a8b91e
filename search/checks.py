"""Say at start what is wrong with the search engine of the settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from elasticsearch import AuthenticationException, AuthorizationException

from .backends import BACKENDS
from .elastic.client import FAILURES, get_client
from .elastic.mapping import read_alias


@register("search")
def check_settings(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse an engine nobody knows, and Elasticsearch without an address."""
    if settings.SEARCH_BACKEND not in BACKENDS:
        return [
            Error(f"SEARCH_BACKEND is {settings.SEARCH_BACKEND!r}; known: {', '.join(BACKENDS)}.", id="search.E001")
        ]
    if settings.SEARCH_BACKEND == "elasticsearch" and not settings.ELASTICSEARCH_URL:
        return [Error("SEARCH_BACKEND is elasticsearch, but ELASTICSEARCH_URL is empty.", id="search.E002")]
    return []


@register(Tags.database)
def check_server(app_configs: Any = None, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Tell of a version that does not fit, missing rights, and an index that this code can't use (check --database default)."""
    if settings.SEARCH_BACKEND != "elasticsearch" or not databases or not settings.ELASTICSEARCH_URL:
        return []
    client = get_client().options(request_timeout=3, max_retries=0)
    try:
        version = client.info()["version"]["number"]
        major, minor = (int(part) for part in version.split(".")[:2])
        if (major, minor) < (8, 19) or major > 9:
            return [Error(f"Elasticsearch is {version}; 8.19 and 9.x fit.", id="search.E003")]
        client.indices.get(index=f"{settings.ELASTICSEARCH_PREFIX}-*", features=["aliases"])
        if not client.indices.exists_alias(name=read_alias()):
            return [
                Warning(
                    "No index fits this version of the code; the database answers searches.",
                    hint="Run: manage.py search rebuild",
                    id="search.W001",
                )
            ]
    except (AuthenticationException, AuthorizationException) as error:
        return [
            Error(
                f"Elasticsearch refuses us: {type(error).__name__}.",
                hint=f"The account needs the rights manage and write on {settings.ELASTICSEARCH_PREFIX}-*.",
                id="search.E004",
            )
        ]
    except FAILURES as error:
        return [Warning(f"Elasticsearch does not answer: {type(error).__name__}.", id="search.W002")]
    return []
