"""What the builder draws: the outline of the form, and the chosen step as citizens see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from cms.records.richtext import rendered

from ..definition.structure import FIELDSET, GROUP, Definition, Field, Rule, Step, text_in
from ..definition.types import TYPES
from .words import Names, rule_in_words


@dataclass
class Item:
    """One field in the outline or on the stage."""

    key: str
    type: str
    icon: str
    kind: Any
    label: str
    help: str = ""
    example: str = ""
    required: bool = False
    chosen: bool = False
    holds: bool = False
    rules: list[tuple[str, str]] = field(default_factory=list)
    bound: forms.BoundField | None = None
    html: str = ""
    formula: str = ""
    items: list[Item] = field(default_factory=list)


@dataclass
class StepItem:
    """One step in the outline."""

    key: str
    label: str
    number: int
    chosen: bool
    open: bool
    items: list[Item]
    rules: list[tuple[str, str]] = field(default_factory=list)


class Drawing:
    """One definition drawn for one choice."""

    def __init__(
        self, definition: Definition, names: Names, touched: Mapping[str, list[Rule]], chosen: tuple[str, str]
    ) -> None:
        self.definition, self.names, self.touched = definition, names, touched
        self.kind, self.key = chosen

    def outline(self, current: str) -> list[StepItem]:
        """Return all steps with their fields; ``current`` is the step on the stage."""
        return [
            StepItem(
                key=step.key,
                label=self.names.target(step.key) if text_in(step.title, self.names.language) else step.key,
                number=number,
                chosen=self.kind == "step" and step.key == self.key,
                open=step.key == current,
                items=[self._item(one) for one in step.fields],
            )
            for number, step in enumerate(self.definition.steps, 1)
        ]

    def _item(self, one: Field) -> Item:
        return Item(
            key=one.key,
            type=one.type,
            icon=TYPES[one.type].icon,
            kind=TYPES[one.type].label,
            label=text_in(one.label, self.names.language) or one.key,
            chosen=self.kind == "field" and one.key == self.key,
            holds=one.type in (FIELDSET, GROUP),
            items=[self._item(inner) for inner in one.fields],
        )

    def rules_of(self, key: str) -> list[tuple[str, str]]:
        """Return (key, words) of the rules that ask for it or change it."""
        return [(rule.key, rule_in_words(rule, self.names)) for rule in self.touched.get(key, [])]

    def stage(self, step: Step, answers: Mapping[str, Any] | None = None) -> list[Item]:
        """Return the fields of the step with their real inputs."""
        form = StageForm(step, self.names.language, answers or {})
        return list(self._staged(step.fields, form))

    def _staged(self, fields: tuple[Field, ...], form: StageForm) -> Iterator[Item]:
        for one in fields:
            item = self._item(one)
            item.help, item.example = text_in(one.help, self.names.language), text_in(one.example, self.names.language)
            item.required, item.rules = one.required, self.rules_of(one.key)
            item.bound = form[one.key] if one.key in form.fields else None
            item.items = list(self._staged(one.fields, form))
            if one.type == "content":
                texts = one.settings.get("html")
                item.html = rendered(text_in(texts, self.names.language)) if isinstance(texts, dict) else ""
            item.formula = str(one.settings.get("formula", "")) if one.type == "calculated" else ""
            yield item


class StageForm(forms.Form):
    """The real inputs of one step; nothing is sent from here."""

    def __init__(self, step: Step, language: str, answers: Mapping[str, Any]) -> None:
        super().__init__(prefix="stage", use_required_attribute=False)
        for one in step.walk():
            if TYPES[one.type].asks and one.type != "hidden":
                self.fields[one.key] = TYPES[one.type].form_field(one, language, required=one.required)
                value = answers.get(one.key)
                if value is not None and one.type != "file" and TYPES[one.type].fits(value):
                    self.initial[one.key] = TYPES[one.type].from_json(value)


def picker() -> list[tuple[str, list[tuple[str, str, Any, Any]]]]:
    """Return the types of fields in groups: (heading, [(name, icon, label, one line)])."""
    groups = {
        _("Texts and numbers"): ("text", "long_text", "email", "phone", "number", "money"),
        _("Time"): ("date", "time", "date_range"),
        _("Choice"): ("yes_no", "choice", "multiple_choice", "reference", "consent", "statement"),
        _("Places and official numbers"): (
            "address", "map_point", "iban", "tax_id", "insurance_number", "licence_plate",
        ),
        _("More"): ("file", "content", "fieldset", "group", "calculated", "hidden"),
    }  # fmt: skip
    hints = _hints()
    return [
        (heading, [(name, TYPES[name].icon, TYPES[name].label, hints[name]) for name in names if name in TYPES])
        for heading, names in groups.items()
    ]


def _hints() -> dict[str, str]:
    return {
        "text": _("One line, such as a name."),
        "long_text": _("Several lines, such as a reason."),
        "email": _("Checked; confirmed by a code if you wish."),
        "phone": _("German and foreign numbers."),
        "number": _("With limits, decimals and a unit."),
        "money": _("An amount in euros."),
        "date": _("A day, limited relative to today if you wish."),
        "time": _("A time of day."),
        "date_range": _("From a day to a day."),
        "yes_no": _("Two buttons; no answer is not “no”."),
        "choice": _("One of several options."),
        "multiple_choice": _("Boxes to tick."),
        "reference": _("One entry of a list the city keeps, such as offices."),
        "consent": _("A box to tick that may be left empty."),
        "statement": _("A box that must be ticked: the answers are true."),
        "address": _("Street, number, postcode and town, checked."),
        "map_point": _("A place on the map, or in words."),
        "iban": _("A bank account with its check digits."),
        "tax_id": _("Tax identification number with its check digit."),
        "insurance_number": _("Pension or health insurance number."),
        "licence_plate": _("A German licence plate."),
        "file": _("Papers as PDF or picture, checked for viruses."),
        "content": _("Explains something; asks nothing."),
        "fieldset": _("Questions below one heading."),
        "group": _("Questions that are answered several times."),
        "calculated": _("A number worked out of earlier answers."),
        "hidden": _("Not seen: from the link or the account."),
    }
