"""Say at start what the search does not use yet."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Info, register


@register("search")
def check_backend(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Tell that Elasticsearch is configured, but this version answers from the database."""
    if settings.ELASTICSEARCH_URL and settings.SEARCH_BACKEND == "database":
        return [Info("ELASTICSEARCH_URL is set; this version answers searches from the database.", id="search.I001")]
    return []
