"""The form as a formula of z3: for every filling without errors, what is shown, required, set and blocked.

The encoding follows logic._Run step by step, with symbols in place of answers. Values are those of samples.py; numbers,
days and times are integers. Groups have a few rows of their own; rows beyond are copies of the last.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import z3

from ..definition import formula
from ..definition.logic import NEVER_REQUIRED, Index, holds, is_empty, resolved
from ..definition.structure import FIELDSET, Effect, Field, Rule, Test
from ..definition.types import TYPES
from ..definition.types.numbers import decimal as exact
from .arithmetic import Arithmetic, number_of
from .samples import LISTED, NUMERIC, Samples, bounds, from_integer, scale, several, to_integer

TRUE, FALSE = z3.BoolVal(True), z3.BoolVal(False)
#: Rows of a group that differ from one another.
ROWS = 2


def all_of(parts: Sequence[z3.BoolRef]) -> z3.BoolRef:
    """Return the conjunction, without what is always true."""
    parts = [part for part in parts if not z3.is_true(part)]
    if any(z3.is_false(part) for part in parts):
        return FALSE
    return TRUE if not parts else parts[0] if len(parts) == 1 else z3.And(parts)


def any_of(parts: Sequence[z3.BoolRef]) -> z3.BoolRef:
    """Return the disjunction, without what is always false."""
    parts = [part for part in parts if not z3.is_false(part)]
    if any(z3.is_true(part) for part in parts):
        return TRUE
    return FALSE if not parts else parts[0] if len(parts) == 1 else z3.Or(parts)


def negated(part: z3.BoolRef) -> z3.BoolRef:
    """Return the negation."""
    return FALSE if z3.is_true(part) else TRUE if z3.is_false(part) else z3.Not(part)


@dataclass
class Asked:
    """What a citizen may give: symbols, and how a model of them reads as JSON."""

    item: Field
    present: z3.BoolRef
    #: (symbol, value): of one value, or of each of several.
    chosen: list[tuple[z3.BoolRef, Any]] = field(default_factory=list)
    number: z3.ArithRef | None = None

    def passes(self, test: Test) -> z3.BoolRef:
        """Return when the answer passes the test; it is taken as present."""
        if self.number is not None:
            return self._compared(test)
        if self.item.type == "multiple_choice":
            within = any_of([symbol for symbol, value in self.chosen if value == test.value])
            return {"contains": within, "not_contains": negated(within)}.get(test.op, FALSE)
        return any_of([symbol for symbol, value in self.chosen if holds(test, self.item, value)])

    def _compared(self, test: Test) -> z3.BoolRef:
        wanted = resolved(self.item, test.value)
        if test.op in ("in", "not_in"):
            several_values = wanted if isinstance(wanted, (list, tuple)) else [wanted]
            within = any_of([self._is(value) for value in several_values])
            return within if test.op == "in" else negated(within)
        if test.op in ("equals", "not_equals"):
            return self._is(wanted) if test.op == "equals" else negated(self._is(wanted))
        return ordered(test.op, self.number, to_integer(self.item, wanted))

    def _is(self, value: Any) -> z3.BoolRef:
        wanted = to_integer(self.item, value)
        whole = wanted is not None and wanted == wanted.to_integral_value()
        return self.number == int(wanted) if whole and wanted is not None else FALSE

    def read(self, model: z3.ModelRef) -> Any:
        """Return the JSON value in a model, None for no answer."""
        if not z3.is_true(model.eval(self.present, model_completion=True)):
            return None
        if self.number is not None:
            return from_integer(self.item, model.eval(self.number, model_completion=True).as_long())
        found = [value for symbol, value in self.chosen if z3.is_true(model.eval(symbol, model_completion=True))]
        return found if self.item.type == "multiple_choice" else found[0] if found else None


def ordered(op: str, number: z3.ArithRef | None, wanted: Any) -> z3.BoolRef:
    """Return the comparison; false for what has no order."""
    if number is None or wanted is None:
        return FALSE
    limit = number_of(wanted)
    match op:
        case "less":
            return number < limit
        case "at_most":
            return number <= limit
        case "more":
            return number > limit
        case "at_least":
            return number >= limit
    return FALSE


@dataclass
class Taken:
    """An answer that was taken: what was asked, or set by a rule, or worked out."""

    item: Field
    shown: z3.BoolRef
    present: z3.BoolRef
    asked: Asked | None = None
    #: (when, value): the first that holds is the answer.
    set: list[tuple[z3.BoolRef, Any]] = field(default_factory=list)
    #: A calculated value; ``value`` of a group is its number of rows.
    value: z3.ArithRef | None = None

    def passes(self, test: Test) -> z3.BoolRef:
        """Return when the test holds (logic.holds)."""
        if test.op in ("answered", "empty"):
            return self.present if test.op == "answered" else negated(self.present)
        if self.value is not None:
            found = self._counted(test)
        else:
            found = self.asked.passes(test) if self.asked else FALSE
        for when, value in reversed(self.set):
            found = z3.If(when, z3.BoolVal(holds(test, self.item, value)), found)
        return all_of([self.present, found])

    def _counted(self, test: Test) -> z3.BoolRef:
        wanted = test.value if isinstance(test.value, (list, tuple)) and test.op in ("in", "not_in") else [test.value]
        numbers = [number for value in wanted if (number := exact(value)) is not None]
        if test.op in ("equals", "not_equals", "in", "not_in"):
            within = any_of([self.value == number_of(number) for number in numbers])
            return within if test.op in ("equals", "in") else negated(within)
        return ordered(test.op, self.value, numbers[0] if numbers else None)

    def number(self) -> tuple[z3.BoolRef, z3.ArithRef] | None:
        """Return (when it is there, its value) for formulas and prices; None for what is no number."""
        found: z3.ArithRef | None = self.value
        if found is None and self.asked and self.asked.number is not None and self.item.type in ("number", "money"):
            by = scale(self.item)
            found = self.asked.number if by == 1 else z3.ToReal(self.asked.number) / by
        if found is None:
            return None
        for when, value in reversed(self.set):
            constant = exact(value)
            found = z3.If(when, number_of(constant), found) if constant is not None else found
        return self.present, found

    def day(self) -> tuple[z3.BoolRef, z3.ArithRef] | None:
        """Return (when it is there, its ordinal) of a date."""
        if self.item.type != "date" or self.asked is None or self.asked.number is None:
            return None
        found = self.asked.number
        for when, value in reversed(self.set):
            constant = to_integer(self.item, value)
            found = z3.If(when, z3.IntVal(int(constant)), found) if constant is not None else found
        return self.present, found


@dataclass
class Rows:
    """A group: how many rows, and the first few of them."""

    item: Field
    asked_number: z3.ArithRef
    rows: list[dict[str, Taken]] = field(default_factory=list)
    exists: list[z3.BoolRef] = field(default_factory=list)
    number: z3.ArithRef = field(default_factory=lambda: z3.IntVal(0))
    asked: list[dict[str, Asked]] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """Where a rule looks from: outside, or in one of a group's rows."""

    group: str = ""
    row: Mapping[str, Taken] = field(default_factory=dict)


OUTSIDE = Place()


class Encoding:
    """A form's fillings. ``constraints``: what makes a filling one without errors."""

    def __init__(self, index: Index, samples: Samples) -> None:
        self.index, self.samples = index, samples
        self.constraints: list[z3.BoolRef] = []
        self.taken: dict[str, Taken] = {}
        self.groups: dict[str, Rows] = {}
        self.asked: dict[str, Asked] = {}
        self.steps: dict[str, z3.BoolRef] = {}
        #: Field -> when it is shown; in a group, per row.
        self.shown: dict[str, list[z3.BoolRef]] = {}
        #: Field -> in which place its rules were asked, with when it was shown there.
        self.places: dict[str, list[tuple[Place, z3.BoolRef]]] = {}
        self._run()

    # --- One pass, as in logic._Run ----------------------------------------------------------------------------------

    def _run(self) -> None:
        for step in self.index.definition.steps:
            seen = TRUE if step.key in self.index.fields else self._is_shown(step.key, OUTSIDE)
            seen = all_of([seen, negated(self._some("skip", step.key, OUTSIDE))])
            self._take(step.fields, seen, self.taken, self.asked, OUTSIDE, "")
            any_shown = any_of([self.shown[item.key][0] for item in step.fields]) if step.fields else TRUE
            self.steps[step.key] = all_of([seen, any_shown])

    def _is_shown(self, key: str, place: Place) -> z3.BoolRef:
        return self._some("show", key, place) if ("show", key) in self.index.effects else TRUE

    def _some(self, do: str, key: str, place: Place) -> z3.BoolRef:
        return any_of([self.holds(rule, place) for rule, _effect in self.index.effects.get((do, key), ())])

    def _take(
        self,
        fields: Sequence[Field],
        around: z3.BoolRef,
        into: dict[str, Taken],
        asked: dict[str, Asked],
        place: Place,
        mark: str,
    ) -> None:
        for item in fields:
            seen = all_of([around, self._is_shown(item.key, place)])
            self.shown.setdefault(item.key, []).append(seen)
            self.places.setdefault(item.key, []).append((place, seen))
            if item.type == FIELDSET:
                self._take(item.fields, seen, into, asked, place, mark)
                continue
            if not item.answers:
                continue
            needed = TRUE if item.required or item.type == "statement" else self._some("require", item.key, place)
            needed = FALSE if item.type in NEVER_REQUIRED else all_of([seen, needed])
            if item.repeats:
                self._take_rows(item, seen, needed, mark)
                continue
            taken = self._answer(item, seen, place, mark)
            if taken.asked:
                asked[item.key] = taken.asked
            into[item.key] = taken
            if not z3.is_false(needed):
                self.constraints.append(z3.Implies(needed, taken.present))

    def _answer(self, item: Field, seen: z3.BoolRef, place: Place, mark: str) -> Taken:
        effects = self.index.effects.get(("set", item.key), ())
        setting = [(self.holds(rule, place), effect.value) for rule, effect in effects]
        if item.type == "calculated":
            there, value = self._calculated(item, place)
            given, asked = there, None
        else:
            asked = self._ask(item, mark)
            given, value = asked.present, None
        for when, constant in reversed(setting):
            given = z3.If(when, z3.BoolVal(not is_empty(constant)), given)
        return Taken(item, seen, all_of([seen, given]), asked, setting, value)

    def _calculated(self, item: Field, place: Place) -> tuple[z3.BoolRef, z3.ArithRef]:
        try:
            tree = formula.read(item.settings.get("formula")).tree
        except formula.FormulaError:
            return FALSE, z3.IntVal(0)
        places = 0 if item.settings.get("money") else TYPES["calculated"].decimals(item)
        return Arithmetic(self, place).rounded(tree, places)

    def _ask(self, item: Field, mark: str) -> Asked:
        name = f"{item.key}{mark}"
        if item.type in NUMERIC:
            number, present = z3.Int(name), z3.Bool(f"{name}?")
            low, high = bounds(item)
            self.constraints += [number >= low, number <= high] if low <= high else [z3.Not(present)]
            return Asked(item, present, number=number)
        chosen = [(z3.Bool(f"{name}={number}"), value) for number, value in enumerate(self.samples.values[item.key])]
        symbols = [symbol for symbol, _value in chosen]
        present = any_of(symbols)
        if item.type == "multiple_choice":
            low, high = several(item)
            if low > 1:
                self.constraints.append(z3.Implies(present, z3.AtLeast(*symbols, low)))
            if high < len(symbols):
                self.constraints.append(z3.AtMost(*symbols, high))
        elif len(symbols) > 1:
            self.constraints.append(z3.AtMost(*symbols, 1))
        if item.type not in LISTED and item.type != "multiple_choice" and not symbols:
            present = FALSE
        return Asked(item, present, chosen)

    def _take_rows(self, item: Field, seen: z3.BoolRef, needed: z3.BoolRef, mark: str) -> None:
        least, most = TYPES["group"].limits(item)
        number = z3.Int(f"{item.key}#")
        self.constraints += [number >= 0, number <= most]
        group = Rows(item, number)
        for at in range(min(ROWS, most)):
            exists = all_of([seen, number > at])
            row: dict[str, Taken] = {}
            asked: dict[str, Asked] = {}
            self._take(item.fields, exists, row, asked, Place(item.key, row), f"{mark}@{at}")
            group.rows.append(row)
            group.asked.append(asked)
            group.exists.append(exists)
        least_needed = max(least, 1)
        if least:
            self.constraints.append(z3.Implies(seen, number >= least))
        if not z3.is_false(needed):
            self.constraints.append(z3.Implies(needed, number >= least_needed))
        group.number = z3.If(seen, number, z3.IntVal(0))
        self.groups[item.key] = group
        self.taken[item.key] = Taken(item, seen, all_of([seen, number > 0]), value=number)

    # --- Rules -------------------------------------------------------------------------------------------------------

    def holds(self, rule: Rule, place: Place = OUTSIDE) -> z3.BoolRef:
        """Return when the rule holds, seen from a place (logic.Scope.holds)."""
        foreign = list(
            dict.fromkeys(
                group for test in rule.tests if (group := self.index.group.get(test.field, "")) and group != place.group
            )
        )
        matched = all_of if rule.match == "all" else any_of
        found = []
        for rows in itertools.product(*(self._rows(group) for group in foreign)):
            seen = {group: row for group, (_exists, row) in zip(foreign, rows, strict=True)}
            there = [exists for exists, _row in rows]
            tests = [self.passes(test, place, seen) for test in rule.tests]
            found.append(all_of([*there, matched(tests)]))
        return any_of(found)

    def _rows(self, group: str) -> Iterator[tuple[z3.BoolRef, Mapping[str, Taken]]]:
        """Yield (when it exists, row) of a group; one empty row when it has none."""
        known = self.groups.get(group)
        if known is None:
            yield TRUE, {}
            return
        yield known.number == 0, {}
        yield from zip(known.exists, known.rows, strict=True)

    def passes(self, test: Test, place: Place = OUTSIDE, seen: Mapping[str, Mapping[str, Taken]] | None = None) -> Any:
        """Return when one test holds."""
        group = self.index.group.get(test.field, "")
        if group and seen and group in seen:
            taken = seen[group].get(test.field)
        else:
            taken = self.get(test.field, place)
        if taken is None:
            return TRUE if test.op == "empty" else FALSE
        return taken.passes(test)

    def get(self, key: str, place: Place) -> Taken | None:
        """Return the answer to a field as a rule or formula in that place sees it."""
        group = self.index.group.get(key, "")
        if group:
            return place.row.get(key) if group == place.group else None
        return self.taken.get(key)

    def blocked(self) -> z3.BoolRef:
        """Return when the filling can't be submitted."""
        return any_of([self.effect_holds(rule, effect) for rule, effect in self.index.all("block")])

    def effect_holds(self, rule: Rule, effect: Effect) -> z3.BoolRef:
        """Return when the rule holds where its target is (in some row of the target's group)."""
        group = self.groups.get(self.index.group.get(effect.target, ""))
        if self.index.group.get(effect.target, "") and group is None:
            return FALSE
        if group is None:
            return self.holds(rule)
        rows = zip(group.exists, group.rows, strict=True)
        return any_of([all_of([exists, self.holds(rule, Place(group.item.key, row))]) for exists, row in rows])

    def price(self) -> z3.ArithRef:
        """Return the sum of all prices in cents (logic._Run.prices), not rounded per price."""
        parts: list[z3.ArithRef] = [z3.IntVal(0)]
        for rule, effect in self.index.all("price"):
            cents, target = exact(effect.value), self.index.fields.get(effect.target)
            if cents is None:
                continue
            if target and target.repeats:
                group = self.groups[target.key]
                last = len(group.rows) - 1
                for at, (exists, row) in enumerate(zip(group.exists, group.rows, strict=True)):
                    when = all_of([exists, self.holds(rule, Place(target.key, row))])
                    copies = group.number - last if at == last else z3.IntVal(1)
                    parts.append(z3.If(when, copies * int(cents), z3.IntVal(0)))
            elif target:
                taken = self.taken.get(effect.target)
                if taken and (known := taken.number()):
                    times = z3.If(all_of([known[0], self.holds(rule)]), known[1], z3.IntVal(0))
                    parts.append(number_of(cents) * times)
            else:
                parts.append(z3.If(self.holds(rule), z3.IntVal(int(cents)), z3.IntVal(0)))
        return z3.Sum(parts)

    # --- Back to answers ---------------------------------------------------------------------------------------------

    def filling(self, model: z3.ModelRef) -> dict[str, Any]:
        """Return the answers in a model."""
        answers = {key: value for key, asked in self.asked.items() if not is_empty(value := asked.read(model))}
        for key, group in self.groups.items():
            number = model.eval(group.asked_number, model_completion=True).as_long()
            rows = [
                {name: value for name, asked in row.items() if not is_empty(value := asked.read(model))}
                for row in group.asked
            ]
            if number:
                answers[key] = [dict(rows[min(at, len(rows) - 1)]) for at in range(number)]
        return answers
