"""Forms for everybody that robots can't send. No puzzle, which would be a barrier itself: a trap and a clock."""

from __future__ import annotations

import time
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

SALT = "humans.began"
#: Nobody reads and fills in a form in fewer seconds.
FASTEST = 3


class HumanForm(forms.Form):
    """A form with a field that people don't see and robots fill in, and the signed time at which it was shown."""

    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    began = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.initial["began"] = signing.dumps(int(time.time()), salt=SALT)

    def is_robot(self) -> bool:
        """Return whether the trap is filled in, or the form came back faster than anybody types. Call while or after cleaning."""
        try:
            began = signing.loads(self.cleaned_data.get("began") or "", salt=SALT)
        except signing.BadSignature:
            return True
        return bool(self.cleaned_data.get("website")) or not isinstance(began, int) or time.time() - began < FASTEST
