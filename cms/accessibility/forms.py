"""Forms of accessibility."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from cms.accounts.models import User
from cms.accounts.roles import EDITORS_GROUP
from cms.humans import HumanForm

from . import services
from .models import AuditRun, BarrierReport
from .roles import OFFICERS_GROUP

AGAIN = _("That did not look like a person. If you are one, please send it once more.")


class ReportForm(HumanForm):
    """A barrier."""

    text = forms.CharField(
        label=_("What could you not use, and what happened?"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    address = forms.CharField(
        label=_("On which page?"), max_length=500, required=False, help_text=_("Its address, or what it is about.")
    )
    name = forms.CharField(
        label=_("Your name"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your email address"),
        max_length=200,
        required=False,
        help_text=_("Only if you want an answer. We use it for nothing else."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        """The fields people see."""
        return [self[name] for name in ("text", "address", "name", "email")]

    def clean(self) -> dict[str, Any]:
        """Refuse what a robot sends. A person who was too quick sends it once more, with everything still there."""
        cleaned = super().clean()
        if self.is_robot():
            raise ValidationError(AGAIN)
        return cleaned


class DecisionForm(WagtailAdminModelForm):
    """What is done about a report."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(groups__name__in=[OFFICERS_GROUP, EDITORS_GROUP], is_active=True)
        field = self.fields["owner"]
        field.queryset = people.distinct().order_by("last_name", "first_name")
        field.label_from_instance = lambda user: user.get_full_name() or user.get_username()

    class Meta:
        model = BarrierReport
        fields = ["state", "owner", "due", "summary", "answer"]


class PeopleTestForm(WagtailAdminModelForm):
    """A test by people."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.method = AuditRun.Method.PEOPLE
        self.fields["result"].required = True

    class Meta:
        model = AuditRun
        fields = ["checked_on", "tool", "pages", "result", "notes"]


class ResultsForm(forms.Form):
    """The results of an automatic check as a file."""

    file = forms.FileField(
        label=_("File with results of axe-core (JSON)"),
        widget=forms.FileInput(attrs={"accept": "application/json,.json"}),
    )

    def clean_file(self) -> dict[str, Any]:
        """Return what the service takes. Refuses what is no such file."""
        try:
            data = json.loads(self.cleaned_data["file"].read().decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise ValidationError(_("This is not a list of results of axe-core.")) from error
        return services.read_axe(data)
