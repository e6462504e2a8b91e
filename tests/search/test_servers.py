"""Servers as cities have them: 9.x, with a certificate, with a key that may little, too old, and misbehaving."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from search.backends import ask
from search.checks import check_server
from search.elastic import client
from search.elastic.rebuild import drop_all, rebuild_index
from search.health import problems
from search.indexing import project_pending
from search.queries import SearchQuery, search
from tests.conftest import make_service

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bin"))
from _services.nodes import PASSWORD, Node

pytestmark = pytest.mark.django_db
CURE = "The key needs the cluster privilege monitor and manage, read, write on mogontia-*."


def ids() -> list[str]:
    return [str(message.id) for message in check_server(databases=["default"])]


def test_all_of_it_runs_on_a_server_9() -> None:
    environment = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
    with Node(major=9) as node:
        found = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-W", "ignore", "-p", "no:cacheprovider", "-k", "lastic",
             "tests/search/test_elasticsearch.py", "tests/search/test_curation.py", "tests/search/test_page.py",
             "tests/search/test_leak_property.py"],
            cwd=ROOT, env={**environment, "ELASTICSEARCH_URL": node.url}, capture_output=True, text=True,
        )  # fmt: skip
    assert found.returncode == 0, found.stdout[-3000:] + found.stderr[-1000:]
    assert " passed" in found.stdout or "[100%]" in found.stdout


@pytest.fixture(scope="module")
def secured() -> Iterator[Node]:
    with Node(secured=True) as node:
        yield node


def key(node: Node, **roles: Any) -> str:
    """Make a key with these rights, as docs/deployment.md says."""
    admin = Elasticsearch(node.url, basic_auth=("elastic", PASSWORD), ca_certs=str(node.certificate))
    return str(admin.security.create_api_key(name="search", role_descriptors={"search": roles})["encoded"])


@pytest.fixture
def guarded(secured: Node, settings: Any) -> Iterator[Any]:
    """Settings for the server with a certificate and a key that may just what is needed."""
    settings.SEARCH_BACKEND = "elasticsearch"
    settings.ELASTICSEARCH_URL = secured.url
    settings.ELASTICSEARCH_CA = str(secured.certificate)
    settings.ELASTICSEARCH_PREFIX = "mogontia"
    settings.ELASTICSEARCH_TIMEOUT = 10.0
    rights = [{"names": ["mogontia-*"], "privileges": ["manage", "read", "write"]}]
    settings.ELASTICSEARCH_API_KEY = key(secured, cluster=["monitor"], indices=rights)
    client.forget()
    yield settings
    client.forget()


def test_a_key_with_few_rights_and_a_certificate_are_enough(guarded: Any, home: Any) -> None:
    make_service()
    project_pending(500)
    assert ids() == ["search.W001"]
    rebuild_index()
    try:
        assert ids() == []
        found = search(SearchQuery(text="Ausweis"), reader=None)
        assert (found.engine, found.total) == ("elasticsearch", 1)
    finally:
        drop_all()


def test_a_wrong_key_is_named(guarded: Any) -> None:
    guarded.ELASTICSEARCH_API_KEY = "bm90OmE="
    client.forget()
    message = check_server(databases=["default"])[0]
    assert (message.id, message.hint) == ("search.E004", CURE)


def test_missing_rights_are_named_one_by_one(guarded: Any, secured: Node) -> None:
    rights = [{"names": ["mogontia-*"], "privileges": ["read"]}]
    guarded.ELASTICSEARCH_API_KEY = key(secured, cluster=["monitor"], indices=rights)
    client.forget()
    message = check_server(databases=["default"])[0]
    assert (message.id, message.msg) == ("search.E004", "The key for Elasticsearch lacks rights: manage, write.")


def test_a_certificate_nobody_trusts_is_named(guarded: Any) -> None:
    guarded.ELASTICSEARCH_CA = ""
    client.forget()
    message = check_server(databases=["default"])[0]
    assert message.id == "search.E005"
    assert "ELASTICSEARCH_CA" in str(message.hint)


def test_a_mapping_somebody_changed_is_named(elastic: None) -> None:
    from search.elastic.client import get_client
    from search.elastic.mapping import read_alias

    name = next(iter(get_client().indices.get_alias(name=read_alias())))
    get_client().indices.delete(index=name)
    get_client().indices.create(
        index=name, aliases={read_alias(): {}}, mappings={"properties": {"kind": {"type": "text"}}}
    )
    assert ids() == ["search.W003"]


class Misbehaving(ThreadingHTTPServer):
    """A server that answers as ``how`` says: what breaks in front of, or inside, an Elasticsearch."""

    how = "away"
    daemon_threads = True


class Handler(BaseHTTPRequestHandler):
    server: Misbehaving

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        how = self.server.how
        if how == "slow":
            time.sleep(3)
        if how == "reset":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        bodies = {
            "old": (200, b'{"version": {"number": "7.17.0", "build_flavor": "default"}, "tagline": "You Know, for Search"}'),
            "overloaded": (429, b'{"error": {"type": "es_rejected_execution_exception"}, "status": 429}'),
            "broken": (503, b'{"error": {"type": "no_shard_available_action_exception"}, "status": 503}'),
            "garbage": (200, b"<html>gateway</html>"),
            "half": (200, b'{"timed_out": true, "_shards": {"failed": 1}, "hits": {"hits": []}, "aggregations": {"all": {"doc_count": 1}}}'),
        }  # fmt: skip
        status, body = bodies.get(how, (500, b"{}"))
        self.send_response(status)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "text/html" if how == "garbage" else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_HEAD = answer

    def log_message(self, *arguments: Any) -> None:
        """Keep the tests quiet."""


@pytest.fixture
def misbehaving(elastic: None, settings: Any, home: Any) -> Iterator[Misbehaving]:
    """The site had an index; what answers now is no longer that server."""
    make_service()
    project_pending(500)
    server = Misbehaving(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{server.server_port}"
    settings.ELASTICSEARCH_TIMEOUT = 1.0
    client.forget()
    yield server
    server.shutdown()
    client.forget()


@pytest.mark.parametrize("how", ["slow", "reset", "overloaded", "broken", "garbage", "half"])
def test_whatever_breaks_the_database_answers_in_time(misbehaving: Misbehaving, how: str) -> None:
    misbehaving.how = how
    for _again in range(2):
        began = time.monotonic()
        found = search(SearchQuery(text="Ausweis"), reader=None)
        assert (found.engine, found.total) == ("database", 1)
        assert time.monotonic() - began < 2.5
    assert any(problem.name.startswith("search-") for problem in problems())


def test_a_server_that_is_too_old_is_named(misbehaving: Misbehaving) -> None:
    misbehaving.how = "old"
    assert ids() == ["search.E003"]


def test_it_comes_back_by_itself(misbehaving: Misbehaving, settings: Any) -> None:
    misbehaving.how = "broken"
    assert search(SearchQuery(text="Ausweis"), reader=None).engine == "database"
    breaker = client.get_breaker()
    breaker.again_at = 0.0
    misbehaving.how = "half"  # answers again
    ask(lambda one: None)
    until = time.monotonic() + 5
    while breaker.reason and time.monotonic() < until:
        assert isinstance(breaker.closed, bool)
        time.sleep(0.05)
    assert not breaker.reason
