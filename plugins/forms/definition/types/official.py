"""Numbers that have an official form: IBAN, tax, insurance, licence plate."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import exceptions, iban
from stdnum.de import idnr, stnr, vat

from ..structure import Field
from .base import PRESENCE, FieldType, Setting, autocomplete, shared


class CheckedField(forms.CharField):
    """A text that a function checks: it returns the value to keep, or raises ValueError."""

    def __init__(self, *, check: Callable[[str], str], message: Any, show: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check_value, self.message, self.show = check, message, show

    def prepare_value(self, value: Any) -> Any:
        """Show the value in groups, as on paper; what was typed wrong stays as it is."""
        try:
            return self.show(self.check_value(value)) if isinstance(value, str) and value else value
        except ValueError:
            return value

    def clean(self, value: Any) -> str:
        """Return the value to keep. Raises ValidationError."""
        text = super().clean(value)
        try:
            return self.check_value(text) if text else text
        except ValueError as error:  # python-stdnum's errors are ValueErrors, too
            raise ValidationError(self.message, code="invalid") from error


class Official(FieldType):
    """Base of the types here."""

    longest = 60
    message: Any = ""
    operators = PRESENCE
    pattern = ""

    def check_value(self, field: Field, text: str) -> str:
        """Return the value to keep. Raises ValueError."""
        raise NotImplementedError

    def show(self, value: str) -> str:
        """Return the value in the groups people know."""
        return value

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        return CheckedField(
            check=lambda text: self.check_value(field, text),
            message=self.message,
            show=self.show,
            max_length=self.longest,
            widget=forms.TextInput(attrs=autocomplete(field, spellcheck="false", autocapitalize="characters")),
            **shared(field, language, required),
        )

    def text(self, field: Field, value: Any, language: str) -> str:
        return self.show(value)

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": self.pattern}


class Iban(Official):
    """A bank account (ISO 13616); the value has no spaces."""

    name, label, icon = "iban", _("IBAN"), "cms-euro"
    settings = (Setting("german_only", _("only accounts in Germany"), "flag"),)
    message = _("This is no IBAN. A German one has 22 characters and begins with DE.")
    pattern = "^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$"

    def check_value(self, field: Field, text: str) -> str:
        value = iban.validate(text)
        if field.settings.get("german_only") and not value.startswith("DE"):
            raise exceptions.InvalidComponent
        return value

    def show(self, value: str) -> str:
        return " ".join(value[at : at + 4] for at in range(0, len(value), 4))


class TaxId(Official):
    """Tax number: of a person (§ 139b AO), of a tax office, or the VAT number."""

    name, label, icon = "tax_id", _("Tax number"), "tag"
    settings = (
        Setting(
            "kind",
            _("which number"),
            "choice",
            (
                ("idnr", _("tax identification number (11 digits)")),
                ("stnr", _("number given by the tax office")),
                ("vat", _("VAT number (DE and 9 digits)")),
            ),
        ),
    )
    message = _("This number is not valid. Please compare it with the letter of the tax office.")
    pattern = "^(DE)?[0-9]{9,13}$"
    checks: dict[str, Callable[[str], str]] = {"idnr": idnr.validate, "stnr": stnr.validate}

    def check_value(self, field: Field, text: str) -> str:
        if field.settings.get("kind") == "vat":
            return f"DE{vat.validate(text)}"
        return self.checks.get(str(field.settings.get("kind")), idnr.validate)(text)


PENSION = re.compile(r"^\d{2}(\d{2})(\d{2})\d{2}[A-Z]\d{3}$")
HEALTH = re.compile(r"^[A-Z]\d{9}$")


def _crossed(digits: str, weights: tuple[int, ...]) -> int:
    """Return the sum of the digit sums of every digit times its weight."""
    products = (int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    return sum(product // 10 + product % 10 for product in products)


def pension_number(text: str) -> str:
    """Return the number of the pension insurance without spaces; the check digit is that of § 4 VKVV.

    Raises ValueError.
    """
    value = re.sub(r"[\s./-]", "", text).upper()
    if not PENSION.match(value):
        raise ValueError("form")
    letter = f"{ord(value[8]) - 64:02d}"
    if _crossed(value[:8] + letter + value[9:11], (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)) % 10 != int(value[11]):
        raise ValueError("check digit")
    return value


def health_number(text: str) -> str:
    """Return the number on the health card without spaces (§ 290 SGB V; modulo 10). Raises ValueError."""
    value = re.sub(r"[\s./-]", "", text).upper()
    if not HEALTH.match(value):
        raise ValueError("form")
    digits = f"{ord(value[0]) - 64:02d}{value[1:9]}"
    if _crossed(digits, (1, 2) * 5) % 10 != int(value[9]):
        raise ValueError("check digit")
    return value


class InsuranceNumber(Official):
    """Number of the pension or the health insurance."""

    name, label, icon = "insurance_number", _("Insurance number"), "tag"
    settings = (
        Setting(
            "kind",
            _("which number"),
            "choice",
            (("pension", _("pension insurance (12 characters)")), ("health", _("health insurance (on the card)"))),
        ),
    )
    message = _("This insurance number is not valid. Please compare it with your card.")
    pattern = "^([0-9]{8}[A-Z][0-9]{3}|[A-Z][0-9]{9})$"

    def check_value(self, field: Field, text: str) -> str:
        return (health_number if field.settings.get("kind") == "health" else pension_number)(text)

    def show(self, value: str) -> str:
        return f"{value[:2]} {value[2:8]} {value[8]} {value[9:]}" if PENSION.match(value) else value


PLATE = re.compile(r"^([A-ZÄÖÜ]{1,3})(?:[- ]+| *- *)([A-Z]{1,2})[- ]*([1-9]\d{0,3})([EH]?)$")


class LicencePlate(Official):
    """A German licence plate (§ 9 and annex 1 FZV): district, letters, digits, E or H; eight characters at most."""

    name, label, icon = "licence_plate", _("Licence plate"), "cms-car"
    longest = 14
    message = _("This is no German licence plate. Example: MZ-AB 123")
    pattern = "^[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} [1-9][0-9]{0,3}[EH]?$"

    def check_value(self, field: Field, text: str) -> str:
        found = PLATE.match(text.strip().upper())
        if not found or sum(map(len, found.groups())) > 8:
            raise ValueError("form")
        district, letters, digits, end = found.groups()
        return f"{district}-{letters} {digits}{end}"
