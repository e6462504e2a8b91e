"""A program: the demo city's pages from the cache and without it. Prints JSON."""

from __future__ import annotations

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.template.loader import get_template
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext

from cms.content.views import serve
from cms.operations.demo import load_demo
from cms.plugins.registry import collect

PAGE = "/leben-in-mainz/"
THREADS, SECONDS, ROUNDS, PER_ROUND = 4, 3.0, 7, 20


def main() -> None:
    """Load the demo city and measure."""
    load_demo(lambda line: None)
    found = _queries() | {"uncached_vs_bare": _uncached()} | {"cached_vs_static": _cached()}
    print(json.dumps(found))


def _queries() -> dict[str, Any]:
    """Return the most queries of any page that the apps name, uncached and from the cache."""
    paths = sorted({path for _config, ask in collect("smoke") for path in ask() if not path.startswith("/api/")})
    uncached, cached = {}, {}
    with override_settings(PAGE_CACHE_SECONDS=0):
        for path in paths:
            client = Client(headers={"host": "localhost"})  # for each page: whoever has a cookie gets nothing kept
            client.get(path)
            with CaptureQueriesContext(connection) as captured:
                client.get(path)
            uncached[path] = len(captured)
    cache.clear()
    with override_settings(PAGE_CACHE_SECONDS=3600):
        for path in paths:
            Client(headers={"host": "localhost"}).get(path)
            client = Client(headers={"host": "localhost"})
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(path)
            if answer.has_header("ETag"):
                cached[path] = len(captured)
    worst = max(uncached, key=lambda path: uncached[path])
    return {
        "queries_uncached": uncached[worst],
        "most_queries_at": worst,
        "queries_cached": max(cached.values()),
        "pages": len(paths),
        "pages_cached": len(cached),
    }


def _uncached() -> float:
    """Return our throughput as a share of that of a view that only runs the same SQL and renders the same template."""
    client = Client(headers={"host": "localhost"})
    with override_settings(PAGE_CACHE_SECONDS=0):
        client.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            client.get(PAGE)
        bare = _bare([query["sql"] for query in captured])
        return statistics.median(_rate(lambda: client.get(PAGE)) / _rate(bare) for _round in range(ROUNDS))


def _bare(statements: list[str]) -> Callable[[], HttpResponse]:
    request = RequestFactory().get(PAGE, headers={"host": "localhost"})
    request.user = AnonymousUser()
    answer: Any = serve(request, PAGE.lstrip("/"))
    template = get_template(answer.template_name)
    context = answer.context_data

    def call() -> HttpResponse:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.replace("%", "%%"))
                cursor.fetchall()
        return HttpResponse(template.render(context, request))

    call()
    return call


def _rate(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _index in range(PER_ROUND):
        call()
    return PER_ROUND / (time.perf_counter() - began)


def _cached() -> float:
    """Return the throughput of a kept page as a share of that of the same bytes as a static file, one server for both."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        body = Client(headers={"host": "localhost"}).get(PAGE).content
        Path(folder, "page.html").write_bytes(body)
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "cms.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads",
             "4", "--log-level", "error"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "STATIC_ROOT": folder, "DJANGO_SETTINGS_MODULE": "benchmarks.served",
                "REDIS_URL": os.environ.get("BENCH_REDIS_URL", "")},
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait(port)
            assert _get(http.client.HTTPConnection("127.0.0.1", port), "/static/page.html") == body
            shares = []
            for _round in range(5):  # in turn, so that both see the same machine
                kept, static = _throughput(port, PAGE), _throughput(port, "/static/page.html")
                print(f"kept {kept:.0f}/s static {static:.0f}/s", file=sys.stderr)
                shares.append(kept / static)
            return statistics.median(shares)
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait(port: int) -> None:
    for _attempt in range(300):
        try:
            _get(http.client.HTTPConnection("127.0.0.1", port, timeout=10), PAGE)
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server does not answer")


def _get(server: http.client.HTTPConnection, path: str) -> bytes:
    server.request("GET", path, headers={"Host": "localhost", "User-Agent": "Mozilla/5.0"})
    answer = server.getresponse()
    body = answer.read()
    assert answer.status == 200, (path, answer.status)
    return body


def _throughput(port: int, path: str) -> float:
    """Return answers a second with a few connections that stay open."""
    counts = [0] * THREADS
    until = time.perf_counter() + SECONDS

    def ask(number: int) -> None:
        server = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        while time.perf_counter() < until:
            _get(server, path)
            counts[number] += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


if __name__ == "__main__":
    main()
