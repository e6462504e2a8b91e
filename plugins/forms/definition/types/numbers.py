"""Numbers, money, dates and times."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import formats, timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from cms.records.money import EuroFormField

from ..structure import Field
from .base import EQUALITY, ORDER, PRESENCE, FieldType, Setting, autocomplete, prefill, shared, whole
from .parts import PartsField

RELATIVE = re.compile(r"^today(?:([+-]\d{1,5})([dmy]?))?$")
DIGITS = 15


def moment(value: Any) -> datetime.date | None:
    """Return the day a setting names: "2026-12-31", "today", "today+14" (days), "today-6m", "today-18y"; else None."""
    if not isinstance(value, str):
        return None
    if found := RELATIVE.match(value.replace(" ", "")):
        unit = {"": "days", "d": "days", "m": "months", "y": "years"}[found[2] or ""]
        try:
            return timezone.localdate() + relativedelta(**{unit: int(found[1] or 0)})
        except (ValueError, OverflowError):
            return None
    return as_date(value)


def as_date(value: Any) -> datetime.date | None:
    """Return the day of "2026-12-31", or None."""
    try:
        return datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def decimal(value: Any) -> Decimal | None:
    """Return a JSON number exactly, or None for what is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def plain(value: Decimal) -> int | float:
    """Return the JSON number of a decimal: an integer when it is one."""
    return int(value) if value == value.to_integral_value() else float(value)


def euros(cents: int | float, language: str) -> str:
    """Return "1.234,50 €" or "€1,234.50"."""
    with override(language):
        amount = formats.number_format(Decimal(str(cents)) / 100, 2, use_l10n=True, force_grouping=True)
        return gettext("%(amount)s €") % {"amount": amount}


class Number(FieldType):
    """A number, with decimals when asked."""

    name, label, icon = "number", _("Figure"), "calculator"
    settings = (
        Setting("min", _("at least"), "number"),
        Setting("max", _("at most"), "number"),
        Setting("decimals", _("decimals"), "number"),
        Setting("unit", _("unit, shown behind it")),
    )
    operators = (*EQUALITY, *ORDER, *PRESENCE)
    accepts = (int, float)

    def decimals(self, field: Field) -> int:
        """Return how many decimals people may type."""
        return min(max(whole(field.settings, "decimals", 0) or 0, 0), 6)

    def unit(self, field: Field) -> str:
        return str(field.settings.get("unit", ""))

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        places = self.decimals(field)
        return forms.DecimalField(
            min_value=decimal(field.settings.get("min")),
            max_value=decimal(field.settings.get("max")),
            max_digits=DIGITS,
            decimal_places=places,
            localize=True,
            widget=forms.TextInput(attrs=autocomplete(field, inputmode="decimal" if places else "numeric")),
            **shared(field, language, required),
        )

    def to_json(self, cleaned: Any) -> Any:
        return None if cleaned is None else plain(Decimal(cleaned))

    def from_json(self, stored: Any) -> Any:
        return decimal(stored)

    def fits(self, value: Any) -> bool:
        return decimal(value) is not None

    def text(self, field: Field, value: Any, language: str) -> str:
        with override(language):
            text = formats.number_format(decimal(value), use_l10n=True, force_grouping=False)
        return f"{text} {self.unit(field)}".strip()

    def schema(self, field: Field) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "number" if self.decimals(field) else "integer"}
        for name, keyword in (("min", "minimum"), ("max", "maximum")):
            if decimal(field.settings.get(name)) is not None:
                schema[keyword] = field.settings[name]
        return schema


class Money(FieldType):
    """Euros; the value is integer cents. Limits are cents, too."""

    name, label, icon = "money", _("Amount of money"), "cms-euro"
    settings = (Setting("min", _("at least (cents)"), "number"), Setting("max", _("at most (cents)"), "number"))
    operators = (*EQUALITY, *ORDER, *PRESENCE)
    accepts = (int,)

    def unit(self, field: Field) -> str:
        return "€"

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        found = EuroFormField(**shared(field, language, required))
        least, most = whole(field.settings, "min"), whole(field.settings, "max")
        # The field's own validators compare euros: so do these.
        if least is not None:
            found.validators.append(MinValueValidator(Decimal(least) / 100))
        if most is not None:
            found.validators.append(MaxValueValidator(Decimal(most) / 100))
        return found

    def from_json(self, stored: Any) -> Any:
        return Decimal(stored) / 100

    def text(self, field: Field, value: Any, language: str) -> str:
        return euros(value, language)

    def schema(self, field: Field) -> dict[str, Any]:
        least, most = whole(field.settings, "min", 0) or 0, whole(field.settings, "max", 999_999_999)
        return {"type": "integer", "minimum": max(least, 0), "maximum": most, "description": "cents"}


class DateField(forms.DateField):
    """A day, as browsers send it or as people write it (31.12.2026)."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_error_messages = {
        "early": _("The day must be %(limit)s or later."),
        "late": _("The day must be %(limit)s or earlier."),
    }

    def __init__(self, *, earliest: datetime.date | None = None, latest: datetime.date | None = None, **kwargs: Any):
        super().__init__(input_formats=["%Y-%m-%d", "%d.%m.%Y"], **kwargs)
        self.earliest, self.latest = earliest, latest
        if earliest:
            self.widget.attrs["min"] = earliest.isoformat()
        if latest:
            self.widget.attrs["max"] = latest.isoformat()

    def validate(self, value: Any) -> None:
        """Refuse days outside the limits. Raises ValidationError."""
        super().validate(value)
        if value and self.earliest and value < self.earliest:
            limit = formats.date_format(self.earliest, "SHORT_DATE_FORMAT")
            raise ValidationError(self.error_messages["early"], code="early", params={"limit": limit})
        if value and self.latest and value > self.latest:
            limit = formats.date_format(self.latest, "SHORT_DATE_FORMAT")
            raise ValidationError(self.error_messages["late"], code="late", params={"limit": limit})


LIMITS = (Setting("earliest", _("not before"), "date"), Setting("latest", _("not after"), "date"))


def limits(field: Field) -> dict[str, datetime.date | None]:
    """Return the first and last day that may be named."""
    return {"earliest": moment(field.settings.get("earliest")), "latest": moment(field.settings.get("latest"))}


def readable_date(value: Any, language: str) -> str:
    """Return "31.12.2026" or the like, "" for what is no day."""
    day = as_date(value)
    with override(language):
        return (
            formats.date_format(day, "SHORT_DATE_FORMAT" if language.startswith("de") else "DATE_FORMAT") if day else ""
        )


class Date(FieldType):
    """A day."""

    name, label, icon = "date", _("Date"), "date"
    settings = (*LIMITS, prefill("birth_date"))
    operators = (*EQUALITY, *ORDER, *PRESENCE)

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        found = DateField(**limits(field), **shared(field, language, required))
        found.widget.attrs.update(autocomplete(field))
        return found

    def to_json(self, cleaned: Any) -> Any:
        return cleaned.isoformat() if cleaned else None

    def from_json(self, stored: Any) -> Any:
        return as_date(stored) or stored

    def text(self, field: Field, value: Any, language: str) -> str:
        return readable_date(value, language)

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class Time(FieldType):
    """A time of day."""

    name, label, icon = "time", _("Time"), "time"
    operators = (*EQUALITY, *ORDER, *PRESENCE)

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        return forms.TimeField(
            input_formats=["%H:%M", "%H:%M:%S", "%H.%M"], widget=widget, **shared(field, language, required)
        )

    def to_json(self, cleaned: Any) -> Any:
        return cleaned.strftime("%H:%M") if cleaned else None

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}


class RangeField(PartsField):
    """Two days; its cleaned value is {"from": "2026-12-01", "to": "2026-12-03"}."""

    default_error_messages = {"order": _("The last day is before the first.")}

    def __init__(self, *, earliest: datetime.date | None, latest: datetime.date | None, **kwargs: Any) -> None:
        missing = {"required": _("Give the first and the last day.")}
        parts: dict[str, tuple[forms.Field, forms.Widget]] = {}
        for name, label in (("from", _("First day")), ("to", _("Last day"))):
            part = DateField(earliest=earliest, latest=latest, label=label, error_messages=missing)
            parts[name] = (part, part.widget)
        super().__init__(parts, **kwargs)

    def compress(self, data_list: list[Any]) -> Any:
        """Return both days. Raises ValidationError when the last is before the first."""
        if not data_list or not any(data_list):
            return None
        first, last = data_list
        if last < first:
            raise ValidationError(self.error_messages["order"], code="order")
        return {"from": first.isoformat(), "to": last.isoformat()}


class DateRange(FieldType):
    """From one day until another; both count."""

    name, label, icon = "date_range", _("From … until"), "calendar-alt"
    settings = LIMITS
    accepts = (dict,)

    def form_field(self, field: Field, language: str, *, required: bool) -> forms.Field:
        return RangeField(**limits(field), **shared(field, language, required))

    def check(self, field: Field, value: Any, language: str) -> list[str]:
        if self.fits(value) and set(value) == {"from", "to"}:
            found = self.form_field(field, language, required=False)
            try:
                found.clean([value["from"], value["to"]])
            except ValidationError as error:
                return list(error.messages)
            except (TypeError, ValueError, AttributeError):
                pass
            else:
                return []
        return [gettext("This answer has a wrong form.")]

    def text(self, field: Field, value: Any, language: str) -> str:
        return " – ".join(filter(None, (readable_date(value.get(name), language) for name in ("from", "to"))))

    def schema(self, field: Field) -> dict[str, Any]:
        day = {"type": "string", "format": "date"}
        return {
            "type": "object",
            "properties": {"from": day, "to": day},
            "required": ["from", "to"],
            "additionalProperties": False,
        }
