"""Text, long text, e-mail, phone and hidden values."""

from __future__ import annotations

from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..structure import Field
from .base import EQUALITY, PRESENCE, FieldType, Setting, autocomplete, prefill, shared, whole

PURPOSE = Setting("autocomplete", _("what browsers fill in (WCAG 1.3.5)"))
SHORT, LONG = 300, 10_000


class Text(FieldType):
    """One line."""

    name, label, icon = "text", _("Text"), "pilcrow"
    settings = (
        Setting("min_length", _("at least so many characters"), "number"),
        Setting("max_length", _("at most so many characters"), "number"),
        PURPOSE,
        prefill("given_name", "family_name", "name", "birth_name", "birth_place"),
    )
    operators = (*EQUALITY, "contains", "not_contains", *PRESENCE)
    longest = SHORT

    def limits(self, field: Field) -> tuple[int | None, int]:
        """Return the least and the greatest length."""
        most = whole(field.settings, "max_length", self.longest) or self.longest
        return whole(field.settings, "min_length"), min(most, LONG)

    def widget(self, field: Field) -> forms.Widget:
        return forms.TextInput(attrs=autocomplete(field))

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        least, most = self.limits(field)
        return forms.CharField(
            min_length=least, max_length=most, widget=self.widget(field), **shared(field, language, required)
        )

    def schema(self, field: Field) -> dict[str, Any]:
        least, most = self.limits(field)
        return {"type": "string", "maxLength": most} | ({"minLength": least} if least else {})


class LongText(Text):
    """Several lines."""

    name, label, icon = "long_text", _("Long text"), "edit"
    settings = (*Text.settings[:2], Setting("rows", _("lines of the box"), "number"))
    operators = PRESENCE
    longest = 4000

    def widget(self, field: Field) -> forms.Widget:
        return forms.Textarea(attrs={"rows": min(max(whole(field.settings, "rows", 5) or 5, 2), 40)})


class Email(FieldType):
    """An e-mail address; with ``confirm_by_code`` the citizen types a code that was sent there."""

    name, label, icon = "email", _("E-mail"), "mail"
    settings = (
        Setting("confirm_by_code", _("confirm by a code"), "flag"),
        Setting("co_signs", _("whoever reads mail there must agree as well"), "flag"),
        PURPOSE,
        prefill("email"),
    )

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        attrs = {"autocomplete": "email"} | autocomplete(field)
        return forms.EmailField(
            max_length=254, widget=forms.EmailInput(attrs=attrs), **shared(field, language, required)
        )

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": 254}


class PhoneField(forms.CharField):
    """A phone number; its cleaned value is E.164 ("+496131120")."""

    default_error_messages = {"phone": _("This is no phone number. Example: 06131 12-0")}

    def prepare_value(self, value: Any) -> Any:
        """Show the number the way people write it."""
        return readable_phone(value) if isinstance(value, str) and value.startswith("+") else value

    def clean(self, value: Any) -> str:
        """Return E.164. Raises ValidationError."""
        text = super().clean(value)
        if not text:
            return text
        try:
            number = phonenumbers.parse(text, "DE")
        except phonenumbers.NumberParseException as error:
            raise ValidationError(self.error_messages["phone"], code="phone") from error
        # The plan of numbers calls two digits possible; nobody has such a number.
        if not phonenumbers.is_possible_number(number) or number.national_number < 100:
            raise ValidationError(self.error_messages["phone"], code="phone")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def readable_phone(value: str) -> str:
    """Return "+49 6131 120" for "+496131120"; other text as it is."""
    try:
        number = phonenumbers.parse(value, "DE")
    except phonenumbers.NumberParseException:
        return value
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


class Phone(FieldType):
    """A phone number of any country; without a prefix a German one."""

    name, label, icon = "phone", _("Phone"), "mobile-alt"
    settings = (PURPOSE,)

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        attrs = {"type": "tel", "autocomplete": "tel"} | autocomplete(field)
        return PhoneField(max_length=40, widget=forms.TextInput(attrs=attrs), **shared(field, language, required))

    def text(self, field: Field, value: Any, language: str) -> str:
        return readable_phone(value)

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\+[0-9]{4,17}$"}


class Hidden(FieldType):
    """A value people don't see: from the account, from the address of the page, or the same for all."""

    name, label, icon = "hidden", _("Hidden value"), "no-view"
    settings = (
        Setting(
            "source",
            _("where it comes from"),
            "choice",
            (
                ("fixed", _("the same for all")),
                ("query", _("from the link to the form")),
                ("account", _("from the account")),
            ),
        ),
        Setting("value", _("value, or its name there")),
    )
    operators = (*EQUALITY, *PRESENCE)

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        return forms.CharField(max_length=SHORT, widget=forms.HiddenInput(), **shared(field, language, required))

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": SHORT}
