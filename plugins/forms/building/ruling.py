"""The panel of a rule: rows of tests and effects whose operators and values fit the type of the field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from ..definition import edits
from ..definition.structure import Definition, Effect, Field, Rule, Test
from ..definition.types import BARE, OPERATORS, TYPES
from ..definition.types.numbers import moment
from .panels import LINES, TEXT_LENGTH
from .words import DEEDS, Names

MANY = frozenset({"in", "not_in"})
MOST_ROWS = 30


class DayField(forms.CharField):
    """A day, or one counted from today."""

    def validate(self, value: Any) -> None:
        """Refuse what is no day. Raises ValidationError."""
        super().validate(value)
        if value and moment(value) is None:
            raise ValidationError(_("Give a day such as 2026-12-31, or today, today+14, today-18y."))


class ManyField(forms.CharField):
    """Several values, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        """Show one a line."""
        return "\n".join(str(item) for item in value) if isinstance(value, (list, tuple)) else value

    def clean(self, value: Any) -> list[str]:
        """Return the lines."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class LongSelect(forms.Select):
    """A select over all fields of a form: written at once, where Django renders a template for each option."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the HTML."""
        chosen = {str(one) for one in self.format_value(value)}
        rows = (
            (key, mark_safe(" selected") if str(key) in chosen else "", label)  # noqa: S308  a constant
            for key, label in self.choices
        )
        options = format_html_join("", '<option value="{}"{}>{}</option>', rows)
        return format_html("<select{}>{}</select>", flatatt(self.build_attrs(attrs or {}, {"name": name})), options)


def value_field(item: Field | None, op: str, language: str) -> forms.Field | None:
    """Return the input for what an answer of ``item`` is compared with or set to; None when there is nothing to give."""
    if item is None or op in BARE:
        return None
    label = {"label": _("Value"), "required": True}
    if item.type in ("choice", "multiple_choice", "reference"):
        chosen: Any = TYPES[item.type]
        options = (
            chosen.entries(item, language)
            if item.type == "reference"
            else [(option.value, option.label.get(language) or option.value) for option in item.options]
        )
        if op in MANY:
            return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **label)
        return forms.ChoiceField(choices=[("", "–"), *options], **label)
    if op in MANY:
        return ManyField(help_text=_("One a line."), max_length=LINES, **label)
    if item.type == "yes_no":
        return forms.ChoiceField(choices=[("", "–"), ("yes", _("Yes")), ("no", _("No"))], **label)
    if item.type in ("consent", "statement"):
        return forms.ChoiceField(choices=[("yes", _("Yes"))], **label)
    if item.repeats:
        return forms.IntegerField(min_value=0, max_value=1000, help_text=_("number of entries"), **label)
    if item.type == "money" or (item.type == "calculated" and item.settings.get("money")):
        return forms.DecimalField(decimal_places=2, help_text=_("in euros"), localize=True, **label)
    if item.type in ("number", "calculated"):
        return forms.DecimalField(localize=True, **label)
    if item.type in ("date",):
        return DayField(max_length=20, help_text=_("A day such as 2026-12-31, or today, today+14, today-18y."), **label)
    if item.type == "time":
        return forms.TimeField(**label)
    return forms.CharField(max_length=TEXT_LENGTH, **label)


def to_value(item: Field, cleaned: Any) -> Any:
    """Return the JSON of a cleaned value."""
    if item.type in ("yes_no", "consent", "statement"):
        return cleaned == "yes"
    if isinstance(cleaned, Decimal):
        if item.type == "money" or item.settings.get("money"):
            return int(cleaned * 100)
        return int(cleaned) if cleaned == cleaned.to_integral_value() else float(cleaned)
    if isinstance(cleaned, list) and item.type in ("number", "money", "calculated"):
        return [to_value(item, _decimal(one)) for one in cleaned]
    return cleaned.strftime("%H:%M") if hasattr(cleaned, "strftime") else cleaned


def _decimal(text: str) -> Decimal:
    return forms.DecimalField(localize=True).clean(text)


def from_value(item: Field | None, value: Any) -> Any:
    """Return the initial value for the input of a JSON value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if item is not None and isinstance(value, int) and (item.type == "money" or item.settings.get("money")):
        return Decimal(value).scaleb(-2)
    return value


@dataclass(frozen=True)
class Row:
    """One row for the template."""

    number: int
    fields: tuple[forms.BoundField, ...]
    legend: str = ""


class RulePanel(forms.Form):
    """A rule. ``again``: the posted choices only bring the inputs that fit; nothing is checked."""

    match = forms.ChoiceField(
        label=_("The rule holds when"),
        choices=[("all", _("all of these hold")), ("any", _("one of these holds"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Note for editors"), required=False, max_length=TEXT_LENGTH)

    def __init__(self, definition: Definition, key: str, data: Any = None, *, again: bool = False) -> None:
        super().__init__(data, auto_id="p_%s", use_required_attribute=False)
        self.definition, self.key, self.again = definition, key, again
        self.names = Names(definition)
        self.rule = next(rule for rule in definition.rules if rule.key == key)
        self.initial = self.read()
        self.tests_shown, self.effects_shown = self._count("tests"), self._count("effects")
        for row in range(self.tests_shown):
            self._test_row(row)
        for row in range(self.effects_shown):
            self._effect_row(row)

    def _count(self, what: str) -> int:
        posted = str(self.data.get(f"{what}_rows", "")) if self.is_bound else ""
        stored = max(len(getattr(self.rule, what)), 1)
        number = int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 4 else stored
        if self.is_bound and self.data.get("deed") == f"more_{what}":
            number += 1
        return min(max(number, 1), MOST_ROWS)

    def _now(self, name: str) -> Any:
        return self.data.get(name, "") if self.is_bound else self.initial.get(name, "")

    # --- the inputs -------------------------------------------------------------------------------------

    @property
    def _askable(self) -> list[tuple[str, str]]:
        return [(key, self.names.field(key)) for key, item in self.names.fields.items() if TYPES[item.type].operators]

    def _test_row(self, row: int) -> None:
        key = str(self._now(f"t{row}_field"))
        item = self.names.fields.get(key)
        choices = [("", "–"), *self._askable]
        if key and item is None:
            choices.append((key, _("%(key)s (is gone)") % {"key": key}))
        self.fields[f"t{row}_field"] = forms.ChoiceField(
            label=_("Field"), required=False, choices=choices, widget=LongSelect
        )
        operators = TYPES[item.type].operators if item else tuple(OPERATORS)
        op = str(self._now(f"t{row}_op"))
        op = op if op in operators else operators[0] if operators else ""
        self.fields[f"t{row}_op"] = forms.ChoiceField(
            label=_("Comparison"), required=False, choices=[(name, OPERATORS[name]) for name in operators]
        )
        if item is None and self.is_bound and not key:
            return
        if found := value_field(item, op, self.names.language):
            if self.again:
                found.required = False
            self.fields[f"t{row}_value"] = found

    def _effect_row(self, row: int) -> None:
        do = str(self._now(f"e{row}_do"))
        self.fields[f"e{row}_do"] = forms.ChoiceField(
            label=_("Effect"), required=False, choices=[("", "–"), *DEEDS.items()]
        )
        target = str(self._now(f"e{row}_target"))
        choices = self._targets(do)
        if choices is not None:
            if target and target not in dict(choices):
                choices.append((target, _("%(key)s (is gone)") % {"key": target}))
            self.fields[f"e{row}_target"] = forms.ChoiceField(
                label=_("What"),
                required=do != "block" and not self.again,
                choices=[("", "–"), *choices],
                widget=LongSelect,
            )
        elif do == "hand_over":
            self.fields[f"e{row}_target"] = forms.CharField(
                label=_("Name of the hand-over"),
                max_length=60,
                required=not self.again,
                widget=forms.TextInput(attrs={"list": "fb-targets"}),
            )
        if do == "set" and (found := value_field(self.names.fields.get(target), "equals", self.names.language)):
            found.required = not self.again
            self.fields[f"e{row}_value"] = found
        if do == "price":
            self.fields[f"e{row}_value"] = forms.DecimalField(
                label=_("Amount in euros"), decimal_places=2, max_digits=9, localize=True, required=not self.again
            )
        if do == "block":
            for code in self.definition.languages:
                self.fields[f"e{row}_message_{code}"] = forms.CharField(
                    label=_("Message (%(language)s)") % {"language": code},
                    required=code == self.definition.languages[0] and not self.again,
                    max_length=TEXT_LENGTH,
                    widget=forms.TextInput(attrs={"lang": code}),
                )

    def _targets(self, do: str) -> list[tuple[str, Any]] | None:
        names = self.names
        steps = [(key, _("Step: %(title)s") % {"title": names.target(key)}) for key in names.steps]
        if do == "show":
            return [*((key, names.field(key)) for key in names.fields), *steps]
        if do == "skip":
            return steps
        if do in ("require", "block"):
            return [(key, names.field(key)) for key, item in names.fields.items() if item.answers]
        if do == "set":
            kinds = ("content", "fieldset", "group", "file", "address", "date_range", "map_point", "calculated")
            return [(key, names.field(key)) for key, item in names.fields.items() if item.type not in kinds]
        return None

    # --- values -----------------------------------------------------------------------------------------

    def read(self) -> dict[str, Any]:
        """Return the values of the rule."""
        found: dict[str, Any] = {"match": self.rule.match, "note": self.rule.note}
        for row, test in enumerate(self.rule.tests):
            item = self.names.fields.get(test.field)
            found |= {f"t{row}_field": test.field, f"t{row}_op": test.op, f"t{row}_value": from_value(item, test.value)}
        for row, effect in enumerate(self.rule.effects):
            item = self.names.fields.get(effect.target)
            value = Decimal(effect.value or 0).scaleb(-2) if effect.do == "price" else from_value(item, effect.value)
            found |= {f"e{row}_do": effect.do, f"e{row}_target": effect.target, f"e{row}_value": value}
            found |= {f"e{row}_message_{code}": text for code, text in effect.message.items()}
        return found

    def written(self) -> Rule:
        """Return the rule of the cleaned values; rows without a field or an effect are left out."""
        values = self.cleaned_data
        return edits.replace(
            self.rule,
            match=values["match"],
            note=values["note"],
            tests=tuple(self._tests(values)),
            effects=tuple(self._effects(values)),
        )

    def _tests(self, values: Mapping[str, Any]) -> Iterator[Test]:
        for row in range(self.tests_shown):
            key, op = values.get(f"t{row}_field"), values.get(f"t{row}_op")
            item = self.names.fields.get(key or "")
            if not key or not op:
                continue
            if item is None:  # is gone: as it was
                yield next(test for test in self.rule.tests if test.field == key)
            elif op in BARE:
                yield Test(key, op)
            else:
                yield Test(key, op, to_value(item, values.get(f"t{row}_value")))

    def _effects(self, values: Mapping[str, Any]) -> Iterator[Effect]:
        for row in range(self.effects_shown):
            do, target = values.get(f"e{row}_do"), values.get(f"e{row}_target") or ""
            if not do:
                continue
            value: Any = values.get(f"e{row}_value")
            if do == "price":
                value = int(value * 100)
            elif do == "set" and target in self.names.fields:
                value = to_value(self.names.fields[target], value)
            message = {
                code: text for code in self.definition.languages if (text := values.get(f"e{row}_message_{code}"))
            }
            yield Effect(do, target, value if do in ("price", "set") else None, message)

    @property
    def test_rows(self) -> list[Row]:
        """The rows of tests for the template."""
        return [self._row("t", row, ("field", "op", "value")) for row in range(self.tests_shown)]

    @property
    def effect_rows(self) -> list[Row]:
        """The rows of effects for the template."""
        names = ("do", "target", "value", *(f"message_{code}" for code in self.definition.languages))
        return [self._row("e", row, names) for row in range(self.effects_shown)]

    def _row(self, kind: str, row: int, names: tuple[str, ...]) -> Row:
        return Row(
            row + 1, tuple(self[f"{kind}{row}_{name}"] for name in names if f"{kind}{row}_{name}" in self.fields)
        )
