"""Defects that need all fillings: what nobody reaches, what always or never holds, what contradicts.

A question ("is this field ever shown?") is answered by a filling, tried with evaluate(); or by z3, which proves that
there is none. Fillings by chance come first: they are cheap and answer most.
"""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import z3
from django.utils.translation import gettext_lazy as _

from ..definition.logic import Evaluated, Index, Row, Scope, evaluate, is_empty, prices_of, rows_in
from ..definition.structure import Definition, Effect, Rule, text_in
from ..definition.types import TYPES
from ..definition.types.numbers import decimal as exact
from ..definition.wording import said
from . import reading
from .encoding import Encoding, all_of, any_of, negated
from .findings import ERROR, NOTE, WARNING, Finding
from .samples import Samples, filling

#: z3 keeps one context for the whole process: one form at a time, whatever the number of threads.
ONE_AT_A_TIME = threading.Lock()
Goal = tuple[Any, ...]
TRIES = 24
MILLISECONDS = 400


@dataclass(frozen=True)
class Tried:
    """A filling without errors, and what became of it."""

    answers: Mapping[str, Any]
    found: Evaluated


class Prover:
    """All questions about one form."""

    def __init__(self, definition: Definition) -> None:
        self.index = Index.of(definition)
        self.samples = Samples(self.index)
        self.encoding = Encoding(self.index, self.samples)
        self.solver = z3.Solver()
        self.solver.set("timeout", MILLISECONDS)
        self.solver.add(*self.encoding.constraints)
        self.tests = list(reading.sound_tests(self.index, definition.rules))
        self.sets = [
            (first, second)
            for (do, _target), effects in self.index.effects.items()
            if do == "set"
            for first, second in itertools.combinations(effects, 2)
            if first[1].value != second[1].value
        ]
        self.goals: dict[Goal, z3.BoolRef] = dict(self._goals())
        #: Goal -> the first filling that reaches it.
        self.reached: dict[Goal, Tried] = {}
        #: Goals that no filling reaches, proven. What is in neither, nobody knows: the time was too short.
        self.impossible: set[Goal] = set()
        self.fillings: list[Tried] = []

    # --- Questions ---------------------------------------------------------------------------------------------------

    def _goals(self) -> Iterator[tuple[Goal, z3.BoolRef]]:
        """Yield each question with its answer as a formula."""
        coded = self.encoding
        free = negated(coded.blocked())
        yield ("valid",), z3.BoolVal(True)
        yield ("free",), free
        for key, shown in coded.steps.items():
            yield ("step", key), shown
        for key, places in coded.shown.items():
            yield ("field", key), any_of(places)
        for rule in self.index.definition.rules:
            yield ("rule", rule.key), coded.holds(rule)
            for number, effect in enumerate(rule.effects):
                if effect.do in ("require", "set") and effect.target in coded.places:
                    when = [all_of([shown, coded.holds(rule, place)]) for place, shown in coded.places[effect.target]]
                    yield ("effect", rule.key, number), any_of(when)
        for rule, number, test in self.tests:
            within = self.index.group.get(test.field, "")
            holds = coded.holds(Rule("", (test,))) if within else coded.passes(test)
            yield ("test", rule.key, number), holds
            yield ("not", rule.key, number), negated(holds)
        for key, value, chosen in self._options():
            yield ("option", key, value), chosen
            yield ("option_free", key, value), all_of([free, chosen])
        for (rule, effect), (other, _effect) in self.sets:
            places = coded.places.get(effect.target, [])
            when = [all_of([shown, coded.holds(rule, place), coded.holds(other, place)]) for place, shown in places]
            yield ("both", rule.key, other.key, effect.target), any_of(when)
        if any((exact(effect.value) or 0) < 0 for _rule, effect in self.index.all("price")):
            yield ("negative",), coded.price() < 0

    def _options(self) -> Iterator[tuple[str, str, z3.BoolRef]]:
        for item in self.index.fields.values():
            if item.type not in ("choice", "multiple_choice"):
                continue
            group = self.encoding.groups.get(self.index.group.get(item.key, ""))
            takens = [row[item.key] for row in group.rows] if group else [self.encoding.taken[item.key]]
            for value in self.samples.values[item.key]:
                when = []
                for taken in takens:
                    symbols = (
                        [symbol for symbol, option in taken.asked.chosen if option == value] if taken.asked else []
                    )
                    chosen = any_of(symbols)
                    for condition, constant in reversed(taken.set):
                        given = value in constant if isinstance(constant, list) else value == constant
                        chosen = z3.If(condition, z3.BoolVal(given), chosen)
                    when.append(all_of([taken.shown, chosen]))
                yield item.key, value, any_of(when)

    # --- Answers -----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Try fillings by chance, then ask z3 about every question that is left."""
        chance = random.Random(8)  # noqa: S311  # not for secrets: the same form gives the same findings
        for number in range(TRIES):
            self.note(filling(self.samples, chance, least=number == 0))
        for goal, formula in self.goals.items():
            if goal not in self.reached:
                self.ask(goal, formula)

    def ask(self, goal: Goal, *formulas: z3.BoolRef) -> Tried | None:
        """Return a filling with all formulas, None when there is none or none was found in time."""
        answer = self.solver.check(*formulas)
        if answer == z3.unsat:
            self.impossible.add(goal)
        if answer != z3.sat:
            return None
        return self.note(self.encoding.filling(self.solver.model()))

    def note(self, answers: Mapping[str, Any]) -> Tried | None:
        """Replay a filling and note all it reaches; None (and nothing noted) when it has errors."""
        tried = Tried(answers, evaluate(self.index.definition, answers))
        if not self.is_valid(tried.found):
            return None
        self.fillings.append(tried)
        for goal in self.reaches(tried.found):
            self.reached.setdefault(goal, tried)
        return tried

    def is_valid(self, found: Evaluated) -> bool:
        """Return whether everything required is there; values are right because samples are."""
        for path in found.required:
            key = path.rpartition(".")[2]
            group, _dot, rest = path.partition(".")
            answers = found.answers if not rest else found.answers[group][int(rest.split(".")[0])]
            if is_empty(answers.get(key)):
                return False
        for key, item in self.index.fields.items():
            if item.repeats and key in found.shown:
                least, most = TYPES[item.type].limits(item)
                if not least <= len(rows_in(found.answers, key)) <= most:
                    return False
        return True

    def reaches(self, found: Evaluated) -> Iterator[Goal]:
        """Yield the goals that a filling reaches, by the form's own logic."""
        yield ("valid",)
        free = not found.blocks
        if free:
            yield ("free",)
        yield from (("step", key) for key in found.steps)
        shown = {path.rpartition(".")[2] for path in found.shown}
        yield from (("field", key) for key in shown)
        scope = Scope(self.index, found.answers)
        for rule in self.index.definition.rules:
            if scope.holds(rule):
                yield ("rule", rule.key)
            for number, effect in enumerate(rule.effects):
                if effect.do in ("require", "set") and any(self._scopes(found, effect, rule)):
                    yield ("effect", rule.key, number)
        for rule, number, test in self.tests:
            yield ("test" if scope.holds(Rule("", (test,))) else "not", rule.key, number)
        for key, value in self._chosen(found):
            yield ("option", key, value)
            if free:
                yield ("option_free", key, value)
        for (rule, effect), (other, _effect) in self.sets:
            if any(map(all, zip(self._scopes(found, effect, rule), self._scopes(found, effect, other), strict=True))):
                yield ("both", rule.key, other.key, effect.target)
        if ("negative",) in self.goals and self._price(found) < 0:
            yield ("negative",)

    def _scopes(self, found: Evaluated, effect: Effect, rule: Rule) -> Iterator[bool]:
        """Yield for each place of the target whether it is shown there and the rule holds."""
        group = self.index.group.get(effect.target, "")
        if not group:
            yield effect.target in found.shown and Scope(self.index, found.answers).holds(rule)
            return
        for number, row in enumerate(rows_in(found.answers, group)):
            scope = Scope(self.index, found.answers, Row(group, row))
            yield f"{group}.{number}.{effect.target}" in found.shown and scope.holds(rule)

    def _chosen(self, found: Evaluated) -> Iterator[tuple[str, str]]:
        for key, item in self.index.fields.items():
            if item.type not in ("choice", "multiple_choice"):
                continue
            group = self.index.group.get(key, "")
            for answers in rows_in(found.answers, group) if group else [found.answers]:
                value = answers.get(key)
                yield from (
                    (key, one) for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)
                )

    def _price(self, found: Evaluated) -> int:
        return sum(prices_of(self.index, found.answers))

    # --- Findings ----------------------------------------------------------------------------------------------------

    def findings(self, known: Collection[str]) -> Iterator[Finding]:
        """Yield what the answers mean. ``known``: paths of rules that reading has findings about already."""
        if ("valid",) in self.impossible:
            yield Finding("no_filling", ERROR, "form", _("Nobody can fill it in without errors."))
            return
        usual = next(iter(self.fillings), None)
        example = usual.answers if usual else None
        if ("free",) in self.impossible:
            yield Finding(
                "always_blocked", ERROR, "form", _("Every filling is blocked: nobody can submit it."), example
            )
        yield from self._unreachable()
        yield from self._rules(known)
        yield from self._contradictions()
        if ("free",) not in self.impossible:
            yield from self._dead_options()

    def _filling(self, *goals: Goal) -> Mapping[str, Any] | None:
        """Return the answers of a filling that reaches the first of the goals that is reached."""
        found = next((self.reached[goal] for goal in goals if goal in self.reached), None)
        return found.answers if found else None

    def _unreachable(self) -> Iterator[Finding]:
        gone: set[str] = set()
        for step in self.index.definition.steps:
            if ("step", step.key) in self.impossible:
                filled = self._filling(("free",), ("valid",))
                yield Finding("unreachable", ERROR, f"step:{step.key}", _("Nobody ever sees this step."), filled)
                gone |= {item.key for item in step.walk()}
        for key, item in self.index.fields.items():
            if ("field", key) not in self.impossible or key in gone:
                continue
            gone |= {inner.key for inner in item.walk()}
            filled = self._filling(("step", self.index.step[key]), ("valid",))
            if item.required:
                message, kind = _("It is required, but nobody ever sees it."), "required_unreachable"
            else:
                message, kind = _("Nobody ever sees this field."), "unreachable"
            yield Finding(kind, ERROR, f"field:{key}", message, filled)

    def _rules(self, known: Collection[str]) -> Iterator[Finding]:
        never = set()
        for rule, number, test in self.tests:
            path = f"rule:{rule.key}.tests.{number}"
            if path in known or f"rule:{rule.key}" in known:
                continue
            filled = self._filling(("field", test.field), ("valid",))
            if ("test", rule.key, number) in self.impossible:
                never.add(rule.key)
                yield Finding("test_never", WARNING, path, _("This never holds."), filled)
            elif ("not", rule.key, number) in self.impossible:
                yield Finding("test_always", WARNING, path, _("This always holds."), filled)
        for rule in self.index.definition.rules:
            path = f"rule:{rule.key}"
            if any(each == path or each.startswith(f"{path}.") for each in known):
                continue
            if ("rule", rule.key) in self.impossible:
                if rule.key not in never:
                    message = _("These tests never hold together.")
                    yield Finding("rule_never", WARNING, path, message, self._filling(("valid",)))
                continue
            for number, effect in enumerate(rule.effects):
                reachable = ("field", effect.target) not in self.impossible
                if ("effect", rule.key, number) in self.impossible and reachable:
                    filled = self._filling(("rule", rule.key))
                    if effect.do == "require":
                        message, kind = _("Whenever it is required, it is hidden."), "required_hidden"
                    else:
                        message, kind = _("Whenever it is set, it is hidden."), "set_hidden"
                    yield Finding(kind, ERROR, path, message, filled)

    def _contradictions(self) -> Iterator[Finding]:
        for goal, tried in self.reached.items():
            if goal[0] == "both":
                params = {"first": goal[1], "second": goal[2], "key": goal[3]}
                message = said(_("The rules “%(first)s” and “%(second)s” set “%(key)s” to different values."), params)
                yield Finding("contradiction", ERROR, f"rule:{goal[2]}", message, tried.answers)
        if ("negative",) in self.reached:
            answers = self.reached[("negative",)].answers
            yield Finding("negative_price", ERROR, "form", _("The price can be less than nothing."), answers)

    def _dead_options(self) -> Iterator[Finding]:
        for goal in self.goals:
            if goal[0] != "option_free" or goal not in self.impossible or ("field", goal[1]) in self.impossible:
                continue
            _kind, key, value = goal
            item = self.index.fields[key]
            label = next((text_in(option.label, "de") for option in item.options if option.value == value), "") or value
            path = f"option:{key}.{value}"
            if ("option", key, value) not in self.reached:
                message = said(_("“%(option)s” can never be chosen."), {"option": label})
                yield Finding("dead_option", WARNING, path, message, self._filling(("field", key)))
                continue
            # An option that a block answers at once, beside it, is how forms say "not here": told, not warned of.
            meant = any(
                effect.do == "block" and rule.tests and all(test.field == key for test in rule.tests)
                for rule in self.index.definition.rules
                for effect in rule.effects
                if ("rule", rule.key) in self.reached
                and rule.key in self.reached[("option", key, value)].found.blocked_by
            )
            message = said(_("Whoever chooses “%(option)s” is always blocked."), {"option": label})
            yield Finding(
                "dead_option", NOTE if meant else WARNING, path, message, self._filling(("option", key, value))
            )


def prove(definition: Definition, **around: Any) -> list[Finding]:
    """Return everything wrong with a form, the worst first. ``around``: values of reading.Around."""
    with ONE_AT_A_TIME:
        prover = Prover(definition)
        found = reading.read(prover.index, reading.Around(**around))
        prover.run()
        wrong = {finding.path.partition(".effects")[0] for finding in found if finding.severity == ERROR}
        found += prover.findings(wrong)
    worst = {ERROR: 0, WARNING: 1, NOTE: 2}
    return sorted(found, key=lambda finding: worst[finding.severity])
