"""What is known of the person who asks."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.cases.references import read_reference
from cms.contracts.privacy import Sought


class RequestForm(forms.Form):
    """A request: file number, and one thing at least to find the person by."""

    file_number = forms.CharField(
        label=_("File number of the request"),
        max_length=80,
        help_text=_("So that others find what was asked and answered. No names: it stays in the log."),
    )
    mail = forms.EmailField(label=_("E-mail address"), required=False, max_length=200)
    reference = forms.CharField(
        label=_("Case number"),
        required=False,
        max_length=60,
        help_text=_("As on the confirmation, for example MZ-2026-7KQ4-PX3-C."),
    )
    words = forms.CharField(
        label=_("Name, street, date of birth"),
        required=False,
        max_length=200,
        help_text=_("All of these words must stand in the same application: “Rebe Weinstraße 12.03.1980”."),
    )

    def clean_reference(self) -> str:
        """Return the number as it is stored. Raises ValidationError for a typing error."""
        typed = self.cleaned_data["reference"]
        found = read_reference(typed) if typed else ""
        if found is None:
            raise ValidationError(_("This is no case number: please compare every character."))
        return found

    def clean_words(self) -> tuple[str, ...]:
        """Return the words, dates as they are stored. Raises ValidationError for a single short word."""
        words = tuple(_stored(word) for word in re.split(r"[\s,;]+", self.cleaned_data["words"]) if word)
        if words and max(map(len, words)) < 3:
            raise ValidationError(_("Please write one word of three letters at least."))
        return words

    def clean(self) -> dict[str, Any]:
        """Refuse a request about nobody."""
        found = super().clean() or {}
        if not self.errors and not (found["mail"] or found["reference"] or found["words"]):
            raise ValidationError(_("Please fill in one of the three: address, case number or name."))
        return found

    @property
    def sought(self) -> Sought:
        """Whom to look for, of a valid form."""
        found = self.cleaned_data
        return Sought(found["mail"], found["reference"], found["words"])


def _stored(word: str) -> str:
    try:
        return datetime.strptime(word, "%d.%m.%Y").date().isoformat()
    except ValueError:
        return word
