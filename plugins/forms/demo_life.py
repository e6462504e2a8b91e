"""What has happened to the forms of the demo: figures, a few submissions of people who don't exist, a survey's answers."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from cms.cases.services import move
from cms.directory.models import OrganisationUnit

from .building.results import count_survey
from .definition.structure import Definition
from .filling import content as contents
from .filling import sending, services
from .filling.counting import BUCKETS, Event
from .filling.opening import definition_of
from .handover.services import save_target
from .models import Form, FormCount

#: So many days are counted, so many people have answered a survey.
DAYS, ANSWERED = 60, 48
WORDS = (
    "Ein Wegweiser im ersten Stock wäre gut.",
    "Mehr Termine am Nachmittag.",
    "Alles bestens, vielen Dank!",
    "Die Wartenummern sind von hinten schlecht zu lesen.",
)


def fill(rows: list[dict[str, Any]]) -> None:
    """Send what the fixture says, answer the surveys, and count as if people had come for two months."""
    with_case = {form.slug: form for form in Form.objects.filter(slug__in={row["form"] for row in rows})}
    for form in with_case.values():
        save_target(form=form, name="posteingang", back_end="inbox", options={}, secrets={}, by=None)
    for row in rows:
        _send(with_case[row["form"]], row)
    for form in Form.objects.filter(kind=Form.Kind.OWN, versions__state="published").distinct():
        _count(form)
        if form.purpose == Form.Purpose.SURVEY:
            _answer(form)
            count_survey(form)


def _send(form: Form, row: dict[str, Any]) -> None:
    accounts = get_user_model().objects
    account = accounts.filter(username=row["account"]).first() if "account" in row else None
    answers = dict(row["answers"])
    if "unit" in answers:
        unit = OrganisationUnit.objects.filter(slug=answers["unit"]).first()
        answers["unit"] = str(unit.pk) if unit else ""
    submission = _submit(form, answers, language=row.get("language", "de"), account=account)
    if submission is not None and submission.case is not None and row.get("step"):
        move(case=submission.case, step=row["step"])


def _submit(form: Form, answers: dict[str, Any], *, language: str = "de", account: Any = None) -> Any:
    """Fill in as a person would who answers every step at once."""
    filling, content = services.find(services.begin(form=form, language=language, account=account))
    definition = definition_of(filling.version)
    content.answers |= answers
    found = services.evaluated(definition, content)
    for key in found.steps:
        services.reach(filling=filling, content=content, step=definition.step(key))
    content.done = {key: sorted(services.shown_in(definition.step(key), found, content)) for key in found.steps}
    contents.write(filling, content)
    filling.save(update_fields=["sealed"])
    return sending.submit(filling=filling, content=content)


def _answer(form: Form) -> None:
    """Answer every choice by chance, with the same chances each time the demo is set up."""
    chance, version = Random(form.slug), form.published()  # noqa: S311  the same each time, on purpose
    if version is None:
        return
    definition = definition_of(version)
    for number in range(ANSWERED):
        answers: dict[str, Any] = {}
        for _step, field in definition.walk():
            if field.type in ("choice", "multiple_choice") and field.options:
                values = [option.value for option in field.options]
                # The first ones more often: most people are content and have not waited long.
                chosen = chance.choices(values, weights=range(len(values), 0, -1))[0]
                answers[field.key] = [chosen] if field.type == "multiple_choice" else chosen
            elif field.type == "yes_no":
                answers[field.key] = chance.random() < 0.8
            elif field.type == "long_text" and number % 12 == 0:
                answers[field.key] = WORDS[number // 12 % len(WORDS)]
        _submit(form, answers)


def _count(form: Form) -> None:
    """Write counts of two months: fewer on Saturdays and Sundays, and at each step some who go no further."""
    version, chance, today = form.published(), Random(f"{form.slug} counts"), timezone.localdate()  # noqa: S311
    if version is None:
        return
    definition = definition_of(version)
    rows = []
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        for (event, key), number in _day(definition, chance, chance.randint(2, 12) // (3 if day.weekday() > 4 else 1)):
            if number:
                rows.append(FormCount(version=version, day=day, event=event, key=key, number=number))
    FormCount.objects.bulk_create(rows, ignore_conflicts=True)


def _day(definition: Definition, chance: Random, started: int) -> list[tuple[tuple[str, str], int]]:
    found: list[tuple[tuple[str, str], int]] = [((Event.STARTED, ""), started)]
    there = started
    for step in definition.steps:
        found.append(((Event.REACHED, step.key), there))
        refused = sum(chance.random() < 0.2 for _one in range(there))
        asked = [field.key for field in step.walk() if field.required and not field.repeats]
        found.append(((Event.REFUSED, step.key), refused))
        if refused and asked:
            found.append(((Event.ERROR, chance.choice(asked)), refused))
        there = sum(chance.random() < 0.93 for _one in range(there))
    found.append(((Event.FINISHED, ""), there))
    for minutes in BUCKETS[1:5]:
        taken = min(there, chance.randint(0, there)) if minutes != BUCKETS[4] else there
        found.append(((Event.TOOK, str(minutes)), taken))
        there -= taken
    return found
