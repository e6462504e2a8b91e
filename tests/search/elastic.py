"""A real Elasticsearch for tests, each with indexes of its own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from search.elastic import client
from search.elastic.rebuild import drop_all, rebuild_index
from search.elastic.shipping import ship_pending
from search.indexing import project_pending

SERVER = os.environ.get("ELASTICSEARCH_URL", "")


@pytest.fixture
def elastic(settings: Any, db: None) -> Iterator[None]:
    """Searches go to Elasticsearch, whose index has what the projection has now."""
    if not SERVER:
        pytest.skip('ELASTICSEARCH_URL names no server: bin/services start, then eval "$(bin/services env)"')
    settings.ELASTICSEARCH_URL = SERVER
    settings.ELASTICSEARCH_PREFIX = f"test-{uuid.uuid4().hex[:12]}"
    settings.ELASTICSEARCH_TIMEOUT = 10.0  # tests share two cores with the server
    settings.SEARCH_BACKEND = "elasticsearch"
    client.forget()
    rebuild_index()
    yield
    settings.ELASTICSEARCH_URL = SERVER
    client.forget()
    drop_all()
    client.forget()


def ship() -> None:
    """Send all that is noted."""
    while ship_pending():
        pass


@pytest.fixture(params=["database", "elasticsearch"])
def engine(request: Any) -> Any:
    """Run a test on both engines. Returns what makes all changes findable."""
    if request.param == "elasticsearch":
        request.getfixturevalue("elastic")

    def ready() -> None:
        while project_pending(500):
            pass
        if request.param == "elasticsearch":
            ship()

    return ready
