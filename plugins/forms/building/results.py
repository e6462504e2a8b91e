"""What people answered in a survey: counted and drawn, without anything about who answered."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import mean, median
from typing import Any

from cms.records.texts import current_language
from cms.sealing import Unreadable

from ..definition.structure import Definition, Field, text_in
from ..definition.types import TYPES
from ..models import Form, Submission

#: So many of the newest answers are counted, and so many texts shown: opening the page must not take seconds.
COUNTED, TEXTS, BARS = 2_000, 50, 15
CHOSEN = frozenset({"choice", "multiple_choice", "yes_no", "reference", "consent", "statement"})
MEASURED = frozenset({"number", "money", "calculated"})


def results(form: Form) -> dict[str, Any] | None:
    """Return the results of a survey, None for other forms: ``number`` of answers, ``of`` how many, and ``questions``.

    Each question has ``label``, ``answered``, and one of ``bars`` (name, number, width 0-100), ``figures`` (lowest, half,
    average, highest, as people read them) and ``texts``. Questions of former versions count with those of today's.
    """
    version = form.published() or form.versions.first()
    if form.purpose != Form.Purpose.SURVEY or version is None:
        return None
    rows = Submission.objects.filter(version__form=form, test=False)
    values: dict[str, list[Any]] = defaultdict(list)
    read = 0
    for row in rows.order_by("-pk")[:COUNTED]:
        try:
            answers = row.answers
        except Unreadable:
            continue
        read += 1
        for key, value in _flat(answers):
            values[key].append(value)
    return {"number": read, "of": rows.count(), "questions": _questions(version.definition, values)}


def _flat(answers: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return (key, answer), with the rows of groups one after another."""
    found: list[tuple[str, Any]] = []
    for key, value in answers.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            found += [pair for row in value for pair in row.items()]
        else:
            found.append((key, value))
    return found


def _questions(definition: Definition, values: dict[str, list[Any]]) -> list[dict[str, Any]]:
    language = current_language()
    found = []
    for _step, field in definition.walk():
        if not field.answers or field.repeats:
            continue
        given = values.get(field.key, [])
        found.append(
            {"label": text_in(field.label, language), "answered": len(given), **_drawn(field, given, language)}
        )
    return found


def _drawn(field: Field, given: list[Any], language: str) -> dict[str, Any]:
    if field.type in CHOSEN:
        single = [one for value in given for one in (value if isinstance(value, list) else [value])]
        counts: Counter[str] = Counter(_said(field, one, language) for one in single)
        if field.options:  # in the order of the form, also what nobody has chosen
            names = [text_in(option.label, language) for option in field.options]
            counts = Counter({name: counts.get(name, 0) for name in names} | dict(counts))
            pairs = list(counts.items())
        else:
            pairs = counts.most_common(BARS)
        top = max([number for _name, number in pairs] + [1])
        return {"bars": [{"name": name, "number": n, "width": round(100 * n / top)} for name, n in pairs[: BARS * 2]]}
    if field.type in MEASURED:
        numbers = [float(value) for value in given if isinstance(value, (int, float, str)) and _is_number(value)]
        if not numbers:
            return {"figures": None}
        shown = (min(numbers), median(numbers), mean(numbers), max(numbers))
        return {"figures": [_figure(field, value, language) for value in shown]}
    return {"texts": [_said(field, value, language) for value in given[:TEXTS]]}


def _said(field: Field, value: Any, language: str) -> str:
    kind = TYPES[field.type]
    if field.type == "multiple_choice":
        value = [value]
    return kind.display(field, value, language)


def _figure(field: Field, value: float, language: str) -> str:
    if field.type == "money":
        return TYPES["money"].display(field, round(value), language)
    return f"{value:.1f}".replace(".", "," if language.startswith("de") else ".").removesuffix(",0").removesuffix(".0")


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return not isinstance(value, bool)
