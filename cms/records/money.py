"""Money: stored as integer cents, typed and shown as euros."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db import models


class EuroFormField(forms.DecimalField):
    """Accepts "37", "37,50" or "37.50" in the language of the form; its cleaned value is integer cents."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("min_value", None)
        kwargs.pop("max_value", None)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(min_value=0, max_value=Decimal("9999999.99"), decimal_places=2, localize=True, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show cents from the database as euros; leave what was typed as it is."""
        return Decimal(value) / 100 if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        """Return cents, or None for nothing. Raises ValidationError."""
        euros = super().clean(value)
        return None if euros is None else int(euros * 100)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare cents with cents."""
        try:
            return self.clean(data) != initial
        except forms.ValidationError:
            return True


class CentsField(models.PositiveIntegerField):
    """Integer cents, edited as euros."""

    def formfield(self, **kwargs: Any) -> Any:
        """Return the field for euros."""
        return models.Field.formfield(self, form_class=EuroFormField, **kwargs)
