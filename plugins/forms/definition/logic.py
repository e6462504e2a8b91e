"""What a form does with answers: what is shown, required, set, blocked, what it costs and where it goes.

One pass in the order of the pages. A rule sees the answers that were taken so far, so a test that looks ahead sees
nothing; a test on an absent answer is false (only "empty" holds then). Inside a row of a group a rule sees that row's
earlier answers and those outside; outside, it holds when it holds for some row. Blocks, hand-overs and the price are
worked out at the end, with all answers.
"""

from __future__ import annotations

import decimal
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext

from . import formula
from .structure import FIELDSET, Definition, Effect, Field, Rule, Test, Texts, text_in
from .types import TYPES
from .types.numbers import decimal as exact
from .types.numbers import moment, plain

Answers = Mapping[str, Any]
#: Types a citizen can't be asked for again.
NEVER_REQUIRED = frozenset({"calculated", "content", "fieldset", "hidden"})


@dataclass(frozen=True)
class Evaluated:
    """What became of the answers. Paths: "key", or "group.0.key" in the first row of a group."""

    answers: dict[str, Any]
    shown: frozenset[str]
    required: frozenset[str]
    steps: tuple[str, ...]
    blocks: tuple[tuple[Texts, str], ...] = ()
    hand_overs: tuple[str, ...] = ()
    price_cents: int = 0
    #: Key of the rule behind each of ``blocks``.
    blocked_by: tuple[str, ...] = ()


def is_empty(value: Any) -> bool:
    """Return whether a JSON value is no answer."""
    return value is None or value == "" or value == [] or value == {}


def rows_in(answers: Answers, group: str) -> Sequence[Answers]:
    """Return the rows of a group; none when its answer has another shape."""
    rows = answers.get(group)
    return rows if isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows) else []


def holds(test: Test, asked: Field | None, value: Any) -> bool:
    """Return whether ``value``, the answer to the field ``asked``, passes the test. Never raises.

    Numbers compare as numbers, days and times by the clock, groups by their number of rows; "contains" is an option of
    several, or a part of a text (capitals don't matter). Values of different kinds are neither equal nor in order.
    """
    if test.op == "empty":
        return is_empty(value)
    if is_empty(value) or asked is None:
        return False
    if test.op == "answered":
        return True
    if asked.repeats:
        value = len(value) if isinstance(value, list) else 0
    wanted = resolved(asked, test.value)
    match test.op:
        case "equals" | "not_equals":
            return _same(value, wanted) == (test.op == "equals")
        case "in" | "not_in":
            several = wanted if isinstance(wanted, (list, tuple)) else [wanted]
            return any(_same(value, one) for one in several) == (test.op == "in")
        case "contains" | "not_contains":
            return _contains(value, wanted) == (test.op == "contains")
        case "less" | "at_most" | "more" | "at_least":
            return _ordered(test.op, value, wanted)
    return False


def resolved(asked: Field, value: Any) -> Any:
    """Return a test's value with "today+14" and the like as the day it is now."""
    if asked.type != "date":
        return value
    if isinstance(value, (list, tuple)):
        return [resolved(asked, one) for one in value]
    day = moment(value)
    return day.isoformat() if day else value


def _same(value: Any, wanted: Any) -> bool:
    left, right = exact(value), exact(wanted)
    if left is not None and right is not None:
        return left == right
    return type(value) is type(wanted) and value == wanted


def _contains(value: Any, wanted: Any) -> bool:
    if isinstance(value, list):
        return wanted in value
    return isinstance(value, str) and isinstance(wanted, str) and wanted.casefold() in value.casefold()


def _ordered(op: str, value: Any, wanted: Any) -> bool:
    left, right = exact(value), exact(wanted)
    if left is None or right is None:
        if not isinstance(value, str) or not isinstance(wanted, str):
            return False
        left, right = value, wanted  # type: ignore[assignment]  # ISO days and times sort as texts
    return {"less": left < right, "at_most": left <= right, "more": left > right, "at_least": left >= right}[op]


@dataclass(frozen=True)
class Index:
    """A definition, prepared for looking things up."""

    definition: Definition
    fields: dict[str, Field] = field(default_factory=dict)
    #: Field in a group -> key of the group.
    group: dict[str, str] = field(default_factory=dict)
    step: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, definition: Definition) -> Index:
        """Return the index of a definition."""
        index = cls(definition)
        for step, item in definition.walk():
            index.fields[item.key], index.step[item.key] = item, step.key
            if item.repeats:
                index.group.update({inner.key: item.key for inner in item.walk() if inner is not item})
        return index

    @cached_property
    def effects(self) -> dict[tuple[str, str], list[tuple[Rule, Effect]]]:
        """(what is done, target) -> the rules that do it, in their order."""
        found: dict[tuple[str, str], list[tuple[Rule, Effect]]] = {}
        for rule in self.definition.rules:
            for effect in rule.effects:
                found.setdefault((effect.do, effect.target), []).append((rule, effect))
        return found

    def all(self, do: str) -> Iterator[tuple[Rule, Effect]]:
        """Yield every (rule, effect) of one kind, in the order of the rules."""
        return ((rule, effect) for rule in self.definition.rules for effect in rule.effects if effect.do == do)


@dataclass(frozen=True)
class Row:
    """Where a rule looks from: outside all groups (``group`` is ""), or in one row."""

    group: str = ""
    answers: Answers = field(default_factory=dict)


OUTSIDE = Row()


@dataclass(frozen=True)
class Scope:
    """The answers a rule or formula sees (formula.Scope)."""

    index: Index
    taken: Answers
    row: Row = OUTSIDE

    def get(self, key: str) -> Any:
        group = self.index.group.get(key, "")
        if group and group == self.row.group:
            return self.row.answers.get(key)
        return None if group else self.taken.get(key)

    def rows(self, key: str) -> Sequence[Answers] | None:
        asked = self.index.fields.get(key)
        group = key if asked and asked.repeats else self.index.group.get(key, "")
        if not group or (group == self.row.group and group != key):
            return None
        return rows_in(self.taken, group)

    def within(self, row: Answers) -> Scope:
        # A formula runs over the rows of one group: that of the names in it.
        return _RowScope(self.index, self.taken, self.row, row)

    def holds(self, rule: Rule) -> bool:
        """Return whether the rule does: outside a group, for some row of it."""
        foreign = dict.fromkeys(
            group for test in rule.tests if (group := self.index.group.get(test.field, "")) and group != self.row.group
        )
        matched = all if rule.match == "all" else any
        for rows in itertools.product(*(rows_in(self.taken, group) or [{}] for group in foreign)):
            seen = dict(zip(foreign, rows, strict=True))
            if matched(self._holds(test, seen) for test in rule.tests):
                return True
        return False

    def _holds(self, test: Test, seen: Mapping[str, Answers]) -> bool:
        group = self.index.group.get(test.field, "")
        value = seen[group].get(test.field) if group in seen else self.get(test.field)
        return holds(test, self.index.fields.get(test.field), value)


@dataclass(frozen=True)
class _RowScope(Scope):
    """Sees one row of a group, whichever it is, and all that the scope around it sees."""

    inner: Answers = field(default_factory=dict)

    def get(self, key: str) -> Any:
        return self.inner[key] if key in self.inner else super().get(key)

    def rows(self, key: str) -> Sequence[Answers] | None:
        return super().rows(key) if key in self.index.fields and self.index.fields[key].repeats else None


def evaluate(definition: Definition, answers: Any) -> Evaluated:
    """Return what becomes of ``answers`` (field key -> JSON value; of a group a list of rows).

    Hidden fields and skipped steps are absent from the result, set and calculated values are in. Answers of wrong
    shapes are no error here: they pass no test, validate() reports them. Never raises.
    """
    return _Run(Index.of(definition), answers if isinstance(answers, Mapping) else {}).result()


class _Run:
    """One pass over the pages."""

    def __init__(self, index: Index, given: Answers) -> None:
        self.index, self.given = index, given
        self.taken: dict[str, Any] = {}
        self.shown: set[str] = set()
        self.required: set[str] = set()
        self.steps: list[str] = []

    def result(self) -> Evaluated:
        for step in self.index.definition.steps:
            if step.key not in self.index.fields and not self.is_shown(step.key, OUTSIDE):
                continue
            if self.first("skip", step.key, OUTSIDE):
                continue
            before = len(self.shown)
            self.take(step.fields, self.given, self.taken, "", OUTSIDE)
            if len(self.shown) > before or not step.fields:
                self.steps.append(step.key)
        blocks = list(self.blocks())
        hand_overs = dict.fromkeys(effect.target for rule, effect in self.index.all("hand_over") if self.holds(rule))
        return Evaluated(
            answers=self.taken,
            shown=frozenset(self.shown),
            required=frozenset(self.required),
            steps=tuple(self.steps),
            blocks=tuple((effect.message, path) for _rule, effect, path in blocks),
            hand_overs=tuple(hand_overs),
            price_cents=max(sum(prices_of(self.index, self.taken)), 0),
            blocked_by=tuple(rule.key for rule, _effect, _path in blocks),
        )

    def holds(self, rule: Rule, row: Row = OUTSIDE) -> bool:
        return Scope(self.index, self.taken, row).holds(rule)

    def first(self, do: str, target: str, row: Row) -> Effect | None:
        """Return the first effect of the kind on the target whose rule holds."""
        return next(
            (effect for rule, effect in self.index.effects.get((do, target), ()) if self.holds(rule, row)), None
        )

    def is_shown(self, key: str, row: Row) -> bool:
        return ("show", key) not in self.index.effects or self.first("show", key, row) is not None

    def take(self, fields: Sequence[Field], given: Answers, into: dict[str, Any], prefix: str, row: Row) -> None:
        for item in fields:
            if not self.is_shown(item.key, row):
                continue
            path = f"{prefix}{item.key}"
            self.shown.add(path)
            if item.type == FIELDSET:
                self.take(item.fields, given, into, prefix, row)
                continue
            if not item.answers:
                continue
            needed = item.required or item.type == "statement" or self.first("require", item.key, row)
            if needed and item.type not in NEVER_REQUIRED:
                self.required.add(path)
            if item.repeats:
                self.take_rows(item, given.get(item.key), path)
            elif not is_empty(value := self.value(item, given, row)):
                into[item.key] = value

    def take_rows(self, item: Field, given: Any, path: str) -> None:
        if is_empty(given):
            return
        if not TYPES[item.type].fits(given):
            self.taken[item.key] = given  # validate() says what is wrong with it
            return
        rows: list[dict[str, Any]] = []
        for number, row in enumerate(given[: TYPES[item.type].limits(item)[1] + 1]):
            taken: dict[str, Any] = {}
            rows.append(taken)
            self.take(item.fields, row, taken, f"{path}.{number}.", Row(item.key, taken))
        self.taken[item.key] = rows

    def value(self, item: Field, given: Answers, row: Row) -> Any:
        if effect := self.first("set", item.key, row):
            return effect.value
        if item.type == "calculated":
            return self.calculated(item, row)
        return given.get(item.key)

    def calculated(self, item: Field, row: Row) -> Any:
        try:
            found = formula.read(item.settings.get("formula")).value(Scope(self.index, self.taken, row))
        except formula.FormulaError:
            return None  # the prover names it; a published form has none
        if found is None:
            return None
        places = 0 if item.settings.get("money") else TYPES[item.type].decimals(item)
        return plain(found.quantize(decimal.Decimal(1).scaleb(-places), decimal.ROUND_HALF_UP))

    def rows_of(self, target: str) -> Iterator[tuple[Row, str]]:
        """Yield every row the target lies in, with the target's path; once when it lies in none."""
        group = self.index.group.get(target, "")
        if not group:
            yield OUTSIDE, target
        for number, row in enumerate(rows_in(self.taken, group) if group else []):
            yield Row(group, row), f"{group}.{number}.{target}"

    def blocks(self) -> Iterator[tuple[Rule, Effect, str]]:
        for rule, effect in self.index.all("block"):
            for row, path in self.rows_of(effect.target):
                if self.holds(rule, row):
                    yield rule, effect, path if path in self.shown else ""


def prices_of(index: Index, taken: Answers) -> Iterator[int]:
    """Yield what each price adds: once, per row when its target is a group, times the answer when it is a number."""
    for rule, effect in index.all("price"):
        cents, target = exact(effect.value), index.fields.get(effect.target)
        if cents is None:
            continue
        if target and target.repeats:
            rows = (Row(target.key, row) for row in rows_in(taken, target.key))
            yield int(cents) * sum(Scope(index, taken, row).holds(rule) for row in rows)
        elif Scope(index, taken).holds(rule):
            times = exact(taken.get(effect.target)) if target else decimal.Decimal(1)
            yield int((cents * (times or 0)).quantize(decimal.Decimal(1), decimal.ROUND_HALF_UP))


def validate(definition: Definition, answers: Any, *, step: str = "", language: str = "de") -> dict[str, list[str]]:
    """Return the errors by path, in the order of the pages; "" holds blocks beside no field. Empty when all is well.

    ``step``: only of this step. What the form hides is not looked at: a tampered answer to it is absent.
    """
    index = Index.of(definition)
    found = evaluate(definition, answers)
    errors: dict[str, list[str]] = {}
    for page in definition.steps:
        if page.key in found.steps and (not step or page.key == step):
            for path, item, value in _asked(page.fields, found.answers, "", found.shown):
                if messages := _wrong(item, value, path in found.required, language):
                    errors[path] = messages
    for (message, path), rule in zip(found.blocks, found.blocked_by, strict=True):
        if not step or page_of(index, path, rule) == step:
            text = text_in(message, language) or gettext("You can't go on with these answers.")
            errors.setdefault(path, []).append(text)
    return errors


def _asked(
    fields: Sequence[Field], answers: Answers, prefix: str, shown: frozenset[str]
) -> Iterator[tuple[str, Field, Any]]:
    """Yield (path, field, answer) of everything shown that has an answer."""
    for item in fields:
        path = f"{prefix}{item.key}"
        if path not in shown:
            continue
        if item.type == FIELDSET:
            yield from _asked(item.fields, answers, prefix, shown)
        elif item.answers:
            value = answers.get(item.key)
            yield path, item, value
            if item.repeats and TYPES[item.type].fits(value):
                for number, row in enumerate(value):
                    yield from _asked(item.fields, row, f"{path}.{number}.", shown)


def _wrong(item: Field, value: Any, required: bool, language: str) -> list[str]:
    if is_empty(value):
        if item.repeats and TYPES[item.type].limits(item)[0]:
            return TYPES[item.type].check(item, [], language)
        return [gettext("This field is required.")] if required else []
    return TYPES[item.type].check(item, value, language)


def page_of(index: Index, path: str, rule_key: str) -> str:
    """Return the step a block belongs to: that of the field it stands beside, else of the last field it tests."""
    if path:
        return index.step.get(path.rpartition(".")[2], "")
    rule = next(rule for rule in index.definition.rules if rule.key == rule_key)
    tested = {index.step[test.field] for test in rule.tests if test.field in index.step}
    return next((step.key for step in reversed(index.definition.steps) if step.key in tested), "")
