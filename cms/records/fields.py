"""Short texts of child rows in several languages: {"de": "Gebühr", "en": "Fee"} in one JSON column."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from .texts import default_language


class LocalizedWidget(forms.MultiWidget):
    """One line a language, each labelled with its language."""

    template_name = "records/localized_widget.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        widgets = {
            code: forms.TextInput(attrs={"lang": code, "aria-label": str(name), "placeholder": str(name)})
            for code, name in settings.TEXT_LANGUAGES
        }
        super().__init__(widgets, attrs)

    def decompress(self, value: Any) -> list[str]:
        """Split the JSON value into one text a language."""
        if isinstance(value, str):
            value = json.loads(value or "{}")
        return [str((value or {}).get(code, "")) for code, _name in settings.TEXT_LANGUAGES]


class LocalizedFormField(forms.MultiValueField):
    """Form field of :class:`LocalizedField`; when required, the default language is."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("encoder", None)
        kwargs.pop("decoder", None)
        required = kwargs.get("required", True)
        fields = [
            forms.CharField(max_length=500, required=required and code == default_language())
            for code, _name in settings.TEXT_LANGUAGES
        ]
        super().__init__(fields, require_all_fields=False, widget=LocalizedWidget, **kwargs)

    def compress(self, data_list: list[str]) -> dict[str, str]:
        """Join one text a language into the JSON value."""
        return {code: text for (code, _name), text in zip(settings.TEXT_LANGUAGES, data_list, strict=False) if text}

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare values, not the widgets' parts."""
        return self.compress(list(data or [])) != (
            {k: v for k, v in (initial or {}).items() if v} if isinstance(initial, dict) else {}
        )


def validate_localized(value: Any) -> None:
    """Raise ValidationError unless ``value`` maps known languages to texts."""
    if not isinstance(value, dict) or not all(
        code in dict(settings.TEXT_LANGUAGES) and isinstance(text, str) for code, text in value.items()
    ):
        raise ValidationError(_("Enter one text for each language."))


class LocalizedField(models.JSONField):
    """A short text in several languages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)
        if validate_localized not in self.validators:
            self.validators = [*self.validators, validate_localized]

    def formfield(self, **kwargs: Any) -> Any:
        """Return one input a language."""
        return models.Field.formfield(self, form_class=LocalizedFormField, **kwargs)
