"""The database goes away and comes back under a running server: 503 that people can read, then 200, no restart."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
URL = os.environ.get("DATABASE_URL", "")


class Line:
    """A line to the real server that can be cut."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.open = True
        self.sockets: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self.listener.accept()
            except OSError:
                return
            if not self.open:
                near.close()
                continue
            far = socket.create_connection(self.target)
            self.sockets += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(source, sink), daemon=True).start()

    def _copy(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, sink):
                end.close()

    def cut(self) -> None:
        """Drop every connection and refuse new ones."""
        self.open = False
        for end in self.sockets:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.sockets.clear()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served() -> Iterator[tuple[str, Line]]:
    """Serve the site on an empty, migrated PostgreSQL database behind a line that can be cut."""
    if not URL.startswith(("postgres", "psql")):
        pytest.skip("needs PostgreSQL: DATABASE_URL from bin/services")
    parts = urlsplit(URL)
    name = f"away_{uuid4().hex[:10]}"
    admin = urlunsplit(parts._replace(scheme="postgresql"))
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    line = Line(parts.hostname or "127.0.0.1", parts.port or 5432)
    login = parts.netloc.rsplit("@", 1)[0]
    direct = urlunsplit(parts._replace(path=f"/{name}"))
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "cms.settings.development", "REDIS_URL": "", "DATABASE_URL": direct}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
    env["DATABASE_URL"] = urlunsplit(parts._replace(netloc=f"{login}@127.0.0.1:{line.port}", path=f"/{name}"))
    port = free_port()
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "cms.wsgi",
            "--bind",
            f"127.0.0.1:{port}",
            "--threads",
            "2",
            "--log-level",
            "critical",
        ],
        cwd=ROOT,
        env=env,
    )
    try:
        yield f"http://127.0.0.1:{port}", line
    finally:
        server.terminate()
        server.wait(timeout=20)
        line.listener.close()
        line.cut()
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def wait_for(url: str, status: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if get(url)[0] == status:
            return
        time.sleep(0.2)
    raise AssertionError(f"{url} never answered {status}")


def test_503_while_it_is_away_and_200_after(served: tuple[str, Line]) -> None:
    address, line = served
    wait_for(f"{address}/health/ready/", 200)
    assert get(f"{address}/leistungen/")[0] == 200
    line.cut()
    for path in ("/leistungen/", "/aemter/", "/suche/?q=x", "/"):
        status, body = get(address + path)
        assert status == 503, path
        assert "115" in body
    assert get(f"{address}/health/ready/")[0] == 503
    assert get(f"{address}/health/live/")[0] == 200
    line.open = True
    assert get(f"{address}/leistungen/")[0] == 200
    assert get(f"{address}/health/ready/")[0] == 200
