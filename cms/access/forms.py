"""Choosing an audience in the admin."""

from __future__ import annotations

from typing import Any

from django import forms

from .models import AccessRule, principal_names


class AudienceChoiceField(forms.ModelChoiceField):
    """Radio buttons over the known rules, public first; labels are read with one query."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", AccessRule.objects.order_by("pk"))
        kwargs.setdefault("empty_label", None)
        super().__init__(**kwargs)
        self._names: dict[str, str] | None = None

    def label_from_instance(self, obj: AccessRule) -> str:
        """Return the rule in words."""
        if self._names is None:
            self._names = principal_names()
        return obj.describe(self._names)
