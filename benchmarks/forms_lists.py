"""A program: the lists of cases and of hand-overs in the admin with 1,000 submissions and with 100,000. Prints JSON."""

from __future__ import annotations

import json
import random
import statistics
import time
from datetime import timedelta

import django

django.setup()

from django.db import connection
from django.test import Client
from django.utils import timezone

from cms.accounts.models import User
from cms.cases.models import Case
from cms.cases.references import new_reference
from cms.directory.models import OrganisationUnit
from plugins.forms.models import Form, FormVersion, HandOver, HandOverTarget, Submission

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
    versions = _forms(units)
    found: dict[str, dict[str, dict[str, float]]] = {"cases": {}, "hand_overs": {}}
    have = 0
    for number in (FEW, MANY):
        _fill(have, number, units)
        _hand_over(have, number, versions)
        have = number
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        one = Case.objects.order_by("?").values_list("reference", flat=True)[0]
        found["cases"][str(number)] = _milliseconds(
            client, "/admin/cases/", "?p=2", f"?p={number // 50}", "?state=open", f"?q={one}"
        )
        form = versions[0].form_id
        found["hand_overs"][str(number)] = _milliseconds(
            client, "/admin/forms/hand-overs/", "?p=2", f"?p={number // 50}", "?state=given_up", f"?form={form}"
        )
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


def _forms(units: list[OrganisationUnit]) -> list[FormVersion]:
    """Return a version each of eight forms with a target."""
    found = []
    for number in range(8):
        form = Form(slug=f"antrag-{number}", unit=units[number])
        form.set_texts({("title", "de"): f"Antrag {number}"})
        form.save()
        HandOverTarget.objects.create(form=form, name="fach", back_end="webhook")
        found.append(FormVersion.objects.create(form=form, number=1, state=FormVersion.State.PUBLISHED))
    return found


def _hand_over(have: int, wanted: int, versions: list[FormVersion]) -> None:
    """Give each new case its submission, handed over: one in a hundred given up, one in a hundred on its way."""
    State = HandOver.State
    targets = {target.form_id: target for target in HandOverTarget.objects.all()}
    cases = list(Case.objects.order_by("pk").values_list("pk", "opened_at")[have:wanted])
    submissions = Submission.objects.bulk_create(
        (
            Submission(version=versions[number % 8], case_id=case, sealed="x" * 500, submitted_at=at)
            for number, (case, at) in enumerate(cases)
        ),
        batch_size=2_000,
    )
    states = {0: State.GIVEN_UP, 50: State.WAITING}
    HandOver.objects.bulk_create(
        (
            HandOver(
                submission=row,
                target=targets[row.version.form_id],
                name="fach",
                state=states.get(number % 100, State.DONE),
                created_at=row.submitted_at,
            )
            for number, row in enumerate(submissions)
        ),
        batch_size=2_000,
    )


def _milliseconds(client: Client, address: str, *more: str) -> dict[str, float]:
    """Return the 95th percentile and the median of opening a list: its first page, and those with ``more``."""
    paths = [address, *(address + one for one in more)]
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
