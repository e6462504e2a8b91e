"""Forms around accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.widgets import AdminDateTimeInput, AdminPageChooser
from wagtail.models import Page

from cms.access.forms import AccountsField, RoleField
from cms.directory.models import OrganisationUnit

from . import invitations, rights
from .models import Invitation, RoleAssignment, User
from .roles import roles_to_give

Scope = RoleAssignment.Scope


class PageChooser(AdminPageChooser):
    """Wagtail's chooser; something that is no number is shown as nothing chosen instead of breaking the page."""

    def get_instance(self, value: Any) -> Any:
        """Return the page, or None."""
        return super().get_instance(value) if str(value or "").isdigit() or not isinstance(value, str) else None


class AccountField(forms.ModelChoiceField):
    """A person by name and address."""

    label_from_instance = AccountsField.label_from_instance


class RoleAssignmentForm(forms.ModelForm):
    """Give somebody a role. Assignments are not changed afterwards: what was true stays readable."""

    user = AccountField(
        queryset=User.objects.filter(is_active=True).order_by("last_name", "username"), label=gettext_lazy("Person")
    )
    role = RoleField(queryset=Group.objects.none(), label=pgettext_lazy("job", "Role"))
    unit = forms.ModelChoiceField(
        queryset=OrganisationUnit.objects.all(),
        required=False,
        label=gettext_lazy("Only for this unit and all below it"),
    )
    page = forms.ModelChoiceField(
        queryset=Page.objects.filter(depth__gt=1),
        required=False,
        widget=PageChooser,
        label=gettext_lazy("Only for this page and all below it"),
    )
    starts = forms.DateTimeField(required=False, widget=AdminDateTimeInput, label=gettext_lazy("Beginning"))
    ends = forms.DateTimeField(required=False, widget=AdminDateTimeInput, label=gettext_lazy("Until"))

    class Meta:
        model = RoleAssignment
        fields = ["user", "role", "unit", "page", "starts", "ends", "note"]

    def __init__(self, *args: Any, for_user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.giver = for_user
        self.fields["role"].queryset = roles_to_give()
        self.fields["unit"].queryset = OrganisationUnit.objects.with_texts()
        self.fields["note"].help_text = _("For whoever asks later why this person has this right.")

    def clean(self) -> dict[str, Any]:
        """Refuse two limits at once, and an end before the beginning. Raises ValidationError."""
        values = super().clean() or self.cleaned_data
        if values.get("unit") and values.get("page"):
            self.add_error("page", _("Choose a unit or a page, not both."))
        if values.get("starts") and values.get("ends") and values["ends"] <= values["starts"]:
            self.add_error("ends", _("The end must come after the beginning."))
        if values.get("ends") and values["ends"] <= timezone.now():
            self.add_error("ends", _("This time has already passed."))
        return values

    def _post_clean(self) -> None:
        """The model's own checks need the scope, which the service sets."""

    def save(self, commit: bool = True) -> RoleAssignment:
        """Give the role."""
        values = self.cleaned_data
        limit = values["unit"] or values["page"]
        scope = Scope.UNIT if values["unit"] else Scope.PAGE if values["page"] else Scope.CITY
        self.instance = rights.assign(
            user=values["user"],
            role=values["role"],
            scope=scope,
            scope_id=limit.pk if limit else "",
            starts=values["starts"],
            ends=values["ends"],
            note=values["note"],
            by=self.giver,
        )
        return self.instance

    def save_m2m(self) -> None:
        """Nothing to do: an assignment has no relations."""


class RightsForm(forms.Form):
    """For whom, and on which page?"""

    person = AccountField(
        queryset=User.objects.order_by("last_name", "username"), required=False, label=gettext_lazy("Person")
    )
    page = forms.ModelChoiceField(
        queryset=Page.objects.filter(depth__gt=1), widget=PageChooser, label=gettext_lazy("Page")
    )


class InvitationForm(forms.ModelForm):
    """Ask somebody in."""

    role = RoleField(queryset=Group.objects.none(), label=pgettext_lazy("job", "Role"))
    role_ends = forms.DateTimeField(
        required=False, widget=AdminDateTimeInput, label=gettext_lazy("Role ends"),
        help_text=gettext_lazy("Leave empty if it has no end yet."),
    )  # fmt: skip

    class Meta:
        model = Invitation
        fields = ["email", "role", "role_ends", "language", "message"]

    def __init__(self, *args: Any, for_user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inviter = for_user
        self.fields["role"].queryset = invitations.roles_to_offer()
        self.fields["role"].initial = self.fields["role"].queryset.first()

    def clean_email(self) -> str:
        """Refuse addresses that have an account: they get a role, not an invitation. Raises ValidationError."""
        email = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("This address has an account already. Give it a role instead."))
        return email

    def clean_role_ends(self) -> datetime | None:
        """Refuse a time that has passed. Raises ValidationError."""
        ends = self.cleaned_data["role_ends"]
        if ends and ends <= timezone.now():
            raise ValidationError(_("This time has already passed."))
        return ends

    def save(self, commit: bool = True) -> Invitation:
        """Write the mail."""
        self.instance = invitations.invite(by=self.inviter, **self.cleaned_data)
        return self.instance

    def save_m2m(self) -> None:
        """Nothing to do: an invitation has no relations."""


class AcceptForm(forms.Form):
    """Who was invited chooses a name and a password."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=150)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=150)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 12 characters. A sentence is easier to keep in mind than a jumble."),
    )

    def clean_password(self) -> str:
        """Refuse weak passwords. Raises ValidationError."""
        password = self.cleaned_data["password"]
        password_validation.validate_password(password)
        return password


class DeleteForm(forms.Form):
    """Delete the account, knowingly."""

    sure = forms.BooleanField(label=gettext_lazy("Yes, delete my account and what belongs to it"))
