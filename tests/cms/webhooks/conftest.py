"""A receiver on this machine, and integrations with webhooks to it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import override_settings

from cms.integrations.models import Integration
from cms.integrations.services import create_integration
from cms.jobs.worker import CityWorker
from cms.webhooks import telling
from cms.webhooks.models import WebhookEndpoint
from cms.webhooks.services import create_endpoint


class Receiver:
    """What came in, and what is answered: a status, "hang", "close", or a callable that says which."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.answer: Any = 204
        self.headers: dict[str, str] = {}
        self.url = ""

    def told(self, path: str = "/hook") -> list[tuple[str, str]]:
        """Return (type, id) of every message that came to ``path``."""
        found = [json.loads(body) for where, _headers, body in self.requests if where == path]
        return [(message["type"], message["data"]["id"]) for message in found]

    def types(self, path: str = "/hook") -> list[str]:
        """Return the types of the messages that came to ``path``."""
        return [kind for kind, _id in self.told(path)]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server to which messages may go."""
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            answer = state.answer(self.path, body) if callable(state.answer) else state.answer
            if answer == "hang":
                time.sleep(5)
            if isinstance(answer, str):
                self.close_connection = True
                return
            self.send_response(answer)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{httpd.server_port}/hook"
    with override_settings(OUTBOUND_ALLOWS=["127.0.0.1/32"], WEBHOOK_SECONDS=1.5, WEBHOOK_FIRST_WAIT=0.01):
        yield state
    httpd.shutdown()
    httpd.server_close()


@pytest.fixture
def integration(roles: Any) -> Integration:
    """A system without any role: it sees what everybody sees."""
    return create_integration(name="Bürger-App", contact="app@partner.example")


@pytest.fixture
def endpoint(receiver: Receiver, integration: Integration) -> WebhookEndpoint:
    """Told of everything."""
    return create_endpoint(integration=integration, url=receiver.url, events=["*"])


@pytest.fixture
def work() -> Callable[[], None]:
    """Do all that is due; first what the clock would."""

    def run() -> None:
        telling.compare_all()
        CityWorker(interval=0.01, until_idle=True).run()

    return run
