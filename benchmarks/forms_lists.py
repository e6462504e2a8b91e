"""A program: the list of cases in the admin with 1,000 submissions and with 100,000. Prints JSON."""

from __future__ import annotations

import json
import random
import statistics
import time
from datetime import timedelta

import django

django.setup()

from django.test import Client
from django.utils import timezone

from cms.accounts.models import User
from cms.cases.models import Case
from cms.cases.references import new_reference
from cms.directory.models import OrganisationUnit

FEW, MANY, ROUNDS = 1_000, 100_000, 25


def main() -> None:
    """Fill, measure, fill up, measure again."""
    units = []
    for number in range(20):
        unit = OrganisationUnit(slug=f"amt-{number}", office_code=f"{number + 10}")
        unit.set_texts({("name", "de"): f"Amt {number}"})
        unit.save()
        units.append(unit)
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("bench", "bench@example.org"))
    found = {}
    have = 0
    for number in (FEW, MANY):
        _fill(have, number, units)
        have = number
        found[str(number)] = _milliseconds(client, number)
    print(json.dumps(found))


def _fill(have: int, wanted: int, units: list[OrganisationUnit]) -> None:
    chance, now, states = random.Random(wanted), timezone.now(), list(Case.State)  # noqa: S311  sample data
    # One of the first 100,000 may come twice; a case that is opened would draw again, as this does.
    stored, fresh = set(Case.objects.values_list("reference", flat=True)), set[str]()
    while len(fresh) < wanted - have:
        fresh |= {new_reference(now.date())} - stored
    rows = (
        Case(
            reference=reference,
            kind="form",
            object_id=str(number % 8),
            title={"de": f"Antrag {number % 8}"},
            steps=[{"de": "Eingegangen"}, {"de": "In Arbeit"}, {"de": "Fertig"}],
            unit=chance.choice(units),
            state=chance.choice(states),
            language="de",
            opened_at=now - timedelta(minutes=number),
        )
        for number, reference in zip(range(have, wanted), fresh, strict=True)
    )
    Case.objects.bulk_create(rows, batch_size=2_000)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _milliseconds(client: Client, number: int) -> dict[str, float]:
    """Return the 95th percentile and the median of opening the list: its first pages, a state, a reference."""
    one = Case.objects.order_by("?").values_list("reference", flat=True)[0]
    paths = ["/admin/cases/", "/admin/cases/?p=2", f"/admin/cases/?p={number // 50}", "/admin/cases/?state=open",
             f"/admin/cases/?q={one}"]  # fmt: skip
    for path in paths:
        assert client.get(path).status_code == 200, path
    took = []
    for _round in range(ROUNDS):
        for path in paths:
            began = time.perf_counter()
            client.get(path)
            took.append((time.perf_counter() - began) * 1000)
    return {"p95": statistics.quantiles(took, n=20)[-1], "median": statistics.median(took)}


if __name__ == "__main__":
    main()
