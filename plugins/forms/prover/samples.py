"""Values that stand for all others: per field the few that its tests tell apart, and whole fillings made of them."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ..definition.logic import Index, resolved
from ..definition.structure import FIELDSET, Field, Test
from ..definition.types import TYPES
from ..definition.types.numbers import DIGITS, as_date, moment, plain
from ..definition.types.numbers import decimal as exact

#: Types whose values are integers to the prover (scaled numbers, cents, days, minutes).
NUMERIC = frozenset({"number", "money", "date", "time"})
#: Types whose values are one of a few.
LISTED = frozenset({"text", "hidden", "choice", "reference", "yes_no", "consent", "statement"})
SAMPLES: dict[str, Any] = {
    "long_text": "Ein Text.",
    "email": "erika@example.org",
    "phone": "+496131120",
    "date_range": {"from": "2030-05-01", "to": "2030-05-03"},
    "address": {"street": "Große Bleiche", "house_number": "1", "postcode": "55116", "town": "Mainz"},
    "iban": "DE89370400440532013000",
    "tax_id": "36574261809",
    "insurance_number": "15070649C103",
    "licence_plate": "MZ-AB 123",
    "file": [{"id": "1", "name": "nachweis.pdf", "size": 1000, "kind": "pdf"}],
    "map_point": {"lat": 49.9987, "lng": 8.2747},
}
NEEDLES = 4


def scale(item: Field) -> int:
    """Return by what a number is multiplied to be an integer."""
    return 10 ** TYPES["number"].decimals(item) if item.type == "number" else 1


def to_integer(item: Field, value: Any) -> Decimal | None:
    """Return the prover's number for a JSON value: exact, so 2.5 for 2.5 persons; None when it is none."""
    if item.type in ("number", "money"):
        found = exact(value)
        return None if found is None else found * scale(item)
    if item.type == "date":
        day = as_date(value)
        return Decimal(day.toordinal()) if day else None
    try:
        clock = datetime.time.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return Decimal(clock.hour * 60 + clock.minute) if value == clock.strftime("%H:%M") else None


def from_integer(item: Field, number: int) -> Any:
    """Return the JSON value of the prover's number."""
    if item.type == "date":
        return datetime.date.fromordinal(number).isoformat()
    if item.type == "time":
        return f"{number // 60:02d}:{number % 60:02d}"
    return plain(Decimal(number) / scale(item))


def bounds(item: Field) -> tuple[int, int]:
    """Return the least and the greatest number people may give."""
    if item.type == "date":
        first, last = moment(item.settings.get("earliest")), moment(item.settings.get("latest"))
        early, late = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)
        return (first or min(early, last or early)).toordinal(), (last or max(late, first or late)).toordinal()
    if item.type == "time":
        return 0, 24 * 60 - 1
    least, most = exact(item.settings.get("min")), exact(item.settings.get("max"))
    if item.type == "money":
        return max(int(least or 0), 0), 999_999_999 if most is None else int(most)
    top = 10**DIGITS - 1
    low = -top if least is None else -(-least * scale(item) // 1)
    high = top if most is None else most * scale(item) // 1
    return int(low), int(high)


class Samples:
    """The values of every field that its tests tell apart."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.tests: dict[str, list[Test]] = {}
        for rule in index.definition.rules:
            for test in rule.tests:
                self.tests.setdefault(test.field, []).append(test)
        self.values: dict[str, list[Any]] = {key: self._values(item) for key, item in index.fields.items()}

    def constants(self, item: Field) -> list[Any]:
        """Return all values the field is compared with."""
        found: list[Any] = []
        for test in self.tests.get(item.key, ()):
            wanted = resolved(item, test.value)
            found.extend(wanted if isinstance(wanted, (list, tuple)) else [wanted])
        return found

    def _values(self, item: Field) -> list[Any]:
        if item.type in NUMERIC:
            return self._numbers(item)
        if item.type in ("choice", "multiple_choice"):
            return list(dict.fromkeys(option.value for option in item.options))
        if item.type == "yes_no":
            return [True, False]
        if item.type in ("consent", "statement"):
            return [True]
        if item.type in ("text", "hidden", "reference"):
            return self._texts(item)
        sample = SAMPLES.get(item.type)
        return [] if sample is None else [sample]

    def _numbers(self, item: Field) -> list[Any]:
        low, high = bounds(item)
        wanted = [number for value in self.constants(item) if (number := to_integer(item, value)) is not None]
        near = {int(number) + step for number in wanted for step in (-1, 0, 1)}
        usual = low if low > -(10**9) else 0
        near |= {usual, min(usual + 1, high), high if high < 10**9 else usual}
        return [from_integer(item, number) for number in sorted(near) if low <= number <= high]

    def _texts(self, item: Field) -> list[Any]:
        words = [value for value in self.constants(item) if isinstance(value, str) and value]
        needles = list(
            dict.fromkeys(
                test.value
                for test in self.tests.get(item.key, ())
                if test.op in ("contains", "not_contains") and isinstance(test.value, str) and test.value
            )
        )[:NEEDLES]
        for number in range(2, len(needles) + 1):
            words += [" ".join(chosen) for chosen in itertools.combinations(needles, number)]
        other = next(
            word for word in ("x", "y", "z", "q", "#" * 8) if not any(word in each.casefold() for each in words)
        )
        if item.type != "text":
            return list(dict.fromkeys([*words, other]))
        least, most = TYPES["text"].limits(item)
        fitting = [word for word in words if (least or 0) <= len(word) <= most and word == word.strip()]
        return list(dict.fromkeys([*fitting, (other * (least or 1))[:most]]))


def filling(samples: Samples, chance: random.Random, *, least: bool = False) -> dict[str, Any]:
    """Return one filling by chance; it answers everything that is or may be required. ``least``: nothing else."""
    needed = {effect.target for _rule, effect in samples.index.all("require")}

    def some(fields: Sequence[Field]) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        for item in fields:
            if item.type == FIELDSET:
                answers |= some(item.fields)
            elif item.repeats:
                low, most = TYPES["group"].limits(item)
                low = max(low, int(item.required or item.key in needed))
                number = low if least else chance.randint(low, max(low, min(most, low + 2)))
                if number:
                    answers[item.key] = [some(item.fields) for _row in range(number)]
            elif samples.values[item.key]:
                must = item.required or item.key in needed or item.type == "statement"
                if must or (not least and chance.random() < 0.7):
                    answers[item.key] = pick(item)
        return answers

    def pick(item: Field) -> Any:
        values = samples.values[item.key]
        if item.type != "multiple_choice":
            return chance.choice(values)
        low, high = several(item)
        return [value for value in values if value in set(chance.sample(values, chance.randint(low, high)))]

    return {key: value for step in samples.index.definition.steps for key, value in some(step.fields).items()}


def several(item: Field) -> tuple[int, int]:
    """Return how many options are chosen at least and at most, when any is."""
    number = len(item.options)
    low, high = item.settings.get("min_chosen"), item.settings.get("max_chosen")
    low = min(max(low, 1), number) if isinstance(low, int) and not isinstance(low, bool) else min(1, number)
    high = min(high, number) if isinstance(high, int) and not isinstance(high, bool) and high > 0 else number
    return low, max(low, high)
