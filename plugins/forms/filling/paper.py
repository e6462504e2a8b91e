"""The paper twin of a version: every question with room to write, and the rules in words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, override

from ..definition.structure import FIELDSET, GROUP, Definition, Effect, Field, Rule, Test, text_in
from ..definition.types import TYPES
from ..definition.types.choices import listed
from ..definition.types.numbers import euros
from ..definition.types.places import PARTS
from ..definition.words import clause
from .layout import content_html
from .stepform import row_limits
from .summary import shown

#: So many rows of a group are printed; who needs more takes another sheet.
PRINTED_ROWS = 3
#: How a question is answered by hand where its type does not say "one line".
LONG, BOXES, DATE, PARTS_OF, TICK, ENCLOSE, NONE = "long", "boxes", "date", "parts", "tick", "enclose", "none"
WAYS = {
    "long_text": LONG, "date": DATE, "yes_no": BOXES, "choice": BOXES, "multiple_choice": BOXES, "reference": "line",
    "address": PARTS_OF, "date_range": PARTS_OF, "consent": TICK, "statement": TICK, "file": ENCLOSE, "calculated": NONE,
    "map_point": "line",
}  # fmt: skip


@dataclass
class Sheet:
    """One thing on the paper; ``way``: how it is answered, ``kind``: field, content, fieldset, group, row."""

    kind: str
    label: str
    help: str = ""
    example: str = ""
    unit: str = ""
    way: str = "line"
    required: bool = False
    options: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    number: str = ""
    items: list[Sheet] = field(default_factory=list)


def paper(definition: Definition, language: str) -> list[Sheet]:
    """Return the steps of the form for paper, in ``language``."""
    with override(language):
        return _Paper(definition, language).sheets()


class _Paper:
    def __init__(self, definition: Definition, language: str) -> None:
        self.definition, self.language, self.number = definition, language, 0
        #: Target -> effect -> rules that have it.
        self.about: dict[str, dict[str, list[Rule]]] = defaultdict(lambda: defaultdict(list))
        for rule in definition.rules:
            for effect in rule.effects:
                self.about[effect.target][effect.do].append(rule)

    def sheets(self) -> list[Sheet]:
        found = []
        for position, step in enumerate(self.definition.steps, start=1):
            sheet = Sheet("step", text_in(step.title, self.language), help=text_in(step.intro, self.language))
            sheet.number = str(position)
            sheet.rules = self._rules(step.key, gettext("Fill in this part only if %(test)s."))
            sheet.items = self._of(step.fields)
            found.append(sheet)
        return found

    def _of(self, fields: tuple[Field, ...]) -> list[Sheet]:
        return [sheet for one in fields if (sheet := self._sheet(one))]

    def _sheet(self, one: Field) -> Sheet | None:
        if one.type == "hidden":
            return None
        sheet = Sheet("field", text_in(one.label, self.language), text_in(one.help, self.language))
        sheet.example, sheet.required = text_in(one.example, self.language), one.required or one.type == "statement"
        sheet.rules = self._rules(one.key, gettext("Fill in only if %(test)s."))
        if one.type == FIELDSET:
            sheet.kind, sheet.items = "fieldset", self._of(one.fields)
        elif one.type == GROUP:
            sheet.kind = "group"
            count = min(max(row_limits(one)[0], PRINTED_ROWS), row_limits(one)[1])
            for row in range(count):
                sheet.items.append(Sheet("row", f"{sheet.label} {row + 1}", items=self._of(one.fields)))
            if row_limits(one)[1] > count:
                sheet.rules.append(gettext("If you need more room, please use another sheet."))
        elif one.type == "content":
            sheet.kind, sheet.help = "content", content_html(one, self.language)
        else:
            self.number += 1
            sheet.number, sheet.way = str(self.number), WAYS.get(one.type, "line")
            sheet.options, sheet.unit = self._options(one), TYPES[one.type].unit(one)
        return sheet

    def _options(self, one: Field) -> list[str]:
        if one.type == "yes_no":
            return [gettext("Yes"), gettext("No")]
        if one.type in ("choice", "multiple_choice"):
            return [label for _value, label in listed(one, self.language)]
        if one.type == "address":
            return [str(label) for label, _purpose, _longest in PARTS.values()]
        if one.type == "date_range":
            return [gettext("First day"), gettext("Last day")]
        return []

    # --- rules in words ---------------------------------------------------------------------------

    def _rules(self, target: str, show: str) -> list[str]:
        about, texts = self.about[target], []
        if rules := about["show"]:
            texts.append(show % {"test": gettext(", or if ").join(self._when(rule) for rule in rules)})
        texts += [gettext("Leave this part out if %(test)s.") % {"test": self._when(rule)} for rule in about["skip"]]
        texts += [gettext("Must be answered if %(test)s.") % {"test": self._when(rule)} for rule in about["require"]]
        for rule in about["block"]:
            message = " ".join(
                text_in(one.message, self.language)
                for one in rule.effects
                if one.do == "block" and one.target == target
            )
            texts.append(gettext("If %(test)s: %(message)s") % {"test": self._when(rule), "message": message})
        texts += [gettext("We fill this in if %(test)s.") % {"test": self._when(rule)} for rule in about["set"]]
        return texts

    def general(self) -> list[str]:
        """Return the rules that stand beside no question."""
        return self._rules("", "%(test)s")

    def fees(self) -> list[str]:
        """Return what each rule adds to the fee, and when."""
        texts = []
        for rule in self.definition.rules:
            for effect in rule.effects:
                if effect.do == "price" and isinstance(effect.value, int):
                    fee = self._fee(effect, euros(effect.value, self.language))
                    test = self._when(rule)
                    texts.append(gettext("%(fee)s if %(test)s") % {"fee": fee, "test": test} if test else fee)
        return texts

    def _fee(self, effect: Effect, amount: str) -> str:
        """Return the amount, with what it is counted by."""
        try:
            counted = self.definition.field(effect.target)
        except KeyError:
            return amount
        sentence = gettext("%(fee)s for each “%(name)s”") if counted.type == GROUP else gettext("%(fee)s × “%(name)s”")
        return sentence % {"fee": amount, "name": text_in(counted.label, self.language)}

    def _when(self, rule: Rule) -> str:
        """Return the tests of a rule as a clause."""
        joint = gettext(" and ") if rule.match == "all" else gettext(" or ")
        return joint.join(self._test(test) for test in rule.tests)

    def _test(self, test: Test) -> str:
        try:
            asked = self.definition.field(test.field)
        except KeyError:
            return test.field
        return clause(test, text_in(asked.label, self.language), self._value(asked, test.value))

    def _value(self, asked: Field, value: Any) -> str:
        values = value if isinstance(value, list) else [value]
        if asked.type in ("choice", "multiple_choice"):
            names = dict(listed(asked, self.language))
            return ", ".join(str(names.get(one, one)) for one in values)
        if TYPES[asked.type].fits(value):
            return shown(asked, value, self.language)
        return ", ".join(str(one) for one in values)


def general_rules(definition: Definition, language: str) -> list[str]:
    """Return the rules of a form that stand beside no question, in words."""
    with override(language):
        return _Paper(definition, language).general()


def fees(definition: Definition, language: str) -> list[str]:
    """Return what a form costs, in words: a line for each rule that adds to the fee."""
    with override(language):
        return _Paper(definition, language).fees()
