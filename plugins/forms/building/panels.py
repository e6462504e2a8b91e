"""The panel of the chosen thing as a Django form: step, field, or the form as a whole.

A panel reads its initial values from a definition and writes its cleaned values into one. So values of two editors can be
compared name by name: what only one of them changed is taken, what both changed is shown (``merged``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.records.richtext import clean

from ..definition import edits, formula
from ..definition.structure import KEY, Definition, Field, Option, text_in
from ..definition.types import TYPES, Setting
from ..definition.wording import key_of
from ..reference import names

#: Types with options of their own.
CHOOSE = frozenset({"choice", "multiple_choice"})
#: Empty rows for new options.
NEW_OPTIONS = 2
TEXT_LENGTH, LINES = 300, 5_000


def language_names() -> dict[str, Any]:
    """Return the languages texts can be in."""
    return dict(settings.TEXT_LANGUAGES)


class KeyField(forms.CharField):
    """A key: what rules, the API and hand-overs call the thing."""

    def validate(self, value: Any) -> None:
        """Refuse what is no key. Raises ValidationError."""
        super().validate(value)
        if not KEY.match(value):
            raise ValidationError(_("A key has small letters, digits and _, and begins with a letter."))


class Panel(forms.Form):
    """Base: texts by language, and the key."""

    #: (name of the attribute, label, lines)
    texts: tuple[tuple[str, Any, int], ...] = ()

    def __init__(self, definition: Definition, key: str, data: Any = None) -> None:
        super().__init__(data, auto_id="p_%s", use_required_attribute=False)
        self.definition, self.key = definition, key
        for name, label, rows in self.texts:
            for code in definition.languages:
                widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
                widget.attrs["lang"] = code
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=label, required=False, widget=widget, max_length=LINES if rows else TEXT_LENGTH
                )
        self.values = self.initial = self.read()

    def read(self) -> dict[str, Any]:
        """Return the values of the thing."""
        raise NotImplementedError

    def write(self, definition: Definition, values: Mapping[str, Any]) -> Definition:
        """Return ``definition`` with the values. Raises EditError."""
        raise NotImplementedError

    def _texts_of(self, thing: Any) -> dict[str, str]:
        return {
            f"{name}_{code}": getattr(thing, name).get(code, "")
            for name, _label, _rows in self.texts
            for code in self.definition.languages
        }

    def _written(self, thing: Any, name: str, values: Mapping[str, Any]) -> dict[str, str]:
        """Return the texts of one attribute; those in languages the panel does not show stay."""
        found = dict(getattr(thing, name))
        for code in self.definition.languages:
            found[code] = values.get(f"{name}_{code}", "").strip()
        return {code: text for code, text in found.items() if text}

    def cleaned(self) -> dict[str, Any]:
        """Return all cleaned values in the shape of ``read()``."""
        return {name: self.cleaned_data.get(name, value) for name, value in self.values.items()}

    def by_text(self) -> Iterator[tuple[Any, list[tuple[str, forms.BoundField]]]]:
        """Yield (label, [(language, field)]) for the template."""
        for name, label, _rows in self.texts:
            yield label, [(code, self[f"{name}_{code}"]) for code in self.definition.languages]


class FormPanel(Panel):
    """The form as a whole: its languages."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple
    )

    def read(self) -> dict[str, Any]:
        return {"languages": list(self.definition.languages)}

    def write(self, definition: Definition, values: Mapping[str, Any]) -> Definition:
        return edits.replace(definition, languages=tuple(values["languages"]))


class StepPanel(Panel):
    """A step."""

    texts = (("title", _("Title"), 0), ("intro", _("Introduction"), 3))
    new_key = KeyField(label=_("Key"), max_length=60, help_text=_("What rules and other systems call it."))

    def read(self) -> dict[str, Any]:
        return {**self._texts_of(self.definition.step(self.key)), "new_key": self.key}

    def write(self, definition: Definition, values: Mapping[str, Any]) -> Definition:
        step = definition.step(self.key)
        written = {name: self._written(step, name, values) for name, _label, _rows in self.texts}
        definition = edits.change_step(definition, self.key, **written)
        return edits.rename(definition, self.key, values["new_key"])


class FieldPanel(Panel):
    """A field: texts, whether it must be answered, limits of its type, options, what the data is for."""

    texts = (("label", _("Label"), 0), ("help", _("Help"), 2), ("example", _("Example"), 0))
    new_key = KeyField(label=_("Key"), max_length=60, help_text=_("What rules and other systems call it."))
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    sensitive = forms.BooleanField(
        label=_("Sensitive"),
        required=False,
        help_text=_("Health, religion, social benefits and the like: shown only to those who work on the case."),
    )
    purpose = forms.CharField(
        label=_("What it is needed for"), required=False, max_length=TEXT_LENGTH, help_text=_("One sentence.")
    )
    retention_days = forms.IntegerField(
        label=_("Kept for (days)"),
        required=False,
        min_value=0,
        max_value=36_500,
        help_text=_("Empty: as long as the whole submission."),
    )

    def __init__(self, definition: Definition, key: str, data: Any = None) -> None:
        self.item = definition.field(key)
        self.kind = TYPES[self.item.type]
        super().__init__(definition, key, data)
        if not self.kind.asks or self.item.type == "hidden":
            for name in ("required", *(() if self.item.answers else ("sensitive", "purpose", "retention_days"))):
                del self.fields[name]
        if self.item.type == "group":
            self.fields.pop("required", None)
        if not self.kind.asks:
            for code in definition.languages:
                self.fields.pop(f"example_{code}")
        for setting in self.kind.settings:
            for name, field in _setting_fields(setting, definition.languages):
                self.fields[name] = field
        if self.item.type in CHOOSE:
            for name, field in self._option_fields():
                self.fields[name] = field
        self.values = {name: value for name, value in self.read().items() if name in self.fields or name == "options"}
        self.initial = {**self.values, **self._option_initial()}

    @cached_property
    def option_rows(self) -> int:
        """So many rows for options are shown; posted ones that were added by script count, too."""
        posted = 0
        if self.is_bound:
            text = str(self.data.get("option_rows", ""))
            posted = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
        return min(max(len(self.item.options) + NEW_OPTIONS, posted), 500)

    def _option_fields(self) -> Iterator[tuple[str, forms.Field]]:
        for row in range(self.option_rows):
            yield f"option_{row}_value", forms.CharField(label=_("Value"), required=False, max_length=100)
            for code in self.definition.languages:
                yield (
                    f"option_{row}_{code}",
                    forms.CharField(
                        label=_("Option"),
                        required=False,
                        max_length=TEXT_LENGTH,
                        widget=forms.TextInput(attrs={"lang": code}),
                    ),
                )

    def read(self) -> dict[str, Any]:
        item = self.item
        found: dict[str, Any] = {
            **self._texts_of(item),
            "new_key": item.key,
            "required": item.required,
            "sensitive": item.sensitive,
            "purpose": item.settings.get("purpose", ""),
            "retention_days": item.retention_days,
        }
        for setting in self.kind.settings:
            found |= _read_setting(setting, item.settings.get(setting.name), self.definition.languages)
        if item.type in CHOOSE:
            found["options"] = [
                {"was": one.value, "value": one.value, "label": dict(one.label)} for one in item.options
            ]
        return found

    def _option_initial(self) -> dict[str, str]:
        found = {}
        for row, option in enumerate(self.item.options):
            found[f"option_{row}_value"] = option.value
            found |= {f"option_{row}_{code}": option.label.get(code, "") for code in self.definition.languages}
        return found

    def cleaned(self) -> dict[str, Any]:
        """Return all cleaned values in the shape of ``read()``; the rows of options are one value."""
        found = {name: self.cleaned_data.get(name, value) for name, value in self.values.items()}
        if "options" in found:
            found["options"] = list(self._rows())
        return found

    def _rows(self) -> Iterator[dict[str, Any]]:
        for row in range(self.option_rows):
            old = self.item.options[row] if row < len(self.item.options) else None
            label = {code: self.cleaned_data.get(f"option_{row}_{code}", "") for code in self.definition.languages}
            label = {code: text for code, text in label.items() if text}
            if label:
                kept = {code: text for code, text in old.label.items() if code not in label} if old else {}
                kept = {code: text for code, text in kept.items() if code not in self.definition.languages}
                yield {
                    "was": old.value if old else "",
                    "value": self.cleaned_data.get(f"option_{row}_value", ""),
                    "label": {**kept, **label},
                }

    def write(self, definition: Definition, values: Mapping[str, Any]) -> Definition:
        item = definition.field(self.key)
        changes: dict[str, Any] = {
            name: self._written(item, name, values)
            for name, _label, _rows in self.texts
            if f"{name}_{self.definition.languages[0]}" in self.fields
        }
        changes |= {name: values[name] for name in ("required", "sensitive", "retention_days") if name in self.fields}
        changes["settings"] = self._settings(item, values)
        definition = edits.change_field(definition, self.key, **changes)
        if item.type in CHOOSE:
            definition = self._with_options(definition, values["options"])
        return edits.rename(definition, self.key, values["new_key"])

    def _settings(self, item: Field, values: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(item.settings)
        written = {"purpose": values.get("purpose")} if "purpose" in self.fields else {}
        for setting in self.kind.settings:
            written[setting.name] = _written_setting(setting, values, self.definition.languages)
        for name, value in written.items():
            if value in (None, "", False, [], {}):
                found.pop(name, None)
            else:
                found[name] = value
        return found

    def _with_options(self, definition: Definition, rows: list[dict[str, Any]]) -> Definition:
        """Write the rows: a changed value is followed by the rules, an emptied row goes, a filled one is new."""
        had = {option.value for option in definition.field(self.key).options}
        taken = {row["value"] or row["was"] for row in rows}
        order: list[Option] = []
        for row in rows:
            value = row["value"] or row["was"]
            if not value:
                value = edits.free_key(taken, key_of(text_in(row["label"], self.definition.languages[0])))
                taken.add(value)
            option = Option(value, row["label"])
            order.append(option)
            if row["was"] in had and row["was"] != value:
                definition = edits.change_option(definition, self.key, row["was"], option)
        values = [option.value for option in order]
        if twice := next((value for value in values if values.count(value) > 1), None):
            raise edits.EditError(_("The value “%(value)s” is taken or empty.") % {"value": twice})
        return edits.change_field(definition, self.key, options=tuple(order))

    # --- what the template shows ------------------------------------------------------------------------

    @property
    def required_field(self) -> forms.BoundField | None:
        """The box "must be answered"."""
        return self["required"] if "required" in self.fields else None

    @property
    def settings_fields(self) -> list[forms.BoundField]:
        """The limits of the type."""
        names = [name for setting in self.kind.settings for name in _setting_names(setting, self.definition.languages)]
        return [self[name] for name in names if name in self.fields]

    @property
    def option_table(self) -> list[list[forms.BoundField]]:
        """Rows of options: one input a language, then the value."""
        if self.item.type not in CHOOSE:
            return []
        return [
            [
                *(self[f"option_{row}_{code}"] for code in self.definition.languages),
                self[f"option_{row}_value"],
            ]
            for row in range(self.option_rows)
        ]

    @property
    def data_fields(self) -> list[forms.BoundField]:
        """Purpose, sensitivity, time of keeping."""
        return [self[name] for name in ("sensitive", "purpose", "retention_days") if name in self.fields]

    def by_text(self) -> Iterator[tuple[Any, list[tuple[str, forms.BoundField]]]]:
        for label, pairs in (
            (
                label,
                [
                    (code, self[f"{name}_{code}"])
                    for code in self.definition.languages
                    if f"{name}_{code}" in self.fields
                ],
            )
            for name, label, _rows in self.texts
        ):
            if pairs:
                yield label, pairs


# --- settings of the types ---------------------------------------------------------------------------


def _setting_names(setting: Setting, languages: tuple[str, ...]) -> list[str]:
    if setting.kind == "html":
        return [f"setting_{setting.name}_{code}" for code in languages]
    return [f"setting_{setting.name}"]


def _setting_fields(setting: Setting, languages: tuple[str, ...]) -> Iterator[tuple[str, forms.Field]]:
    shared = {"label": setting.label, "required": False}
    name = f"setting_{setting.name}"
    match setting.kind:
        case "number":
            yield name, forms.IntegerField(min_value=-(10**12), max_value=10**12, **shared)
        case "flag":
            yield name, forms.BooleanField(**shared)
        case "kinds":
            yield (
                name,
                forms.MultipleChoiceField(choices=setting.choices, widget=forms.CheckboxSelectMultiple, **shared),
            )
        case "choice":
            yield name, forms.ChoiceField(choices=[("", "–"), *setting.choices], **shared)
        case "list":
            lists = [("", "–"), *names()]
            yield name, forms.ChoiceField(choices=lists, **shared)
        case "html":
            for code in languages:
                yield (
                    f"{name}_{code}",
                    forms.CharField(
                        widget=forms.Textarea(attrs={"rows": 6, "lang": code}),
                        max_length=LINES,
                        help_text=language_names().get(code, code),
                        **shared,
                    ),
                )
        case "formula":
            yield name, FormulaField(max_length=500, help_text=_("For example: 12000 + dogs * 6000"), **shared)
        case "date":
            help_text = _("A day such as 2026-12-31, or today, today+14, today-18y.")
            yield name, forms.CharField(max_length=20, help_text=help_text, **shared)
        case _:
            yield name, forms.CharField(max_length=TEXT_LENGTH, **shared)


class FormulaField(forms.CharField):
    """A formula of formula.py."""

    def clean(self, value: Any) -> str:
        """Return the text. Raises ValidationError when it is no formula."""
        text = super().clean(value)
        if text:
            try:
                formula.read(text)
            except formula.FormulaError as error:
                raise ValidationError(error.message) from error
        return text


def _read_setting(setting: Setting, value: Any, languages: tuple[str, ...]) -> dict[str, Any]:
    name = f"setting_{setting.name}"
    if setting.kind == "html":
        texts = value if isinstance(value, dict) else {}
        return {f"{name}_{code}": texts.get(code, "") for code in languages}
    empty: Any = {"flag": False, "kinds": [], "number": None}.get(setting.kind, "")
    return {name: empty if value is None else value}


def _written_setting(setting: Setting, values: Mapping[str, Any], languages: tuple[str, ...]) -> Any:
    name = f"setting_{setting.name}"
    if setting.kind == "html":
        texts = {code: clean(values.get(f"{name}_{code}") or "") for code in languages}
        return {code: text for code, text in texts.items() if text}
    value = values.get(name)
    return value.strip() if isinstance(value, str) else value


# --- two editors -------------------------------------------------------------------------------------


def merged(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, tuple[Any, Any]]]:
    """Merge what two editors made of ``base``: return the values and, by name, (theirs, mine) where both changed one.

    In the values of a conflict mine stands, so that the panel shows what was typed.
    """
    values, conflicts = dict(mine), {}
    for name in mine:
        was, now = _comparable(base.get(name)), _comparable(theirs.get(name))
        wanted = _comparable(mine[name])
        if now in (was, wanted):
            continue
        if wanted == was:
            values[name] = theirs.get(name)
        else:
            conflicts[name] = (theirs.get(name), mine[name])
    return values, conflicts


def _comparable(value: Any) -> str:
    return json.dumps("" if value is None else value, ensure_ascii=False, sort_keys=True)


def readable(value: Any) -> str:
    """Return a value of a panel as an editor reads it."""
    if value is True:
        return gettext("yes")
    if value is False:
        return gettext("no")
    if isinstance(value, (list, tuple)):
        return ", ".join(text_in(item["label"], "de") if isinstance(item, dict) else str(item) for item in value)
    return "–" if value in (None, "") else str(value)
