"""Events and mails while workers are killed: what is lost, what comes twice, what is out of order?

Run as a program with benchmarks.settings on an empty, migrated database; prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path

from benchmarks import own_database

ROOT = Path(__file__).resolve().parents[1]
OBJECTS = 100
PATIENCE = 600


def measure(*, events: int, kills: int, workers: int) -> dict[str, float]:
    """Run on a database of its own; return the counts.

    Needs DATABASE_URL (PostgreSQL), EMAIL_URL and MAIL_SINK_DIR of ``bin/services``. Raises KeyError without them.
    """
    mail = {name: os.environ[name] for name in ("MAIL_SINK_DIR", "EMAIL_URL")}
    found: dict[str, float] = own_database.run(
        "killed_workers", events, kills, workers, WORKER_PRESUMED_DEAD_SECONDS="3", **mail
    )
    return found


class Crew:
    """Worker processes, one of which is killed now and then and replaced at once."""

    def __init__(self, number: int) -> None:
        self.processes = [self._start() for _number in range(number)]
        self.killed = 0

    def _start(self) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "manage.py", "work", "--interval", "0.05"], cwd=ROOT)

    def kill_one(self) -> None:
        """End one with SIGKILL, wherever it is."""
        victim = random.randrange(len(self.processes))
        self.processes[victim].kill()
        self.processes[victim].wait()
        self.processes[victim] = self._start()
        self.killed += 1

    def end(self) -> None:
        """End all politely."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(timeout=60)


def produce(events: int) -> None:
    """Write the events from four threads, each in a transaction of its own, 100 objects in turn."""
    from django.db import connection, transaction

    from cms.events.services import record

    def some(first: int) -> None:
        for number in range(first, events, 4):
            with transaction.atomic():
                record(kind="probe", object_id=number % OBJECTS, verb="changed")
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
    from benchmarks.probe.models import Seen
    from benchmarks.probe.watch import RECIPIENTS
    from cms.events.models import Delivery
    from cms.notifications.models import Mail

    sink = Path(os.environ["MAIL_SINK_DIR"])
    before = {path.name for path in sink.glob("*.eml")}
    total = events * RECIPIENTS
    began = time.monotonic()
    crew = Crew(workers)
    try:
        producer = threading.Thread(target=produce, args=(events,))
        producer.start()
        sent = 0
        while sent < total and time.monotonic() - began < PATIENCE:
            time.sleep(0.05)
            sent = Mail.objects.filter(state=Mail.State.SENT).count()
            told = Delivery.objects.filter(state=Delivery.State.DONE).count()
            # Evenly over the whole work, told events and sent mails counting alike.
            if crew.killed < kills and (told / events + sent / total) / 2 > (crew.killed + 1) / (kills + 2):
                crew.kill_one()
        seconds = time.monotonic() - began
        producer.join()
    finally:
        crew.end()
    arrived: Counter[str] = Counter()
    for path in sink.glob("*.eml"):
        if path.name not in before:
            message = message_from_bytes(path.read_bytes())
            if "@probe.example" in str(message["To"]):
                arrived[str(message["Message-ID"])] += 1
                path.unlink()
    wanted = set(Mail.objects.filter(topic="probe").values_list("message_id", flat=True))
    versions: dict[str, list[int]] = {}
    for object_id, version in Seen.objects.order_by("pk").values_list("object_id", "version"):
        versions.setdefault(object_id, []).append(version)
    per_object = events // OBJECTS
    return {
        "seconds": seconds,
        "kills": crew.killed,
        "mails": len(wanted),
        "lost_events": events - sum(len(set(found)) for found in versions.values()),
        "doubled_events": sum(len(found) - len(set(found)) for found in versions.values()),
        "objects_out_of_order": sum(found != list(range(1, per_object + 1)) for found in versions.values()),
        "lost_mails": total - len(wanted & set(arrived)),
        "doubled_mails": sum(number - 1 for number in arrived.values()),
        "unconfirmed": Mail.objects.filter(confirmed=False).count(),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for option in ("events", "kills", "workers"):
        parser.add_argument(option, type=int)
    given = parser.parse_args()
    print(json.dumps(run(given.events, given.kills, given.workers)))
