"""What the search loses when servers and workers die. Run by bench_search on a database of its own; takes ten minutes.

Rounds: entries change, come and go while an index is built; Elasticsearch is killed and started again in the middle,
a worker and the building process are killed at random. Cluster: of three nodes with one replica one is killed under
reads and writes. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import subprocess
import sys
import threading
import time
from pathlib import Path

import django

django.setup()

from django.conf import settings
from django.db import connection, transaction

from cms.access.models import AccessRule
from cms.contracts.search import Entry
from search.elastic import client
from search.elastic.client import FAILURES, get_client
from search.elastic.rebuild import AlreadyRunning, _stored, drop_all, rebuild_index
from search.elastic.shipping import retry_dead, ship_pending, targets
from search.indexing import store
from search.models import SearchEntry, SearchIndex, Shipment
from search.queries import SearchQuery, search

sys.path.insert(0, str(Path(settings.BASE_DIR) / "bin"))
from _services.nodes import Node, cluster

ENTRIES, ROUNDS, WRITES = 1_500, 20, 80
UNDER_LOAD = 25.0  # seconds
KIND = "document"


def main() -> None:
    """Run both and print what was lost."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    settings.SEARCH_BACKEND = "elasticsearch"
    settings.ELASTICSEARCH_TIMEOUT = 5.0
    found = rounds(number) | one_of_three()
    print(json.dumps(found))


def use(url: str, replicas: str = "0") -> None:
    """Point this process and those it starts to another server."""
    settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_REPLICAS = url, replicas
    settings.ELASTICSEARCH_PREFIX = f"durability-{secrets.token_hex(3)}"
    os.environ |= {
        "ELASTICSEARCH_URL": url,
        "ELASTICSEARCH_PREFIX": settings.ELASTICSEARCH_PREFIX,
        "ELASTICSEARCH_REPLICAS": replicas,
        "SEARCH_BACKEND": "elasticsearch",
        "ELASTICSEARCH_TIMEOUT": "5",
    }
    client.forget()


def write(number: int) -> None:
    """Make, change or delete one entry, as saving a record does."""
    name = f"d-{random.randrange(ENTRIES)}"  # noqa: S311
    entry = Entry(
        language="de", title=f"Quendel {name} {number}", url="/", rule_id=_public(), body=f"Stand {number} von {name}"
    )
    with transaction.atomic():
        store(KIND, name, [] if random.random() < 0.3 else [entry])  # noqa: S311


def _public() -> int:
    return AccessRule.objects.public().pk


def fill() -> None:
    """Make all entries."""
    SearchEntry.objects.all().delete()
    for number in range(ENTRIES):
        entry = Entry(language="de", title=f"Quendel d-{number}", url="/", rule_id=_public(), body="Stand 0")
        store(KIND, f"d-{number}", [entry])


def settle() -> None:
    """Ship everything that is noted, as the worker does by and by."""
    until = time.monotonic() + 120
    while Shipment.objects.exists() and time.monotonic() < until:
        client.get_breaker().reset()
        retry_dead()
        Shipment.objects.update(due_at=time_of_the_database())
        ship_pending()


def time_of_the_database():  # type: ignore[no-untyped-def]
    """Return the expression for now."""
    from django.db.models.functions import Now

    return Now()


def compare() -> dict[str, int]:
    """Return how many entries the index in use lacks, has in an older version, or has though they are gone."""
    index = targets().get(state=SearchIndex.State.LIVE)
    copied = {pk: version for pk, version, there in _stored(index) if there}
    entries = dict(SearchEntry.objects.values_list("pk", "version"))
    return {
        "lost": len(entries.keys() - copied.keys()),
        "stale": sum(1 for pk, version in entries.items() if pk in copied and copied[pk] != version),
        "resurrected": len(copied.keys() - entries.keys()),
    }


def rounds(number: int) -> dict[str, int]:
    """Kill and start again; return what was lost over all rounds."""
    total = {"lost": 0, "stale": 0, "resurrected": 0}
    with Node() as node:
        use(node.url)
        fill()
        rebuild_index()
        for count in range(number):
            _round(node, count)
            for name, value in compare().items():
                total[name] += value
        drop_all()
    return {f"killed_{name}": value for name, value in total.items()}


def _round(node: Node, count: int) -> None:
    worker = subprocess.Popen([sys.executable, "manage.py", "work", "--interval", "0.05"], cwd=settings.BASE_DIR)
    builder = subprocess.Popen(
        [sys.executable, "manage.py", "search", "rebuild", "--index-only"],
        cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    dies_at = random.randrange(WRITES)  # noqa: S311
    for step in range(WRITES):
        write(1_000 * count + step)
        if step == WRITES // 2:
            node.kill()
            node.start()
        if step == dies_at:
            random.choice([worker, builder]).kill()  # noqa: S311
        time.sleep(0.05)
    node.wait()
    for process in (worker, builder):
        process.kill()
        process.wait()
    connection.close()
    client.get_breaker().reset()
    SearchIndex.objects.update(leased_until=None)  # of the process that was killed: its lease would run out by itself
    for _attempt in range(30):
        try:
            rebuild_index()
            break
        except (AlreadyRunning, *FAILURES):
            time.sleep(1)
    settle()


def one_of_three() -> dict[str, int]:
    """Kill one node of three under reads and writes; return failed searches and lost writes."""
    nodes = cluster(3)
    try:
        for node in nodes:
            node.start()
        for node in nodes:
            node.wait()
        use(",".join(node.url for node in nodes), replicas="1")
        fill()
        rebuild_index()
        get_client().cluster.health(wait_for_status="green", timeout="60s")
        failed, asked, done = [0], [0], threading.Event()

        def read() -> None:
            while not done.is_set():
                asked[0] += 1
                try:
                    failed[0] += search(SearchQuery(text="Quendel"), reader=None).total == 0
                # Whatever it is: a reader got no answer.
                except Exception:
                    failed[0] += 1
            connection.close()

        readers = [threading.Thread(target=read) for _each in range(2)]
        for reader in readers:
            reader.start()
        began, number = time.monotonic(), 0
        killed = False
        while time.monotonic() - began < UNDER_LOAD:
            number += 1
            write(number)
            ship_pending()
            if not killed and time.monotonic() - began > UNDER_LOAD / 3:
                nodes[1].kill()
                killed = True
            time.sleep(0.02)
        done.set()
        for reader in readers:
            reader.join()
        settle()
        print(f"{asked[0]} searches and {number} writes while a node died", file=sys.stderr)
        return {"cluster_failed_searches": failed[0], "cluster_lost_writes": sum(compare().values())}
    finally:
        for node in nodes:
            node.remove()


if __name__ == "__main__":
    main()
