"""Say at start what is wrong with the search engine of the settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from elastic_transport import TlsError
from elasticsearch import AuthenticationException, AuthorizationException, UnsupportedProductError

from .backends import BACKENDS
from .elastic.client import FAILURES, get_client
from .elastic.mapping import body, read_alias


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


#: What an API key must be allowed on all indexes with our prefix; docs/deployment.md shows how to make one.
PRIVILEGES = ("manage", "read", "write")


@register(Tags.database)
def check_server(app_configs: Any = None, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Tell of a version that does not fit, missing rights, and an index that this code can't use (check --database default)."""
    if settings.SEARCH_BACKEND != "elasticsearch" or not databases or not settings.ELASTICSEARCH_URL:
        return []
    client = get_client().options(request_timeout=3, max_retries=0)
    names = f"{settings.ELASTICSEARCH_PREFIX}-*"
    cure = f"The key needs the cluster privilege monitor and {', '.join(PRIVILEGES)} on {names}."
    try:
        version = client.info()["version"]["number"]
        major, minor = (int(part) for part in version.split(".")[:2])
        if (major, minor) < (8, 19) or major > 9:
            return [Error(f"Elasticsearch is {version}; 8.19 and 9.x fit.", id="search.E003")]
        if settings.ELASTICSEARCH_API_KEY and (missing := _missing_privileges(client, names)):
            return [
                Error(f"The key for Elasticsearch lacks rights: {', '.join(missing)}.", hint=cure, id="search.E004")
            ]
        return _check_index(client)
    except (AuthenticationException, AuthorizationException) as error:
        return [Error(f"Elasticsearch refuses us: {type(error).__name__}.", hint=cure, id="search.E004")]
    except UnsupportedProductError:
        return [
            Error("What answers at ELASTICSEARCH_URL is no Elasticsearch, or one older than 7.14.", id="search.E003")
        ]
    except TlsError as error:
        hint = "ELASTICSEARCH_CA names the file with the certificate that signed the server's."
        return [
            Error(f"The certificate of Elasticsearch is not trusted: {error.message}.", hint=hint, id="search.E005")
        ]
    except FAILURES as error:
        return [Warning(f"Elasticsearch does not answer: {type(error).__name__}.", id="search.W002")]


def _missing_privileges(client: Any, names: str) -> list[str]:
    answer = client.security.has_privileges(index=[{"names": [names], "privileges": list(PRIVILEGES)}])
    return [name for name, has in answer["index"][names].items() if not has]


def _check_index(client: Any) -> list[CheckMessage]:
    hint = "Run: manage.py search rebuild"
    if not client.indices.exists_alias(name=read_alias()):
        text = "No index fits this version of the code; the database answers searches."
        return [Warning(text, hint=hint, id="search.W001")]
    wanted = {name: field["type"] for name, field in body()["mappings"]["properties"].items()}
    for name, found in client.indices.get_mapping(index=read_alias()).items():
        types = {field: values.get("type") for field, values in found["mappings"].get("properties", {}).items()}
        wrong = sorted(field for field in wanted if types.get(field) != wanted[field])
        if wrong:
            text = f"The mapping of {name} was changed: {', '.join(wrong)}."
            return [Warning(text, hint=hint, id="search.W003")]
    return []
