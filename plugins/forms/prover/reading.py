"""Defects that reading the form is enough for: unknown names, rules that look ahead, missing texts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..definition import formula
from ..definition.logic import Index, resolved
from ..definition.structure import FIELDSET, GROUP, Definition, Effect, Field, Rule, Test, Texts
from ..definition.types import BARE, TYPES
from ..definition.types.base import ORDER
from ..definition.types.numbers import decimal as exact
from ..definition.wording import said
from .findings import ERROR, WARNING, Finding
from .samples import NUMERIC, to_integer

#: What is evaluated at the end, with all answers: it may name any field.
LATE = frozenset({"block", "hand_over", "price"})
OF_STEPS = frozenset({"show", "skip"})
STRENGTH = ("none", "substantial", "high", "qualified")


@dataclass(frozen=True)
class Around:
    """What a form does not say itself.

    ``mapped``: keys of the fields that its hand-overs take; None when case workers see all. ``targets``: names of its
    targets in use, ``lists``: names of the lists that fields may name; None when they are not known. ``asks``,
    ``requirement``: Form.Requirement, what the form asks of people and what the law does.
    """

    mapped: Collection[str] | None = None
    targets: Collection[str] | None = None
    lists: Collection[str] | None = None
    asks: str = "none"
    requirement: str = "none"


def unknown(index: Index) -> Iterator[Finding]:
    """Yield rules and formulas that name what is not there, or compare what can't be compared."""
    steps = {step.key for step in index.definition.steps}
    aimed_at = {effect.target for do in OF_STEPS for _rule, effect in index.all(do)}
    for key in sorted(steps & set(index.fields) & aimed_at):
        yield Finding("unknown", ERROR, f"field:{key}", _("A step and a field have this key, and a rule names it."))
    for rule in index.definition.rules:
        for number, test in enumerate(rule.tests):
            if message := _wrong_test(index, test):
                yield Finding("unknown", ERROR, f"rule:{rule.key}.tests.{number}", message)
        for number, effect in enumerate(rule.effects):
            if message := _wrong_effect(index, steps, effect):
                yield Finding("unknown", ERROR, f"rule:{rule.key}.effects.{number}", message)
    for item in index.fields.values():
        if item.type in ("choice", "multiple_choice") and not item.options:
            yield Finding("unknown", ERROR, f"field:{item.key}", _("The choice has no options."))
        if item.type == "reference" and not item.settings.get("list"):
            yield Finding("unknown", ERROR, f"field:{item.key}", _("No list is chosen."))
        if item.type in (FIELDSET, GROUP) and not item.fields:
            yield Finding("empty", WARNING, f"field:{item.key}", _("There is no question in it."))
        if item.type == "calculated":
            yield from _wrong_formula(index, item)


def _wrong_test(index: Index, test: Test) -> Any:
    asked = index.fields.get(test.field)
    if asked is None:
        return said(_("There is no field “%(key)s”."), {"key": test.field})
    if test.op not in TYPES[asked.type].operators:
        return said(_("“%(op)s” can't be asked of this field."), {"op": test.op})
    if test.op in BARE:
        return ""
    several = test.op in ("in", "not_in")
    if several != isinstance(test.value, (list, tuple)) or (several and not test.value):
        return _("The value has a wrong form.")
    for value in test.value if several else [test.value]:
        if not _comparable(asked, test.op, resolved(asked, value)):
            return said(_("“%(value)s” is no answer to this field."), {"value": value})
    return ""


def _comparable(asked: Field, op: str, value: Any) -> bool:
    if asked.repeats or asked.type == "calculated":
        return exact(value) is not None
    if asked.type in NUMERIC:
        return to_integer(asked, value) is not None
    if op in ORDER:
        return False
    if asked.type in ("choice", "multiple_choice"):
        return any(option.value == value for option in asked.options)
    return isinstance(value, bool) if asked.type == "yes_no" else isinstance(value, str) and value != ""


def _wrong_effect(index: Index, steps: Collection[str], effect: Effect) -> Any:
    target, asked = effect.target, index.fields.get(effect.target)
    if effect.do in OF_STEPS and target in steps:
        return ""
    if effect.do == "skip":
        return said(_("There is no step “%(key)s”."), {"key": target})
    if effect.do == "hand_over":
        return "" if target else _("The hand-over is missing.")
    if asked is None and (target or effect.do in ("show", "require", "set")):
        return said(_("There is no field “%(key)s”."), {"key": target})
    if effect.do == "price":
        if exact(effect.value) is None:
            return _("The price is missing.")
        if asked and not asked.repeats and (asked.type not in ("number", "calculated") or asked.key in index.group):
            return _("A price counts a number or the rows of a group.")
    if effect.do == "block" and not any(effect.message.values()):
        return _("The message is missing.")
    if effect.do == "require" and asked and (asked.type in ("calculated", "content", "fieldset", "hidden")):
        return _("Nobody is asked for this: it can't be required.")
    if effect.do == "set" and asked and (not TYPES[asked.type].asks or not _allowed(asked, effect.value)):
        return said(_("“%(value)s” is no answer to this field."), {"value": effect.value})
    return ""


def _allowed(asked: Field, value: Any) -> bool:
    if asked.type in ("choice", "reference", "file"):
        return asked.type == "reference" or any(option.value == value for option in asked.options)
    return not TYPES[asked.type].check(asked, value, "de")


def _wrong_formula(index: Index, item: Field) -> Iterator[Finding]:
    path = f"field:{item.key}"
    try:
        names = formula.read(item.settings.get("formula")).names()
    except formula.FormulaError as error:
        yield Finding("formula", ERROR, path, error.message)
        return
    for name in sorted(names - set(index.fields)):
        yield Finding("formula", ERROR, path, said(_("There is no field “%(key)s”."), {"key": name}))


# --- Order -----------------------------------------------------------------------------------------------------------


def order(index: Index) -> Iterator[Finding]:
    """Yield rules and formulas that look at what is asked later, and those that go round in a circle."""
    place = {key: number for number, key in enumerate(index.fields)}
    first = {step.key: next((place[item.key] for item in step.walk()), None) for step in index.definition.steps}
    needs = _needs(index)
    circles = _in_circles(needs)
    for rule in index.definition.rules:
        for effect in rule.effects:
            if effect.do in LATE:
                continue
            target = place.get(effect.target, first.get(effect.target))
            late = [
                test.field
                for test in rule.tests
                if test.field in place and target is not None and place[test.field] >= target
            ]
            if not late:
                continue
            params = {"key": late[0], "target": effect.target}
            if any(key in circles and _reaches(needs, key, late[0]) for key in _targets(index, effect)):
                yield Finding(
                    "cycle",
                    ERROR,
                    f"rule:{rule.key}",
                    said(_("“%(key)s” and “%(target)s” depend on each other."), params),
                )
            else:
                yield Finding(
                    "looks_ahead",
                    ERROR,
                    f"rule:{rule.key}",
                    said(_("“%(key)s” is asked later than “%(target)s”."), params),
                )
    for item in index.fields.values():
        late = [name for name in _names(item) if place.get(name, -1) >= place[item.key]]
        if late:
            params = {"key": late[0], "target": item.key}
            if item.key in circles:
                message, kind = _("“%(key)s” and “%(target)s” depend on each other."), "cycle"
            else:
                message, kind = _("“%(key)s” is asked later than “%(target)s”."), "looks_ahead"
            yield Finding(kind, ERROR, f"field:{item.key}", said(message, params))


def _names(item: Field) -> list[str]:
    try:
        return sorted(formula.read(item.settings.get("formula")).names()) if item.type == "calculated" else []
    except formula.FormulaError:
        return []


def _targets(index: Index, effect: Effect) -> list[str]:
    """Return the fields an effect changes: all in a step, in a set, in a group."""
    if effect.target in index.fields:
        return [item.key for item in index.fields[effect.target].walk()]
    return [key for key, step in index.step.items() if step == effect.target]


def _needs(index: Index) -> dict[str, set[str]]:
    """Return field -> fields that decide about it."""
    needs: dict[str, set[str]] = {item.key: set(_names(item)) for item in index.fields.values()}
    for rule in index.definition.rules:
        for effect in rule.effects:
            for key in _targets(index, effect) if effect.do not in LATE else ():
                needs[key] |= {test.field for test in rule.tests}
    return needs


def _reaches(needs: Mapping[str, set[str]], start: str, goal: str) -> bool:
    seen, todo = set(), [goal]
    while todo:
        key = todo.pop()
        if key == start:
            return True
        if key not in seen:
            seen.add(key)
            todo.extend(needs.get(key, ()))
    return False


def _in_circles(needs: Mapping[str, set[str]]) -> set[str]:
    return {key for key, before in needs.items() if any(_reaches(needs, key, other) for other in before)}


# --- Texts, purpose, identity ----------------------------------------------------------------------------------------


def texts(definition: Definition) -> Iterator[Finding]:
    """Yield what has no text in a language of the form. A help or example is needed in all languages or in none."""

    def missing(path: str, given: Texts, what: Any, *, needed: bool = True) -> Iterator[Finding]:
        if not needed and not any(given.values()):
            return
        for language in definition.languages:
            if not given.get(language, "").strip():
                message = said(_("%(what)s is missing in “%(language)s”."), {"what": what, "language": language})
                yield Finding("translation", WARNING, path, message)

    for step in definition.steps:
        yield from missing(f"step:{step.key}", step.title, _("The title"))
        yield from missing(f"step:{step.key}", step.intro, _("The introduction"), needed=False)
    for _step, item in definition.walk():
        path = f"field:{item.key}"
        yield from missing(path, item.label, _("The label"), needed=item.type not in ("hidden", "content"))
        yield from missing(path, item.help, _("The help"), needed=False)
        yield from missing(path, item.example, _("The example"), needed=False)
        if isinstance(html := item.settings.get("html"), Mapping):
            yield from missing(path, html, _("The text"), needed=False)
        for option in item.options:
            yield from missing(f"option:{item.key}.{option.value}", option.label, _("The option"))
    for rule in definition.rules:
        for effect in rule.effects:
            if effect.do == "block":
                yield from missing(f"rule:{rule.key}", effect.message, _("The message"), needed=False)


def unused(index: Index, mapped: Collection[str] | None) -> Iterator[Finding]:
    """Yield what is asked without need (Art. 5 (1) c DSGVO).

    Sensitive fields that state no purpose; and, when the form's hand-overs name the fields they take (``mapped``),
    fields that none of them takes, no rule tests and no formula uses. Without such lists case workers see every answer.
    """
    used = {test.field for rule in index.definition.rules for test in rule.tests}
    used |= {effect.target for _rule, effect in index.all("price")}
    used |= {name for item in index.fields.values() for name in _names(item)}
    for key, item in index.fields.items():
        if not item.answers or item.type in ("calculated", "consent", "statement"):
            continue
        stated = str(item.settings.get("purpose") or "").strip()
        if item.sensitive and not stated:
            yield Finding("purpose", WARNING, f"field:{key}", _("It is sensitive, and no purpose is stated."))
        inner = {each.key for each in item.walk()}
        if (
            mapped is not None
            and not stated
            and not inner & (used | set(mapped))
            and index.group.get(key) not in mapped
        ):
            yield Finding("unused", WARNING, f"field:{key}", _("It is asked, but used nowhere."))


def gone(index: Index, lists: Collection[str]) -> Iterator[Finding]:
    """Yield fields that name a list the city does not keep (any more)."""
    for item in index.fields.values():
        for name in (item.settings.get("list"), item.settings.get("streets")):
            if name and name not in lists:
                yield Finding(
                    "unknown", ERROR, f"field:{item.key}", said(_("There is no list “%(name)s”."), {"name": name})
                )


def nowhere(index: Index, targets: Collection[str]) -> Iterator[Finding]:
    """Yield rules that hand over to what the form has no target for: those submissions would be given up."""
    for rule in index.definition.rules:
        for number, effect in enumerate(rule.effects):
            if effect.do == "hand_over" and effect.target and effect.target not in targets:
                message = said(_("The form has no target “%(name)s” for hand-overs in use."), {"name": effect.target})
                yield Finding("no_target", WARNING, f"rule:{rule.key}.effects.{number}", message)


def identity(asks: str, requirement: str) -> Iterator[Finding]:
    """Yield when the form asks for more than the law does. By hand counts like a qualified signature (§ 126a BGB)."""
    asked, needed = ("qualified" if value == "print" else value for value in (asks, requirement))
    if asked in STRENGTH and needed in STRENGTH and STRENGTH.index(asked) > STRENGTH.index(needed):
        yield Finding("identity", WARNING, "form", _("The form asks for more than the law requires."))


def read(index: Index, around: Around) -> list[Finding]:
    """Return all findings of this module."""
    found: list[Finding] = [*unknown(index), *order(index), *texts(index.definition), *unused(index, around.mapped)]
    if around.targets is not None:
        found += nowhere(index, around.targets)
    if around.lists is not None:
        found += gone(index, around.lists)
    return [*found, *identity(around.asks, around.requirement)]


def sound_tests(index: Index, rules: Sequence[Rule]) -> Iterator[tuple[Rule, int, Test]]:
    """Yield (rule, number, test) of every test that names and compares what there is."""
    for rule in rules:
        for number, test in enumerate(rule.tests):
            if not _wrong_test(index, test):
                yield rule, number, test
