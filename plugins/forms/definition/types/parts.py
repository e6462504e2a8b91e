"""Questions with several inputs: an address, two days, a point. Each error knows which input it is about."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class PartsWidget(forms.MultiWidget):
    """Several labelled inputs; the template draws a fieldset and each part's label (``labels``)."""

    use_fieldset = True
    template_name = "django/forms/widgets/multiwidget.html"

    def __init__(self, labels: dict[str, Any], inputs: dict[str, forms.Widget]) -> None:
        super().__init__(inputs)
        self.names, self.labels = tuple(inputs), labels

    def decompress(self, value: Any) -> list[Any]:
        return [value.get(name) for name in self.names] if isinstance(value, dict) else [None] * len(self.names)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, widget in zip(self.names, context["widget"]["subwidgets"], strict=True):
            widget["label"] = self.labels[part]
            widget["attrs"].setdefault("aria-label", str(self.labels[part]))
        return context


class PartsField(forms.MultiValueField):
    """Inputs that make one answer: all of them or none. The code of an error is the name of the part it is about."""

    widget: PartsWidget

    def __init__(self, parts: dict[str, tuple[forms.Field, forms.Widget]], **kwargs: Any) -> None:
        labels = {name: field.label for name, (field, _input) in parts.items()}
        widget = PartsWidget(labels, {name: drawn for name, (_field, drawn) in parts.items()})
        super().__init__([field for field, _input in parts.values()], require_all_fields=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        """Return what ``compress`` makes of the parts. Raises ValidationError."""
        if not isinstance(value, (list, tuple)) or all(given in self.empty_values for given in value):
            return super().clean(value)
        cleaned, errors = [], []
        for name, part, given in zip(self.widget.names, self.fields, value, strict=True):
            try:
                cleaned.append(part.clean(given))
            except ValidationError as error:
                errors += [ValidationError(text, code=name) for text in error.messages]
        if errors:
            raise ValidationError(errors)
        found = self.compress(cleaned)
        self.validate(found)
        self.run_validators(found)
        return found
