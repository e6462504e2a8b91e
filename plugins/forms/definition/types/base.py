"""What every type of field knows: its form field, its JSON, how it reads, its JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..structure import Field, text_in

#: Operators of tests: name -> what editors read. What each means: logic.holds().
OPERATORS: dict[str, Any] = {
    "equals": _("is"),
    "not_equals": _("is not"),
    "in": _("is one of"),
    "not_in": _("is none of"),
    "contains": _("contains"),
    "not_contains": _("does not contain"),
    "less": _("is less than"),
    "at_most": _("is at most"),
    "more": _("is more than"),
    "at_least": _("is at least"),
    "answered": _("has an answer"),
    "empty": _("has no answer"),
}
#: Operators that compare with nothing.
BARE = frozenset({"answered", "empty"})
PRESENCE = ("answered", "empty")
EQUALITY = ("equals", "not_equals", "in", "not_in")
ORDER = ("less", "at_most", "more", "at_least")


@dataclass(frozen=True)
class Setting:
    """What the builder offers for a type.

    ``kind``: number, text, flag, date ("2026-12-31", "today", "today+14", "today-18y"), formula, kinds (of files), list
    (name of reference data), html (texts by language), or choice with ``choices``.
    """

    name: str
    label: Any
    kind: str = "text"
    choices: tuple[tuple[str, Any], ...] = ()


#: What the account or an identity provider may know of a person, by the names that the setting ``prefill`` has.
KNOWN = {
    "given_name": _("first name"),
    "family_name": _("last name"),
    "name": _("first and last name"),
    "email": _("e-mail address"),
    "birth_date": _("date of birth"),
    "birth_name": _("name at birth"),
    "birth_place": _("place of birth"),
    "address": _("address"),
}


def prefill(*names: str) -> Setting:
    """Return the setting with which a field is filled in from what is known of the person."""
    return Setting("prefill", _("filled in from what we know"), "choice", tuple((name, KNOWN[name]) for name in names))


class FieldType:
    """One type of field. Subclasses say what differs.

    ``accepts``: Python types of the JSON value; a boolean is no number.
    """

    name = ""
    label: Any = ""
    icon = "form"
    settings: tuple[Setting, ...] = ()
    operators: tuple[str, ...] = PRESENCE
    accepts: tuple[type, ...] = (str,)
    #: Whether people give the answer; calculated ones, texts and sets have no input.
    asks = True

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        """Return the Django form field: label and help in ``language``, errors in the active one."""
        raise NotImplementedError(f"{self.name} has no input")

    def unit(self, field: Field) -> str:
        """Return what is counted, as it stands behind the question ("m²"); "" for nothing."""
        return ""

    def to_json(self, cleaned: Any) -> Any:
        """Return the JSON value of what the form field's ``clean`` returned; None for no answer."""
        return None if cleaned in (None, "") else cleaned

    def from_json(self, stored: Any) -> Any:
        """Return the form field's initial value for a JSON value of the right type; ``clean`` takes it, too."""
        return stored

    def display(self, field: Field, value: Any, language: str) -> str:
        """Return how the answer reads, as plain text; a value of another type reads as ""."""
        return self.text(field, value, language) if self.fits(value) else ""

    def text(self, field: Field, value: Any, language: str) -> str:
        """Return how a value of the right type reads."""
        return str(value)

    def schema(self, field: Field) -> dict[str, Any]:
        """Return the JSON Schema (2020-12) of the value."""
        return {"type": "string"}

    def fits(self, value: Any) -> bool:
        """Return whether the JSON value has the type's shape at all."""
        return isinstance(value, self.accepts) and not (isinstance(value, bool) and bool not in self.accepts)

    def check(self, field: Field, value: Any, language: str) -> list[str]:
        """Return what is wrong with a stored answer (in the active language); the same checks as in the form."""
        if not self.fits(value):
            return [str(_("This answer has a wrong form."))]
        try:
            cleaned = self.form_field(field, language, required=False).clean(self.from_json(value))
            # Only what the form itself would store: a phone number as E.164, an IBAN without spaces.
            return [] if self.to_json(cleaned) == value else [str(_("This answer has a wrong form."))]
        except ValidationError as error:
            return list(error.messages)
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
            # Shapes of inner values that Django's fields don't expect: an answer by API, or tampered with.
            return [str(_("This answer has a wrong form."))]

    def warnings(self, field: Field, value: Any, language: str) -> list[str]:
        """Return what people should look at again, though it is no error."""
        return []


def shared(field: Field, language: str, required: bool) -> dict[str, Any]:
    """Return what every form field is made with."""
    return {
        "label": text_in(field.label, language) or field.key,
        "help_text": text_in(field.help, language),
        "required": required,
    }


def autocomplete(field: Field, **attrs: Any) -> dict[str, Any]:
    """Return attributes of an input; the purpose of the field (WCAG 1.3.5) is a setting."""
    if purpose := field.settings.get("autocomplete"):
        attrs["autocomplete"] = str(purpose)
    return attrs


def whole(settings: Mapping[str, Any], name: str, default: int | None = None) -> int | None:
    """Return a setting as integer; what is none counts as not set."""
    value = settings.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def listed(field: Field, language: str) -> Sequence[tuple[str, str]]:
    """Return the options of a choice in ``language``."""
    return [(option.value, text_in(option.label, language) or option.value) for option in field.options]
