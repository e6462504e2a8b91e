"""Finding a case again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.humans import HumanForm

from .references import read_code, read_reference

PLAIN = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class _PatientForm(HumanForm):
    """Refuses robots."""

    shown: tuple[str, ...] = ()

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        """The fields people see."""
        return [self[name] for name in self.shown]

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError for what a robot sends."""
        cleaned = super().clean()
        if self.is_robot():
            raise ValidationError(_("That did not look like a person. If you are one, please send it once more."))
        return cleaned


class LookUpForm(_PatientForm):
    """The reference, and the address that was given."""

    shown = ("reference", "mail")
    reference = forms.CharField(
        label=_("Reference"),
        max_length=60,
        help_text=_("On the confirmation, for example MZ-2026-7KQ4-PX3-C."),
        error_messages={"required": _("Please enter the reference.")},
        widget=forms.TextInput(attrs=PLAIN),
    )
    mail = forms.EmailField(
        label=_("Your email address"),
        max_length=200,
        help_text=_("The one you gave when you applied."),
        error_messages={"required": _("Please enter your email address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_reference(self) -> str:
        """Find typing errors by the check character: that is no secret."""
        typed = self.cleaned_data["reference"]
        if read_reference(typed) is None:
            raise ValidationError(_("This reference can't be right. Please compare it with your confirmation."))
        return typed


class CodeForm(_PatientForm):
    """The code of the link, typed in from paper."""

    shown = ("code",)
    code = forms.CharField(
        label=_("Code of the status page"),
        max_length=80,
        help_text=_("Six groups of four characters, on the printed confirmation. With it you need nothing else."),
        error_messages={"required": _("Please enter the code.")},
        widget=forms.TextInput(attrs=PLAIN),
    )

    def clean_code(self) -> str:
        """Return the code as it was made."""
        code = read_code(self.cleaned_data["code"])
        if not code:
            raise ValidationError(_("This code can't be right. Please compare it with your confirmation."))
        return code
