"""The forms of webhooks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from . import services
from .models import WebhookDelivery
from .telling import hooks


class EndpointForm(WagtailAdminModelForm):
    """An endpoint; what it is told of is chosen from what the apps declare."""

    events = forms.MultipleChoiceField(
        label=_("What it is told"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It only hears of what the integration itself may see."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = services.choices()

    def clean(self) -> dict[str, Any]:
        """Refuse addresses inside the network. Raises ValidationError."""
        values = super().clean()
        if not self.errors:
            self.instance.events = values["events"]
            for name in ("integration", "url", "description", "state"):
                if name in values:
                    setattr(self.instance, name, values[name])
            try:
                services.clean_endpoint(self.instance)
            except ValidationError as error:
                self.add_error(None, error)
        return values


class DeliveryFilter(forms.Form):
    """Which messages of an endpoint are listed."""

    state = forms.ChoiceField(label=_("State"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted((kind, str(hook.title)) for kind, hook in hooks(also_off=True).items())
        self.fields["state"].choices = [("", _("all")), *WebhookDelivery.State.choices]
        self.fields["kind"].choices = [("", _("all")), *kinds, (services.PING_KIND, _("test message"))]


class ReplayForm(forms.Form):
    """What is sent again."""

    since = forms.DateTimeField(
        label=_("Beginning"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    until = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: until now."),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted((kind, str(hook.title)) for kind, hook in hooks(also_off=True).items())
        self.fields["kind"].choices = [("", _("all")), *kinds]
