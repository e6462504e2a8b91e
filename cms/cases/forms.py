"""Finding a case again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.humans import HumanForm

from .references import read_code, read_reference


class LookUpForm(HumanForm):
    """The reference and the address that was given, or the code from the paper."""

    reference = forms.CharField(
        label=_("Reference"),
        max_length=60,
        required=False,
        help_text=_("On the confirmation, for example MZ-2026-7KQ4-PX3-C."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    mail = forms.EmailField(
        label=_("Your email address"),
        max_length=200,
        required=False,
        help_text=_("The one you gave when you applied."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    code = forms.CharField(
        label=_("Or the code of the status page"),
        max_length=80,
        required=False,
        help_text=_("Six groups of four characters, on the printed confirmation. With it you need nothing else."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        """The fields people see."""
        return [self[name] for name in ("reference", "mail", "code")]

    def clean_reference(self) -> str:
        """Find typing errors by the check character: that is no secret."""
        typed = self.cleaned_data["reference"]
        if typed and read_reference(typed) is None:
            raise ValidationError(_("This reference can't be right. Please compare it with your confirmation."))
        return typed

    def clean_code(self) -> str:
        """Return the code as it was made."""
        typed = self.cleaned_data["code"]
        if typed and not read_code(typed):
            raise ValidationError(_("This code can't be right. Please compare it with your confirmation."))
        return read_code(typed)

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two ways, and refuse robots."""
        cleaned = super().clean()
        if not self.errors and not cleaned.get("code"):
            if not cleaned.get("reference"):
                self.add_error("reference", _("Please enter the reference."))
            if not cleaned.get("mail"):
                self.add_error("mail", _("Please enter your email address."))
        if self.is_robot():
            raise ValidationError(_("That did not look like a person. If you are one, please send it once more."))
        return cleaned
