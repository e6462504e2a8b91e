"""Changes to a definition, as functions: each returns a new definition. For the builder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from . import formula
from .structure import FIELDSET, GROUP, KEY, Definition, Effect, Field, Option, Rule, Step, Test
from .wording import said

T = TypeVar("T", Step, Field, Rule, Option)


class EditError(ValueError):
    """The change can't be made; ``message`` (lazy) says why."""

    def __init__(self, message: Any) -> None:
        super().__init__(str(message))
        self.message = message


def keys(definition: Definition) -> set[str]:
    """Return the keys of all steps and fields: rules name both, so a new key must be none of them."""
    return {step.key for step in definition.steps} | {item.key for _step, item in definition.walk()}


def free_key(taken: set[str], wish: str) -> str:
    """Return ``wish`` or the first of wish_2, wish_3 ... that is free."""
    base, number, found = wish[:55], 1, wish[:60]
    while found in taken:
        number += 1
        found = f"{base}_{number}"
    return found


def uses(definition: Definition, key: str) -> tuple[str, ...]:
    """Return the keys of rules and calculated fields that name the field or step ``key``."""
    rules = [
        rule.key
        for rule in definition.rules
        if any(test.field == key for test in rule.tests) or any(effect.target == key for effect in rule.effects)
    ]
    return (*rules, *(item.key for _step, item in definition.walk() if key in _formula_names(item)))


def _formula_names(item: Field) -> frozenset[str]:
    try:
        return formula.read(item.settings.get("formula")).names() if item.type == "calculated" else frozenset()
    except formula.FormulaError:
        return frozenset()


# --- Sequences -------------------------------------------------------------------------------------------------------


def _at(things: tuple[T, ...], thing: T, at: int | None) -> tuple[T, ...]:
    spot: int = len(things) if at is None else max(0, min(at, len(things)))
    return (*things[:spot], thing, *things[spot:])


def _new_key(definition: Definition, key: str) -> None:
    if not KEY.match(key):
        raise EditError(_("A key has small letters, digits and _, and begins with a letter."))
    if key in keys(definition):
        raise EditError(said(_("The key “%(key)s” is taken."), {"key": key}))


def _step_at(definition: Definition, key: str) -> int:
    for number, step in enumerate(definition.steps):
        if step.key == key:
            return number
    raise EditError(said(_("There is no step “%(key)s”."), {"key": key}))


# --- Steps -----------------------------------------------------------------------------------------------------------


def add_step(definition: Definition, step: Step, *, at: int | None = None) -> Definition:
    """Return the definition with one more step, at the end or at a place. Raises EditError for a key that is taken."""
    for key in (step.key, *(item.key for item in step.walk())):
        _new_key(definition, key)
    return replace(definition, steps=_at(definition.steps, step, at))


def change_step(definition: Definition, key: str, **changes: Any) -> Definition:
    """Return the definition with other ``title`` or ``intro``. Raises EditError."""
    number = _step_at(definition, key)
    steps = list(definition.steps)
    steps[number] = replace(steps[number], **changes)
    return replace(definition, steps=tuple(steps))


def move_step(definition: Definition, key: str, at: int) -> Definition:
    """Return the definition with the step at another place. Raises EditError."""
    step = definition.steps[_step_at(definition, key)]
    rest = tuple(other for other in definition.steps if other is not step)
    return replace(definition, steps=_at(rest, step, at))


def copy_step(definition: Definition, key: str) -> Definition:
    """Return the definition with a copy of the step behind it, under new keys; rules are not copied."""
    number = _step_at(definition, key)
    taken = keys(definition)
    step = definition.steps[number]
    twin = replace(step, key=_take(taken, step.key), fields=_fresh(step.fields, taken))
    return replace(definition, steps=_at(definition.steps, twin, number + 1))


def delete_step(definition: Definition, key: str) -> Definition:
    """Return the definition without the step. Rules that named its fields stay: the prover shows them."""
    step = definition.steps[_step_at(definition, key)]
    return replace(definition, steps=tuple(other for other in definition.steps if other is not step))


# --- Fields ----------------------------------------------------------------------------------------------------------


def _mapped(fields: Sequence[Field], key: str, change: Callable[[Field], Sequence[Field]]) -> tuple[Field, ...]:
    """Return the fields with that one (at any depth) replaced by what ``change`` returns."""
    found: list[Field] = []
    for item in fields:
        if item.key == key:
            found.extend(change(item))
        else:
            found.append(replace(item, fields=_mapped(item.fields, key, change)) if item.fields else item)
    return tuple(found)


def _everywhere(definition: Definition, key: str, change: Callable[[Field], Sequence[Field]]) -> Definition:
    _existing(definition, key)
    steps = tuple(replace(step, fields=_mapped(step.fields, key, change)) for step in definition.steps)
    return replace(definition, steps=steps)


def _existing(definition: Definition, key: str) -> Field:
    try:
        return definition.field(key)
    except KeyError as error:
        raise EditError(said(_("There is no field “%(key)s”."), {"key": key})) from error


def _insert(definition: Definition, item: Field, step: str, inside: str, at: int | None) -> Definition:
    number = _step_at(definition, step)
    if inside:
        holder = _existing(definition, inside)
        if holder.type not in (FIELDSET, GROUP):
            raise EditError(said(_("“%(key)s” holds no other fields."), {"key": inside}))
        within_group = holder.repeats or definition.group_of(inside) is not None
        if within_group and any(inner.repeats for inner in item.walk()):
            raise EditError(_("A repeating group can't hold another."))
        return _everywhere(definition, inside, lambda found: (replace(found, fields=_at(found.fields, item, at)),))
    steps = list(definition.steps)
    steps[number] = replace(steps[number], fields=_at(steps[number].fields, item, at))
    return replace(definition, steps=tuple(steps))


def add_field(definition: Definition, item: Field, *, step: str, inside: str = "", at: int | None = None) -> Definition:
    """Return the definition with one more field, on the step or ``inside`` a set or group. Raises EditError."""
    for inner in item.walk():
        _new_key(definition, inner.key)
    return _insert(definition, item, step, inside, at)


def change_field(definition: Definition, key: str, **changes: Any) -> Definition:
    """Return the definition with other attributes of a field; its key changes by rename(). Raises EditError."""
    return _everywhere(definition, key, lambda item: (replace(item, **changes),))


def move_field(definition: Definition, key: str, *, step: str, inside: str = "", at: int | None = None) -> Definition:
    """Return the definition with the field somewhere else. Raises EditError, also for a place inside itself."""
    item = _existing(definition, key)
    if inside and any(inner.key == inside for inner in item.walk()):
        raise EditError(_("A field can't be moved into itself."))
    return _insert(delete_field(definition, key), item, step, inside, at)


def copy_field(definition: Definition, key: str) -> Definition:
    """Return the definition with a copy of the field behind it, under new keys; rules are not copied."""
    _existing(definition, key)
    taken = keys(definition)
    return _everywhere(definition, key, lambda item: (item, *_fresh((item,), taken)))


def delete_field(definition: Definition, key: str) -> Definition:
    """Return the definition without the field and all in it. Rules that named it stay: the prover shows them."""
    return _everywhere(definition, key, lambda item: ())


def _take(taken: set[str], wish: str) -> str:
    found = free_key(taken, wish)
    taken.add(found)
    return found


def _fresh(fields: Sequence[Field], taken: set[str]) -> tuple[Field, ...]:
    """Return the fields under keys that are free, formulas among them following."""
    names: dict[str, str] = {}
    for item in fields:
        for inner in item.walk():
            names[inner.key] = _take(taken, inner.key)
    return tuple(_renamed(item, names) for item in fields)


def _renamed(item: Field, names: Mapping[str, str]) -> Field:
    settings = dict(item.settings)
    if item.type == "calculated" and isinstance(settings.get("formula"), str):
        settings["formula"] = _renamed_formula(settings["formula"], names)
    inner = tuple(_renamed(each, names) for each in item.fields)
    return replace(item, key=names.get(item.key, item.key), settings=settings, fields=inner)


def _renamed_formula(text: str, names: Mapping[str, str]) -> str:
    try:
        named = formula.read(text).names()
    except formula.FormulaError:
        return text
    return formula.renamed(text, names) if named & set(names) else text


def add_group(
    definition: Definition, fields: Sequence[Field], *, step: str, prefix: str, inside: str = "", at: int | None = None
) -> Definition:
    """Return the definition with the fields of a central field group written out, each key with the prefix.

    Raises EditError for keys that are taken or would be too long.
    """
    names = {inner.key: f"{prefix}_{inner.key}" if prefix else inner.key for item in fields for inner in item.walk()}
    for number, item in enumerate(fields):
        place = None if at is None else at + number
        definition = add_field(definition, _renamed(item, names), step=step, inside=inside, at=place)
    return definition


def rename(definition: Definition, old: str, new: str) -> Definition:
    """Return the definition with another key of a field or step; rules and formulas follow. Raises EditError."""
    if old == new:
        return definition
    if old not in keys(definition):
        raise EditError(said(_("There is no field “%(key)s”."), {"key": old}))
    _new_key(definition, new)
    names = {old: new}
    steps = tuple(
        replace(step, key=names.get(step.key, step.key), fields=tuple(_renamed(item, names) for item in step.fields))
        for step in definition.steps
    )
    return replace(definition, steps=steps, rules=tuple(_renamed_rule(rule, names) for rule in definition.rules))


def _renamed_rule(rule: Rule, names: Mapping[str, str]) -> Rule:
    return replace(
        rule,
        tests=tuple(replace(test, field=names.get(test.field, test.field)) for test in rule.tests),
        effects=tuple(
            effect if effect.do == "hand_over" else replace(effect, target=names.get(effect.target, effect.target))
            for effect in rule.effects
        ),
    )


# --- Options ---------------------------------------------------------------------------------------------------------


def add_option(definition: Definition, key: str, option: Option, *, at: int | None = None) -> Definition:
    """Return the definition with one more option of a choice. Raises EditError for a value that is taken."""
    item = _existing(definition, key)
    if not option.value or any(other.value == option.value for other in item.options):
        raise EditError(said(_("The value “%(value)s” is taken or empty."), {"value": option.value}))
    return change_field(definition, key, options=_at(item.options, option, at))


def change_option(definition: Definition, key: str, value: str, option: Option) -> Definition:
    """Return the definition with another option in its place; tests and set values follow. Raises EditError."""
    item = _existing(definition, key)
    _option(item, value)
    if option.value != value and any(other.value == option.value for other in item.options):
        raise EditError(said(_("The value “%(value)s” is taken or empty."), {"value": option.value}))
    options = tuple(option if other.value == value else other for other in item.options)
    definition = change_field(definition, key, options=options)
    return replace(definition, rules=tuple(_revalued(rule, key, value, option.value) for rule in definition.rules))


def _revalued(rule: Rule, key: str, old: str, new: str) -> Rule:
    def other(value: Any) -> Any:
        return (
            [new if one == old else one for one in value] if isinstance(value, list) else new if value == old else value
        )

    def tested(test: Test) -> Test:
        return replace(test, value=other(test.value)) if test.field == key else test

    def done(effect: Effect) -> Effect:
        set_here = effect.do == "set" and effect.target == key
        return replace(effect, value=other(effect.value)) if set_here else effect

    return replace(rule, tests=tuple(map(tested, rule.tests)), effects=tuple(map(done, rule.effects)))


def move_option(definition: Definition, key: str, value: str, at: int) -> Definition:
    """Return the definition with the option at another place. Raises EditError."""
    item = _existing(definition, key)
    option = _option(item, value)
    rest = tuple(other for other in item.options if other is not option)
    return change_field(definition, key, options=_at(rest, option, at))


def delete_option(definition: Definition, key: str, value: str) -> Definition:
    """Return the definition without the option. Raises EditError."""
    item = _existing(definition, key)
    option = _option(item, value)
    return change_field(definition, key, options=tuple(other for other in item.options if other is not option))


def _option(item: Field, value: str) -> Option:
    for option in item.options:
        if option.value == value:
            return option
    raise EditError(said(_("There is no option “%(value)s”."), {"value": value}))


# --- Rules -----------------------------------------------------------------------------------------------------------


def _rule(definition: Definition, key: str) -> Rule:
    for rule in definition.rules:
        if rule.key == key:
            return rule
    raise EditError(said(_("There is no rule “%(key)s”."), {"key": key}))


def add_rule(definition: Definition, rule: Rule, *, at: int | None = None) -> Definition:
    """Return the definition with one more rule. Raises EditError for a key that is taken."""
    if any(other.key == rule.key for other in definition.rules) or not KEY.match(rule.key):
        raise EditError(said(_("The key “%(key)s” is taken."), {"key": rule.key}))
    return replace(definition, rules=_at(definition.rules, rule, at))


def change_rule(definition: Definition, key: str, **changes: Any) -> Definition:
    """Return the definition with other attributes of a rule. Raises EditError."""
    old = _rule(definition, key)
    rules = tuple(replace(rule, **changes) if rule is old else rule for rule in definition.rules)
    return replace(definition, rules=rules)


def move_rule(definition: Definition, key: str, at: int) -> Definition:
    """Return the definition with the rule at another place: the first "set" that holds wins. Raises EditError."""
    rule = _rule(definition, key)
    rest = tuple(other for other in definition.rules if other is not rule)
    return replace(definition, rules=_at(rest, rule, at))


def copy_rule(definition: Definition, key: str) -> Definition:
    """Return the definition with a copy of the rule behind it. Raises EditError."""
    rule = _rule(definition, key)
    twin = replace(rule, key=free_key({other.key for other in definition.rules}, key))
    return replace(definition, rules=_at(definition.rules, twin, definition.rules.index(rule) + 1))


def delete_rule(definition: Definition, key: str) -> Definition:
    """Return the definition without the rule. Raises EditError."""
    rule = _rule(definition, key)
    return replace(definition, rules=tuple(other for other in definition.rules if other is not rule))


def places(definition: Definition) -> Iterator[tuple[str, str, int, Field]]:
    """Yield (step, field it lies in or "", number there, field): the arguments that bring each field where it is."""
    for step in definition.steps:
        yield from _places(step.key, "", step.fields)


def _places(step: str, inside: str, fields: Sequence[Field]) -> Iterator[tuple[str, str, int, Field]]:
    for number, item in enumerate(fields):
        yield step, inside, number, item
        yield from _places(step, item.key, item.fields)
