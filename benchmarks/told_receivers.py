"""Webhooks to receivers that fail, hang, hang up and answer twice, while workers are killed: what is lost, what leaks?

Run as a program with benchmarks.settings on an empty, migrated database; prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
import zlib
from collections import Counter, defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from benchmarks import own_database
from benchmarks.killed_workers import Crew

PUBLIC, INTERNAL = 100, 20
PATIENCE = 1_800


def measure(*, events: int, kills: int, workers: int) -> dict[str, float]:
    """Run on a database of its own; return the counts. Needs DATABASE_URL (PostgreSQL). Raises KeyError without it."""
    found: dict[str, float] = own_database.run(
        "told_receivers",
        events,
        kills,
        workers,
        WORKER_PRESUMED_DEAD_SECONDS="3",
        OUTBOUND_ALLOWS="127.0.0.1/32",
        WEBHOOK_SECONDS="1",
        WEBHOOK_FIRST_WAIT="0.2",
    )
    return found


class QuietServer(ThreadingHTTPServer):
    """Senders are killed in the middle: that they are gone is no news."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


class Receivers:
    """A server that behaves badly at the first two attempts of some messages, and notes all that comes in."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.attempts: Counter[tuple[str, str]] = Counter()
        self.came: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self.accepted: dict[str, set[tuple[str, int]]] = defaultdict(set)
        receivers = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receivers.answer(self)

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self.server = QuietServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Note one message and answer it, or not."""
        data = json.loads(request.rfile.read(int(request.headers["Content-Length"])))["data"]
        thing, key = (data["id"], data["version"]), (request.path, request.headers["webhook-id"])
        with self.lock:
            self.attempts[key] += 1
            attempt = self.attempts[key]
            self.came[request.path].append(thing)
        mood = zlib.crc32(key[1].encode()) % 100 if attempt <= 2 else 99
        request.close_connection = True
        if mood < 1:
            time.sleep(1.5)
        elif mood < 9:
            request.send_error(500)
        elif mood >= 17:  # below: the line is cut without an answer
            with self.lock:
                self.accepted[request.path].add(thing)
            for _number in range(2 if mood < 25 else 1):
                request.send_response(200)
                request.send_header("Content-Length", "0")
                request.end_headers()


def prepare(url: str) -> tuple[list[str], list[str]]:
    """Create offices, some of them for staff only, and three integrations; return the ids of public and internal offices."""
    from django.contrib.auth.models import Group

    from cms.access.models import AccessRule
    from cms.directory.models import OrganisationUnit
    from cms.integrations.services import create_integration
    from cms.webhooks.services import create_endpoint
    from cms.webhooks.telling import compare_all

    staff = Group.objects.get_or_create(name="staff")[0]
    rules = [AccessRule.objects.public()] * PUBLIC + [AccessRule.objects.for_groups(staff)] * INTERNAL
    units = OrganisationUnit.objects.bulk_create(
        [OrganisationUnit(slug=f"amt-{number}", access_rule=rule) for number, rule in enumerate(rules)]
    )
    for name in ("inside", "outside", "unused"):
        integration = create_integration(name=name, contact=f"{name}@partner.example")
        create_endpoint(integration=integration, url=f"{url}/{name}", events=["*"])
        if name == "inside":
            integration.account.groups.add(staff)
        if name == "unused":
            type(integration).objects.filter(pk=integration.pk).update(is_active=False)
    compare_all()
    ids = [str(unit.pk) for unit in units]
    return ids[:PUBLIC], ids[PUBLIC:]


def produce(events: int, ids: list[str]) -> None:
    """Write the events from four threads, each in a transaction of its own, the objects in turn."""
    from django.db import connection, transaction

    from cms.events.services import record

    def some(first: int) -> None:
        for number in range(first, events, 4):
            with transaction.atomic():
                record(kind="unit", object_id=ids[number % len(ids)], verb="changed")
        connection.close()

    threads = [threading.Thread(target=some, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run(events: int, kills: int, workers: int) -> dict[str, float]:
    """Produce, work, kill, count."""
    import django

    django.setup()
    from cms.events.models import Delivery, Event
    from cms.webhooks.models import WebhookDelivery

    receivers = Receivers()
    public, internal = prepare(receivers.url)
    began = time.monotonic()
    crew = Crew(workers)
    try:
        producer = threading.Thread(target=produce, args=(events, [*public, *internal]))
        producer.start()
        told = 0
        while time.monotonic() - began < PATIENCE:
            time.sleep(0.1)
            told = Delivery.objects.filter(subscriber="webhooks.messages", state="done").count()
            open_ = WebhookDelivery.objects.filter(state__in=WebhookDelivery.UNFINISHED).count()
            sent = WebhookDelivery.objects.filter(state="done").count()
            if crew.killed < kills and sent > (crew.killed + 1) * events // (kills + 2):
                crew.kill_one()
            if told >= events and not open_:
                break
        seconds = time.monotonic() - began
        producer.join()
    finally:
        crew.end()
        receivers.server.shutdown()
    every = set(Event.objects.filter(kind="unit").values_list("object_id", "version"))
    wanted = {"/inside": every, "/outside": {thing for thing in every if thing[0] in set(public)}, "/unused": set()}
    arrived = {path: set(found) for path, found in receivers.came.items()}
    return {
        "seconds": seconds,
        "kills": crew.killed,
        "events": len(every),
        "messages": sum(len(things) for things in wanted.values()),
        "lost": sum(len(things - receivers.accepted[path]) for path, things in wanted.items()),
        "leaked": sum(len(things - wanted[path]) for path, things in arrived.items()),
        "duplicates": sum(len(found) - len(set(found)) for found in receivers.came.values()),
        "out_of_order": sum(_out_of_order(found) for found in receivers.came.values()),
    }


def _out_of_order(came: list[tuple[str, int]]) -> int:
    """Return how many messages came for the first time after a later one about the same object."""
    newest: dict[str, int] = {}
    seen, late = set(), 0
    for object_id, version in came:
        if (object_id, version) not in seen and version < newest.get(object_id, 0):
            late += 1
        seen.add((object_id, version))
        newest[object_id] = max(version, newest.get(object_id, 0))
    return late


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for option in ("events", "kills", "workers"):
        parser.add_argument(option, type=int)
    given = parser.parse_args()
    print(json.dumps(run(given.events, given.kills, given.workers)))
