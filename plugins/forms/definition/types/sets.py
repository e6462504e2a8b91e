"""Types without an input: calculated values, texts between questions, sets of questions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, override

from ..structure import Field
from .base import ORDER, PRESENCE, FieldType, Setting, whole
from .numbers import Number, euros


class Calculated(Number):
    """A number that the server works out of earlier answers (formula.py). As money it is cents."""

    name, label, icon = "calculated", _("Calculated value"), "calculator"
    settings = (
        Setting("formula", _("formula"), "formula"),
        Setting("decimals", _("decimals"), "number"),
        Setting("unit", _("unit, shown behind it")),
        Setting("money", _("it is an amount of money"), "flag"),
    )
    asks = False

    def form_field(self, field: Field, language: str, *, required: bool) -> Any:
        raise NotImplementedError(f"{self.name} has no input")

    def check(self, field: Field, value: Any, language: str) -> list[str]:
        return []  # the server worked it out itself

    def text(self, field: Field, value: Any, language: str) -> str:
        return euros(value, language) if field.settings.get("money") else super().text(field, value, language)

    def schema(self, field: Field) -> dict[str, Any]:
        whole_number = field.settings.get("money") or not self.decimals(field)
        return {"type": "integer" if whole_number else "number"}


class Content(FieldType):
    """A text between questions: its label is the heading, its help the text."""

    name, label, icon = "content", _("Text between questions"), "doc-empty"
    settings = (Setting("html", _("text"), "html"),)
    operators = ()
    accepts = ()
    asks = False


class Fieldset(FieldType):
    """Questions that belong together, below one heading; it has no answer of its own."""

    name, label, icon = "fieldset", _("Set of questions"), "form"
    operators = ()
    accepts = ()
    asks = False


class Group(FieldType):
    """Questions that people answer several times, such as one dog after another; the value is a list of rows."""

    name, label, icon = "group", _("Repeating group"), "list-ul"
    settings = (
        Setting("min_rows", _("at least so many"), "number"),
        Setting("max_rows", _("at most so many"), "number"),
    )
    operators = (*ORDER, *PRESENCE)  # they compare the number of rows
    accepts = (list,)
    asks = False
    most_rows = 50

    def limits(self, field: Field) -> tuple[int, int]:
        """Return the least and the greatest number of rows."""
        most = min(max(whole(field.settings, "max_rows", self.most_rows) or self.most_rows, 1), 200)
        return min(max(whole(field.settings, "min_rows", 0) or 0, 0), most), most

    def fits(self, value: Any) -> bool:
        return isinstance(value, list) and all(isinstance(row, dict) for row in value)

    def check(self, field: Field, value: Any, language: str) -> list[str]:
        from django.utils.translation import gettext

        if not self.fits(value):
            return [gettext("This answer has a wrong form.")]
        least, most = self.limits(field)
        if len(value) < least:
            return [
                ngettext("Give at least %(limit)d entry.", "Give at least %(limit)d entries.", least) % {"limit": least}
            ]
        if len(value) > most:
            return [
                ngettext("At most %(limit)d entry is possible.", "At most %(limit)d entries are possible.", most)
                % {"limit": most}
            ]
        return []

    def text(self, field: Field, value: Any, language: str) -> str:
        with override(language):
            return ngettext("%(count)d entry", "%(count)d entries", len(value)) % {"count": len(value)}

    def schema(self, field: Field) -> dict[str, Any]:
        least, most = self.limits(field)
        return {"type": "array", "minItems": least, "maxItems": most}
