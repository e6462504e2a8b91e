"""Submissions to a specialist system that is slow, refuses, answers twice and cuts lines, while workers are killed.

Run as a program with benchmarks.settings on an empty, migrated database; prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import own_database
from benchmarks.figure import Figure
from benchmarks.killed_workers import Crew

PATIENCE = 900


def measure(*, submissions: int = 1_000, kills: int = 20, workers: int = 2) -> dict[str, float]:
    """Run on a database of its own; return the counts. Needs DATABASE_URL (PostgreSQL). Raises KeyError without it."""
    found: dict[str, float] = own_database.run(
        "forms_handover",
        submissions,
        kills,
        workers,
        WORKER_PRESUMED_DEAD_SECONDS="3",
        OUTBOUND_ALLOWS="127.0.0.1/32",
        HAND_OVER_SECONDS="1",
        HAND_OVER_FIRST_WAIT="0.1",
    )
    return found


def figures() -> Iterator[Figure]:
    """Yield what was lost and doubled."""
    counts = measure()
    print(f"forms.handover seconds {counts['seconds']:.0f}, attempts {counts['attempts']:.0f}")
    yield Figure("forms.handover.workers_killed", counts["kills"], 20)
    yield Figure("forms.handover.submissions", counts["submissions"], 1_000)
    for name in ("lost", "doubled", "not_done"):
        yield Figure(f"forms.handover.{name}", counts[name], 0, "<=")


def produce(version: object, number: int) -> None:
    """Send the submissions from four threads, each in a transaction of its own as a request does."""
    from django.db import connection, transaction

    from cms.sealing import seal
    from plugins.forms.handover.services import queue
    from plugins.forms.models import Submission
    from plugins.forms.models.fillings import SUBMISSION

    def some(first: int) -> None:
        for one in range(first, number, 4):
            with transaction.atomic():
                sealed = seal(json.dumps({"number": one}), SUBMISSION)
                queue(submission=Submission.objects.create(version=version, sealed=sealed))
        connection.close()

    threads = [threading.Thread(target=some, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run(submissions: int, kills: int, workers: int) -> dict[str, float]:
    """Produce, work, kill, count."""
    import django

    django.setup()
    from plugins.forms.definition.structure import from_json
    from plugins.forms.handover.services import save_target
    from plugins.forms.models import Form, FormVersion, HandOver
    from tests.plugins.forms.specialist_system import MOODS, SECRET, Running

    form = Form.objects.create(slug="probe")
    version = FormVersion(form=form, number=1, state=FormVersion.State.PUBLISHED)
    version.definition = from_json(
        {
            "format": 1,
            "languages": ["de"],
            "steps": [
                {
                    "key": "one",
                    "title": {"de": "Eins"},
                    "fields": [{"key": "number", "type": "number", "label": {"de": "Zahl"}}],
                }
            ],
        }
    )
    version.save()
    with tempfile.TemporaryDirectory() as folder:
        # Half of the keys get into one of the moods at their first two attempts.
        system = Running(Path(folder) / "stored", *MOODS, *["good"] * 5)
        save_target(form=form, name="fach", back_end="webhook", options={"url": system.url}, secrets={"secret": SECRET})
        began, crew = time.monotonic(), Crew(workers)
        try:
            producer = threading.Thread(target=produce, args=(version, submissions))
            producer.start()
            done = 0
            while done < submissions and time.monotonic() - began < PATIENCE:
                time.sleep(0.1)
                done = HandOver.objects.filter(state=HandOver.State.DONE).count()
                if crew.killed < kills and done > (crew.killed + 1) * submissions // (kills + 2):
                    crew.kill_one()
            seconds = time.monotonic() - began
            producer.join()
        finally:
            crew.end()
            stored = system.stored()
            system.end()
    numbers = [number for _key, number in stored]
    attempts = sum(HandOver.objects.values_list("attempts", flat=True))
    return {
        "seconds": seconds,
        "kills": crew.killed,
        "submissions": submissions,
        "attempts": attempts,
        "lost": submissions - len(set(numbers)),
        "doubled": len(numbers) - len(set(numbers)),
        "not_done": HandOver.objects.exclude(state=HandOver.State.DONE).count(),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for option in ("submissions", "kills", "workers"):
        parser.add_argument(option, type=int)
    given = parser.parse_args()
    print(json.dumps(run(given.submissions, given.kills, given.workers)))
