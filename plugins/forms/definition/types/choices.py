"""Yes and no, one of several, several of several, lists of reference data, consent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext_lazy, override
from django.utils.translation import gettext_lazy as _

from ..structure import Field
from .base import EQUALITY, PRESENCE, FieldType, Setting, listed, shared, whole

YES, NO = "yes", "no"


class YesNo(FieldType):
    """Yes or no: two radio buttons, so that no answer is not "no"."""

    name, label, icon = "yes_no", _("Yes or no"), "check"
    operators = ("equals", "not_equals", *PRESENCE)
    accepts = (bool,)

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        return forms.TypedChoiceField(
            choices=[(YES, _("Yes")), (NO, _("No"))],
            coerce=lambda value: value == YES,
            empty_value=None,
            widget=forms.RadioSelect(),
            **shared(field, language, required),
        )

    def from_json(self, stored: Any) -> Any:
        return YES if stored is True else NO if stored is False else stored

    def text(self, field: Field, value: Any, language: str) -> str:
        with override(language):
            return gettext("Yes") if value else gettext("No")

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "boolean"}


class Choice(FieldType):
    """One of several: radio buttons, or a list from 8 options on."""

    name, label, icon = "choice", _("Choice"), "radio-full"
    operators = (*EQUALITY, *PRESENCE)
    many = 8

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        options = list(listed(field, language))
        if len(options) < self.many:
            # A radio button can't be taken back: who need not answer can say so.
            options += [] if required else [("", _("no answer"))]
            return forms.ChoiceField(choices=options, widget=forms.RadioSelect(), **shared(field, language, required))
        return forms.ChoiceField(choices=[("", _("Please choose")), *options], **shared(field, language, required))

    def text(self, field: Field, value: Any, language: str) -> str:
        return dict(listed(field, language)).get(value, value)

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "enum": [option.value for option in field.options]}


class SeveralField(forms.MultipleChoiceField):
    """Several of several, with a least and a greatest number."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {
        "few": ngettext_lazy("Choose at least %(limit)d.", "Choose at least %(limit)d.", "limit"),
        "many": ngettext_lazy("Choose at most %(limit)d.", "Choose at most %(limit)d.", "limit"),
    }

    def __init__(self, *, least: int | None, most: int | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def validate(self, value: Any) -> None:
        """Refuse too few and too many. Raises ValidationError."""
        super().validate(value)
        if value and self.least and len(value) < self.least:
            raise ValidationError(self.error_messages["few"], code="few", params={"limit": self.least})
        if self.most and len(value) > self.most:
            raise ValidationError(self.error_messages["many"], code="many", params={"limit": self.most})


class MultipleChoice(FieldType):
    """Several of several: boxes to tick; the value is a list in the order of the options."""

    name, label, icon = "multiple_choice", _("Multiple choice"), "list-ul"
    settings = (
        Setting("min_chosen", _("at least so many"), "number"),
        Setting("max_chosen", _("at most so many"), "number"),
    )
    operators = ("contains", "not_contains", *PRESENCE)
    accepts = (list,)

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        return SeveralField(
            choices=list(listed(field, language)),
            least=whole(field.settings, "min_chosen"),
            most=whole(field.settings, "max_chosen"),
            **shared(field, language, required),
        )

    def to_json(self, cleaned: Any) -> Any:
        return list(dict.fromkeys(cleaned)) if cleaned else None

    def fits(self, value: Any) -> bool:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)

    def text(self, field: Field, value: Any, language: str) -> str:
        names = dict(listed(field, language))
        return ", ".join(names.get(item, item) for item in value)

    def schema(self, field: Field) -> dict[str, Any]:
        schema: dict[str, Any] = {
            "type": "array",
            "items": {"type": "string", "enum": [option.value for option in field.options]},
            "uniqueItems": True,
        }
        for name, keyword in (("min_chosen", "minItems"), ("max_chosen", "maxItems")):
            if (limit := whole(field.settings, name)) is not None:
                schema[keyword] = limit
        return schema


class Reference(Choice):
    """One entry of a list that is kept elsewhere (units, places, streets)."""

    name, label, icon = "reference", _("Choice from reference data"), "list-ol"
    settings = (Setting("list", _("list"), "list"),)

    def entries(self, field: Field, language: str) -> list[tuple[str, str]]:
        """Return the entries of the list the field names."""
        from plugins.forms.reference import entries  # reads the database; the rest of this package does not

        return entries(str(field.settings.get("list", "")), language)

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        options = [("", _("Please choose")), *self.entries(field, language)]
        return forms.ChoiceField(choices=options, **shared(field, language, required))

    def text(self, field: Field, value: Any, language: str) -> str:
        return dict(self.entries(field, language)).get(value, value)

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": 200}


class Consent(FieldType):
    """A box to tick; only "yes" is an answer."""

    name, label, icon = "consent", _("Consent"), "circle-check"
    operators = PRESENCE
    accepts = (bool,)

    #: What to say when the box is not ticked.
    missing = _("Please tick this box: without your consent we may not use what you enter for this.")

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        return forms.BooleanField(error_messages={"required": self.missing}, **shared(field, language, required))

    def to_json(self, cleaned: Any) -> Any:
        return True if cleaned else None

    def fits(self, value: Any) -> bool:
        return value is True

    def text(self, field: Field, value: Any, language: str) -> str:
        with override(language):
            return gettext("Yes")

    def schema(self, field: Field) -> dict[str, Any]:
        return {"const": True}


class Statement(Consent):
    """A statement that the answers are true; it can't be left out."""

    name, label, icon = "statement", _("Statement of truth"), "success"
    missing = _("Please tick this box: we can only decide on statements whose truth you confirm.")

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        return super().form_field(field, language, required=True)
