"""Forms of keys and clients in the admin."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateTimeInput

from . import services
from .models import Integration


class IntegrationForm(WagtailAdminModelForm):
    """What an integration is called, what it is for and who is told."""

    class Meta:
        model = Integration
        fields = ["name", "purpose", "contact", "is_active"]


class ScopesForm(forms.Form):
    """What a key or a client may do. Scopes never give more than the roles of the integration's account."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Where it is used: “test system”, “server 2”."))
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what it needs. Roles decide where it may do that."),
    )  # fmt: skip
    requests_a_minute = forms.IntegerField(
        label=_("Requests a minute"), required=False, min_value=1, max_value=100_000,
        help_text=_("Empty: as many as everybody."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [  # type: ignore[attr-defined]
            (name, f"{name} – {text}") for name, text in sorted(services.all_scopes().items())
        ]


class KeyForm(ScopesForm):
    """A new key."""

    expires_at = forms.DateTimeField(
        label=_("Valid until"), required=False, widget=AdminDateTimeInput, help_text=_("Empty: until it is revoked.")
    )

    def clean_expires_at(self) -> datetime | None:
        """Refuse a time that has passed. Raises ValidationError."""
        ends = self.cleaned_data["expires_at"]
        if ends and ends <= timezone.now():
            raise ValidationError(_("This time has already passed."))
        return ends


class RotationForm(forms.Form):
    """How long the key that is replaced works on."""

    days = forms.IntegerField(
        label=_("How many days shall the old key work on?"), min_value=0, max_value=services.LONGEST_ROTATION_DAYS,
        initial=services.ROTATION.days, help_text=_("0: it stops at once."),
    )  # fmt: skip

    def works_for(self) -> timedelta:
        """Return the time. Call after is_valid()."""
        return timedelta(days=self.cleaned_data["days"])
