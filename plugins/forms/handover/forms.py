"""The forms of hand-overs in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from ..models import HandOver, HandOverTarget
from .back_ends import BackEnd, Option, back_ends

SECRET = ("secret", "long_secret")


class ListFilter(forms.Form):
    """Which hand-overs are listed."""

    state = forms.ChoiceField(label=_("State"), required=False)
    form = forms.ChoiceField(label=_("Form"), required=False, widget=forms.Select(attrs={"style": "max-width:100%"}))

    def __init__(self, *args: Any, forms: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("all")), *HandOver.State.choices]
        self.fields["form"].choices = [("", _("all")), *forms]


class KindForm(forms.Form):
    """The way of a new target."""

    back_end = forms.ChoiceField(label=_("Way"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["back_end"].choices = [(name, way.label) for name, way in back_ends().items()]


class TargetForm(forms.Form):
    """A target with the options of its way. Secrets are never shown again; left empty they stay."""

    name = forms.SlugField(
        label=_("Name"),
        max_length=60,
        help_text=_("Letters, digits and dashes. Rules of the form choose it by this name."),
    )
    use = forms.ChoiceField(label=_("Used"), choices=HandOverTarget.Use)
    order = forms.IntegerField(label=_("Order"), min_value=0, max_value=1_000, initial=0)
    active = forms.BooleanField(label=_("in use"), required=False, initial=True)

    def __init__(self, data: Any = None, *, way: BackEnd, target: HandOverTarget | None) -> None:
        super().__init__(data)
        self.way, self.target = way, target
        for option in way.options:
            self.fields[option.name] = _field(option, target is not None)
            if target is not None and option.kind not in SECRET:
                self.initial[option.name] = target.options.get(option.name, option.default)
        if target is not None:
            self.initial |= {name: getattr(target, name) for name in ("name", "use", "order", "active")}

    def values(self) -> dict[str, Any]:
        """Return what services.save_target takes."""
        names = {option.name: option.kind for option in self.way.options}
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("name", "use", "order", "active")},
            "options": {name: data[name] for name, kind in names.items() if kind not in SECRET},
            "secrets": {name: data[name] for name, kind in names.items() if kind in SECRET},
        }

    def take(self, error: ValidationError) -> None:
        """Show what the service has refused beside its field."""
        found = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, texts in found.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


def _field(option: Option, is_set_up: bool) -> forms.Field:
    common = {"label": option.label, "help_text": option.help, "required": option.required}
    if option.kind == "yes_no":
        return forms.BooleanField(**{**common, "required": False}, initial=bool(option.default))
    if option.kind == "number":
        return forms.IntegerField(**common, min_value=1, max_value=65_535, initial=option.default)
    if option.kind == "choice":
        return forms.ChoiceField(**common, choices=option.choices, initial=option.default)
    if option.kind in SECRET:
        secret = {**common, "required": option.required and not is_set_up, "strip": option.kind == "secret"}
        if is_set_up:
            secret["help_text"] = _("Leave it empty to keep what is there.")
        return forms.CharField(**secret, max_length=20_000, widget=_secret_widget(option.kind))
    long = option.kind == "long"
    return forms.CharField(
        **common,
        max_length=20_000 if long else 500,
        initial=option.default,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}) if long else forms.TextInput,
    )


def _secret_widget(kind: str) -> forms.Widget:
    if kind == "long_secret":
        return forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"})
    return forms.PasswordInput(attrs={"autocomplete": "new-password"})
