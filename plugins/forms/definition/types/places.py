"""Address and point on the map."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..structure import Field
from .base import PRESENCE, FieldType, Setting, prefill, shared
from .numbers import decimal
from .parts import PartsField

#: Parts of an address -> (label, purpose by WCAG 1.3.5, longest).
PARTS: dict[str, tuple[Any, str, int]] = {
    "street": (_("Street"), "address-line1", 120),
    "house_number": (_("House number"), "off", 20),
    "postcode": (_("Postcode"), "postal-code", 5),
    "town": (_("Town"), "address-level2", 120),
}
POSTCODE = RegexValidator(r"^(0[1-9]|[1-9][0-9])[0-9]{3}$", _("A German postcode has five digits."))
#: Longest description of a place.
WORDS = 200
HOUSE = RegexValidator(r"^[0-9]", _("A house number begins with a digit. Example: 12 a"))


def spelled(street: str) -> str:
    """Return a street's name so that "Kaiserstr." and "Kaiser-Straße" are the same."""
    text = re.sub(r"[\s.-]", "", street.casefold().replace("ß", "ss"))
    return re.sub(r"str(asse)?$", "strasse", text)


class AddressField(PartsField):
    """Street, house number, postcode, town; its cleaned value is a dict of them, or None."""

    def __init__(self, **kwargs: Any) -> None:
        parts: dict[str, tuple[forms.Field, forms.Widget]] = {}
        for name, (label, purpose, longest) in PARTS.items():
            validators = {"postcode": [POSTCODE], "house_number": [HOUSE]}.get(name, [])
            message = {"required": _("%(part)s is missing.") % {"part": label}}
            attrs = {"autocomplete": purpose} | ({"inputmode": "numeric"} if name == "postcode" else {})
            parts[name] = (
                forms.CharField(label=label, max_length=longest, validators=validators, error_messages=message),
                forms.TextInput(attrs=attrs),
            )
        super().__init__(parts, **kwargs)

    def compress(self, data_list: list[Any]) -> Any:
        return dict(zip(PARTS, data_list, strict=True)) if data_list and any(data_list) else None


class Address(FieldType):
    """An address in Germany. ``streets`` names a list: a street that is not in it is asked about, not refused."""

    name, label, icon = "address", _("Address"), "home"
    settings = (
        Setting("streets", _("list of streets"), "list"),
        Setting("town", _("only in this town")),
        prefill("address"),
    )
    accepts = (dict,)

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        found = AddressField(**shared(field, language, required))
        if town := str(field.settings.get("town") or ""):
            found.validators.append(OnlyIn(town))
        return found

    def check(self, field: Field, value: Any, language: str) -> list[str]:
        if (
            not self.fits(value)
            or set(value) != set(PARTS)
            or not all(isinstance(part, str) for part in value.values())
        ):
            return [gettext("This answer has a wrong form.")]
        try:
            self.form_field(field, language, required=False).clean([value[name] for name in PARTS])
        except ValidationError as error:
            return list(error.messages)
        return []

    def warnings(self, field: Field, value: Any, language: str) -> list[str]:
        from plugins.forms.reference import entries  # reads the database; the rest of this package does not

        name, street = str(field.settings.get("streets") or ""), value.get("street") if self.fits(value) else None
        if not name or not isinstance(street, str) or not street:
            return []
        known = entries(name, language)
        if not known or spelled(street) in {spelled(label) for _value, label in known}:
            return []
        return [gettext("The street is not in our list: is it right?")]

    def text(self, field: Field, value: Any, language: str) -> str:
        got = {name: str(value.get(name) or "") for name in PARTS}
        lines = (f"{got['street']} {got['house_number']}", f"{got['postcode']} {got['town']}")
        return ", ".join(line.strip() for line in lines if line.strip())

    def schema(self, field: Field) -> dict[str, Any]:
        parts: dict[str, Any] = {name: {"type": "string", "maxLength": part[2]} for name, part in PARTS.items()}
        parts["postcode"] = {"type": "string", "pattern": "^[0-9]{5}$"}
        return {"type": "object", "properties": parts, "required": list(PARTS), "additionalProperties": False}


class OnlyIn:
    """Refuses addresses of other towns; equal when the town is."""

    def __init__(self, town: str) -> None:
        self.town = town

    def __call__(self, value: Any) -> None:
        """Raise ValidationError for another town."""
        if isinstance(value, dict) and value.get("town", "").strip().casefold() != self.town.casefold():
            raise ValidationError(_("The address must be in %(town)s.") % {"town": self.town}, code="town")


class PointField(PartsField):
    """A place in words, or latitude and longitude, or both; its cleaned value is a dict of what was given, or None."""

    default_error_messages = {"half": _("Give latitude and longitude.")}

    def __init__(self, **kwargs: Any) -> None:
        words = forms.CharField(label=_("Describe the place"), max_length=WORDS, required=False)
        parts: dict[str, tuple[forms.Field, forms.Widget]] = {
            "words": (words, forms.TextInput(attrs={"autocomplete": "off"}))
        }
        for name, label, most in (("lat", _("Latitude"), 90), ("lng", _("Longitude"), 180)):
            number = forms.DecimalField(
                label=label,
                max_digits=20,
                localize=True,
                required=False,
                validators=[MinValueValidator(-most), MaxValueValidator(most)],
            )
            parts[name] = (number, forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(parts, **kwargs)

    def compress(self, data_list: list[Any]) -> Any:
        """Return what was given. Raises ValidationError for one number without the other."""
        if not data_list:
            return None
        words, lat, lng = data_list
        if (lat is None) != (lng is None):
            raise ValidationError(self.error_messages["half"], code="lat" if lat is None else "lng")
        point = {} if lat is None else {"lat": round(float(lat), 6), "lng": round(float(lng), 6)}
        return {**({"words": words} if words else {}), **point} or None


class MapPoint(FieldType):
    """A place: {"words": "Gaustraße, vor Nummer 12"}, {"lat": 49.99, "lng": 8.27}, or all three."""

    name, label, icon = "map_point", _("Point on the map"), "cms-map"
    operators = PRESENCE
    accepts = (dict,)

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        return PointField(**shared(field, language, required))

    def check(self, field: Field, value: Any, language: str) -> list[str]:
        if self.fits(value) and value and set(value) <= {"words", "lat", "lng"}:
            words, point = value.get("words", "-"), {name: decimal(value.get(name)) for name in ("lat", "lng")}
            named = {name for name in point if name in value}
            is_point = named == set(point) and all(
                number is not None and abs(number) <= most
                for number, most in zip(point.values(), (90, 180), strict=True)
            )
            if isinstance(words, str) and 0 < len(words) <= WORDS and (is_point or not named):
                return []
        return [gettext("This is no point on the map.")]

    def text(self, field: Field, value: Any, language: str) -> str:
        point = f"{value['lat']}, {value['lng']}" if "lat" in value and "lng" in value else ""
        return "\n".join(filter(None, (str(value.get("words") or ""), point)))

    def schema(self, field: Field) -> dict[str, Any]:
        parts = {
            "words": {"type": "string", "minLength": 1, "maxLength": WORDS},
            "lat": {"type": "number", "minimum": -90, "maximum": 90},
            "lng": {"type": "number", "minimum": -180, "maximum": 180},
        }
        return {
            "type": "object",
            "properties": parts,
            "anyOf": [{"required": ["words"]}, {"required": ["lat", "lng"]}],
            "dependentRequired": {"lat": ["lng"], "lng": ["lat"]},
            "additionalProperties": False,
        }
