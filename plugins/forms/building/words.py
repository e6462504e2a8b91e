"""Rules and definitions in words, for the builder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ..definition.structure import Definition, Effect, Field, Rule, Step, Test, text_in
from ..definition.types import BARE, TYPES
from ..definition.types.numbers import euros, moment
from ..definition.words import clause

#: Effect -> half a sentence. German and English word order differ: so whole halves, not words.
EFFECTS: dict[str, Any] = {
    "show": _("show “%(target)s”"),
    "require": _("“%(target)s” must be answered"),
    "skip": _("skip the step “%(target)s”"),
    "set": _("set “%(target)s” to “%(value)s”"),
    "block": _("stop with the message “%(message)s”"),
    "hand_over": _("hand over to “%(target)s”"),
    "price": _("add %(value)s to the fee"),
}
#: What the list of effects offers.
DEEDS: dict[str, Any] = {
    "show": _("show"),
    "require": _("must be answered"),
    "skip": _("skip the step"),
    "set": _("set a value"),
    "block": _("stop with a message"),
    "hand_over": _("hand over to"),
    "price": _("add to the fee"),
}


class Names:
    """What the things of one form are called; read once for a whole list of rules."""

    def __init__(self, definition: Definition) -> None:
        self.language = (get_language() or "de").split("-")[0]
        self.fields: dict[str, Field] = {item.key: item for _step, item in definition.walk()}
        self.steps: dict[str, Step] = {step.key: step for step in definition.steps}

    def field(self, key: str) -> str:
        """Return the label of a field; its key when it has none, or is not there."""
        item = self.fields.get(key)
        return (text_in(item.label, self.language) if item else "") or key

    def target(self, key: str) -> str:
        """Return the name of a field or a step."""
        if key in self.fields:
            return self.field(key)
        step = self.steps.get(key)
        return (text_in(step.title, self.language) if step else "") or key

    def value(self, key: str, value: Any) -> str:
        """Return how a value reads beside the field ``key``."""
        if isinstance(value, (list, tuple)):
            return ", ".join(self.value(key, one) for one in value)
        item = self.fields.get(key)
        if item is None or (item.type == "date" and not (isinstance(value, str) and moment(value))):
            return str(value)
        if item.type == "date" and str(value).startswith("today"):
            return relative_day(value)
        if item.type == "multiple_choice":
            return TYPES[item.type].display(item, [value], self.language) or str(value)
        if item.repeats:
            return str(value)
        return TYPES[item.type].display(item, value, self.language) or str(value)


def relative_day(value: str) -> str:
    """Return "today + 14 days" in words."""
    rest = value.replace(" ", "").removeprefix("today")
    if not rest:
        return gettext("today")
    sign, number, unit = rest[0], rest[1:].rstrip("dmy"), rest[-1] if rest[-1] in "dmy" else "d"
    count = int(number or 0)
    words = {
        "d": ngettext("%(n)d day", "%(n)d days", count),
        "m": ngettext("%(n)d month", "%(n)d months", count),
        "y": ngettext("%(n)d year", "%(n)d years", count),
    }[unit] % {"n": count}
    sentence = gettext("%(time)s from today") if sign == "+" else gettext("%(time)s before today")
    return sentence % {"time": words}


def test_in_words(test: Test, names: Names) -> str:
    """Return "“Breed” says “other”"."""
    value = "" if test.op in BARE else names.value(test.field, test.value)
    return clause(test, names.field(test.field), value)


def effect_in_words(effect: Effect, names: Names) -> str:
    """Return "show “Which breed?”"."""
    value = euros(effect.value, names.language) if effect.do == "price" and isinstance(effect.value, int) else None
    return str(EFFECTS[effect.do]) % {
        "target": names.target(effect.target) if effect.do != "hand_over" else effect.target,
        "value": names.value(effect.target, effect.value) if value is None else value,
        "message": text_in(effect.message, names.language),
    }


def rule_in_words(rule: Rule, names: Names) -> str:
    """Return "When “Breed” says “other”, then show “Which breed?”."."""
    joint = gettext(" and ") if rule.match == "all" else gettext(" or ")
    tests = joint.join(test_in_words(test, names) for test in rule.tests)
    effects = gettext(" and ").join(effect_in_words(effect, names) for effect in rule.effects)
    if not effects:
        effects = gettext("nothing yet")
    if not tests:
        return gettext("Always: %(effects)s.") % {"effects": effects}
    return gettext("When %(tests)s, then %(effects)s.") % {"tests": tests, "effects": effects}


def rules_by_key(rules: Iterable[Rule]) -> Mapping[str, list[Rule]]:
    """Return for each field or step the rules that ask for it or change it."""
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        touched = [test.field for test in rule.tests]
        touched += [effect.target for effect in rule.effects if effect.target and effect.do != "hand_over"]
        for key in dict.fromkeys(touched):
            found[key].append(rule)
    return found
