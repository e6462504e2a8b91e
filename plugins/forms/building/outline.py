"""What the builder draws: the outline of the form, and the types of questions to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..definition.structure import FIELDSET, GROUP, Definition, Field, Rule, text_in
from ..definition.types import TYPES
from .words import Names, rule_in_words


@dataclass(frozen=True)
class Row:
    """One step ("step:dog") or field ("field:breed") in the outline, with what is in it.

    ``ruled``: how many rules ask for it or change it, in words. Steps have a number; fields an icon and ``type``, its label.
    """

    thing: str
    key: str
    label: str
    chosen: bool
    ruled: str
    items: tuple[Row, ...] = ()
    number: int = 0
    icon: str = ""
    type: Any = ""
    holds: bool = False


def changed(before: Sequence[Row], after: Sequence[Row]) -> list[Row] | None:
    """Return the fewest rows of ``after`` that bring an outline up to date; None when only the whole one does.

    A row stands with what is in it: where rows came, went or moved, the row around them is returned.
    """
    if [row.key for row in before] != [row.key for row in after]:
        return None
    found: list[Row] = []
    for was, row in zip(before, after, strict=True):
        inside = changed(was.items, row.items) if replace(was, items=()) == replace(row, items=()) else None
        found += [row] if inside is None else inside
    return found


class Drawing:
    """One definition drawn for one choice."""

    def __init__(
        self, definition: Definition, names: Names, touched: Mapping[str, list[Rule]], chosen: tuple[str, str]
    ) -> None:
        self.definition, self.names, self.touched = definition, names, touched
        self.kind, self.key = chosen

    def outline(self) -> list[Row]:
        """Return all steps with their fields."""
        return [
            Row(
                thing="step",
                key=step.key,
                label=self.names.target(step.key) if text_in(step.title, self.names.language) else step.key,
                number=number,
                chosen=self.kind == "step" and step.key == self.key,
                ruled=self._ruled(step.key),
                items=tuple(self._row(one) for one in step.fields),
            )
            for number, step in enumerate(self.definition.steps, 1)
        ]

    def _row(self, one: Field) -> Row:
        return Row(
            thing="field",
            key=one.key,
            label=text_in(one.label, self.names.language) or one.key,
            chosen=self.kind == "field" and one.key == self.key,
            ruled=self._ruled(one.key),
            items=tuple(self._row(inner) for inner in one.fields),
            icon=TYPES[one.type].icon,
            type=TYPES[one.type].label,
            holds=one.type in (FIELDSET, GROUP),
        )

    def _ruled(self, key: str) -> str:
        number = len(self.touched.get(key, ()))
        return ngettext("%(n)s rule", "%(n)s rules", number) % {"n": number} if number else ""

    def rules_of(self, key: str) -> list[tuple[str, str]]:
        """Return (key, words) of the rules that ask for it or change it."""
        return [(rule.key, rule_in_words(rule, self.names)) for rule in self.touched.get(key, [])]


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
