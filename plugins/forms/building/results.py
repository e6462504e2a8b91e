"""What people answered in a survey: counted by a job, kept and drawn as numbers, without anything about who answered.

So that nobody is recognised by an answer that few gave, a question is shown from ``LEAST`` answers on, numbers of a choice
below ``SMALL`` are left out (and a second one when a single gap could be reckoned from the sum), and of measured values
not the extremes but tenths are kept. Texts can't be counted: they are read from the newest answers when somebody who
may builds the form asks for them.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy

from cms.contracts.jobs import PeriodicJob
from cms.jobs import job
from cms.records.texts import current_language
from cms.sealing import Unreadable
from cms.theming.charts import bars

from ..definition.structure import Definition, Field, text_in
from ..definition.types import TYPES
from ..models import Form, Submission, SurveyResult

LEAST, SMALL = 5, 3
#: Of measured values: from so many answers on also the tenths.
TENTHS_FROM = 20
#: Texts are those of so many of the newest answers; so many bars at most.
TEXTS, BARS = 50, 30
CHOSEN = frozenset({"choice", "multiple_choice", "yes_no", "reference", "consent", "statement"})
MEASURED = frozenset({"number", "money", "calculated"})


# --- counting ------------------------------------------------------------------------------------------------


@job(atomic=False)
def count_surveys() -> int:
    """Count the surveys to which answers were added or erased since; return how many."""
    surveys = Form.objects.filter(purpose=Form.Purpose.SURVEY).select_related("survey_result")
    return sum(count_survey(form) for form in surveys)


def count_survey(form: Form) -> bool:
    """Count the answers to a survey unless the numbers are of now; return whether that was needed."""
    rows = Submission.objects.filter(version__form=form, test=False)
    present = rows.aggregate(number=Count("pk"), newest=Max("pk"))
    number, newest = present["number"], present["newest"] or 0
    kept = getattr(form, "survey_result", None)
    if (kept.answers, kept.newest) == (number, newest) if kept else not number:
        return False
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    answered: Counter[str] = Counter()
    types = _types(form)
    for row in rows.filter(pk__lte=newest).only("sealed").order_by("pk").iterator(chunk_size=500):
        try:
            answers = row.answers
        except Unreadable:
            continue
        for key, value in _flat(answers):
            answered[key] += 1
            if types.get(key) in CHOSEN | MEASURED:
                counts[key].update(json.dumps(one) for one in (value if isinstance(value, list) else [value]))
    data = {key: _kept(types[key], number, counts[key]) for key, number in answered.items() if key in types}
    values = {"answers": number, "newest": newest, "data": data, "counted_at": timezone.now()}
    SurveyResult.objects.update_or_create(form=form, defaults=values)
    return True


def _types(form: Form) -> dict[str, str]:
    """Return key -> type of the questions of all versions, as the newest has them."""
    found: dict[str, str] = {}
    for version in form.versions.order_by("number"):
        found |= {field.key: field.type for _step, field in version.definition.walk() if not field.repeats}
    return found


def _flat(answers: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return (key, answer), with the rows of groups one after another."""
    found: list[tuple[str, Any]] = []
    for key, value in answers.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            found += [pair for row in value for pair in row.items()]
        else:
            found.append((key, value))
    return found


def _kept(kind: str, number: int, counts: Counter[str]) -> dict[str, Any]:
    """Return what may be kept of the answers to a question: their number, and counts or tenths."""
    if number < LEAST:
        return {"answered": number}
    if kind in CHOSEN:
        return {"answered": number, "counts": _without_small(counts)}
    if kind in MEASURED:
        return {"answered": number, "figures": _figures(counts)}
    return {"answered": number}


def _without_small(counts: Counter[str]) -> list[tuple[Any, int | None]]:
    """Return (answer, number), None for numbers that are too small to be told."""
    small = {value for value, number in counts.items() if number < SMALL}
    if len(small) == 1 and len(counts) > 1:
        small.add(min((number, value) for value, number in counts.items() if value not in small)[1])
    return [(json.loads(value), None if value in small else number) for value, number in counts.most_common()]


def _figures(counts: Counter[str]) -> dict[str, float]:
    values = sorted((float(value), number) for value, number in _numbers(counts))
    total = sum(number for _value, number in values)
    if total < LEAST:
        return {}
    found = {"half": _part(values, total, 0.5), "average": sum(value * number for value, number in values) / total}
    if total >= TENTHS_FROM:
        found |= {"tenth": _part(values, total, 0.1), "nine": _part(values, total, 0.9)}
    return found


def _numbers(counts: Counter[str]) -> list[tuple[float, int]]:
    found = []
    for value, number in counts.items():
        try:
            found.append((float(json.loads(value)), number))
        except (TypeError, ValueError):
            continue
    return found


def _part(values: list[tuple[float, int]], total: int, share: float) -> float:
    """Return the value below or at which ``share`` of all lie."""
    so_far = 0
    for value, number in values:
        so_far += number
        if so_far >= share * total:
            return value
    return values[-1][0]


# --- showing -------------------------------------------------------------------------------------------------


def results(form: Form, *, texts: bool = False) -> dict[str, Any] | None:
    """Return the results of a survey, None for other forms: ``number`` counted, ``at``, ``new`` since, ``questions``.

    Each question has ``label``, ``answered``, ``few`` (too few to be shown), and one of ``bars``, ``figures`` (name, value as
    people read it) and ``words``: whether it asks for text, with ``texts`` those of the newest answers.
    """
    version = form.published() or form.versions.first()
    if form.purpose != Form.Purpose.SURVEY or version is None:
        return None
    kept = SurveyResult.objects.filter(form=form).first()
    rows = Submission.objects.filter(version__form=form, test=False)
    number = kept.answers if kept else 0
    said = _texts(rows) if texts and number >= LEAST else None
    return {
        "number": number,
        "at": kept.counted_at if kept else None,
        "new": max(rows.count() - number, 0),
        "texts_shown": said is not None,
        "least": LEAST,
        "small": SMALL,
        "questions": _questions(version.definition, kept.data if kept else {}, said),
    }


def _texts(rows: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows.order_by("-pk")[:TEXTS]:
        try:
            answers = row.answers
        except Unreadable:
            continue
        for key, value in _flat(answers):
            found[key].append(value)
    return found


def _questions(definition: Definition, data: dict[str, Any], said: dict[str, list[Any]] | None) -> list[dict[str, Any]]:
    language = current_language()
    found = []
    for _step, field in definition.walk():
        if not field.answers or field.repeats:
            continue
        kept = data.get(field.key, {"answered": 0})
        answered = kept["answered"]
        row = {"label": text_in(field.label, language), "answered": answered, "few": 0 < answered < LEAST}
        if field.type in CHOSEN:
            row["bars"] = bars(_pairs(field, kept.get("counts", []), language)[:BARS])
        elif field.type in MEASURED:
            row["figures"] = [(name, _figure(field, kept["figures"][key], language)) for key, name in FIGURES.items() if key in kept.get("figures", {})]  # fmt: skip
        else:
            row["words"] = True
            row["texts"] = [_said(field, value, language) for value in (said or {}).get(field.key, [])]
        found.append(row)
    return found


FIGURES = {
    "tenth": gettext_lazy("a tenth are at most"),
    "half": gettext_lazy("half are at most"),
    "average": gettext_lazy("average"),
    "nine": gettext_lazy("nine tenths are at most"),
}


def _pairs(field: Field, counts: list[tuple[Any, int | None]], language: str) -> list[tuple[str, Any]]:
    """Return (answer, number or "< 3"), those of the form in its order, also what nobody has chosen."""
    said = [(value, f"< {SMALL}" if number is None else number) for value, number in counts]
    numbers = {str(value): number for value, number in said}
    named = {str(option.value): text_in(option.label, language) for option in field.options}
    return [
        *((name, numbers.get(value, 0)) for value, name in named.items()),
        *((_said(field, value, language), number) for value, number in said if str(value) not in named),
    ]


def _said(field: Field, value: Any, language: str) -> str:
    kind = TYPES[field.type]
    if field.type == "multiple_choice":
        value = [value]
    return kind.display(field, value, language)


def _figure(field: Field, value: float, language: str) -> str:
    if field.type == "money":
        return TYPES["money"].display(field, round(value), language)
    return f"{value:.1f}".replace(".", "," if language.startswith("de") else ".").removesuffix(",0").removesuffix(".0")


PERIODIC = [
    PeriodicJob(
        name="surveys",
        title=gettext_lazy("Count answers to surveys"),
        task=count_surveys,
        every=timedelta(minutes=10),
    )
]
