"""Choosing an audience in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateTimeInput

from .models import PUBLIC, SIGNED_IN, AccessRule, principal, principal_names


class AudienceChoiceField(forms.ModelChoiceField):
    """Radio buttons over the known rules, public first; labels are read with one query."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", AccessRule.objects.order_by("pk"))
        kwargs.setdefault("empty_label", None)
        super().__init__(**kwargs)
        self._names: dict[str, str] | None = None

    def label_from_instance(self, obj: AccessRule) -> str:
        """Return the rule in words."""
        if self._names is None:
            self._names = principal_names()
        return obj.describe(self._names)


class GroupsField(forms.ModelMultipleChoiceField):
    """Groups by the name they have in the reader's language."""

    def label_from_instance(self, obj: Group) -> str:
        """Return the translated name."""
        return gettext(obj.name)


class RoleField(forms.ModelChoiceField):
    """A role by the name it has in the reader's language."""

    def label_from_instance(self, obj: Group) -> str:
        """Return the translated name."""
        return gettext(obj.name)


class AccountsField(forms.ModelMultipleChoiceField):
    """People by name and address; two may have the same name."""

    def label_from_instance(self, obj: Any) -> str:
        """Return name and mail address."""
        return f"{obj.get_full_name() or obj.get_username()} ({obj.email})"


class AudienceForm(forms.ModelForm):
    """A new audience: any of the chosen groups, units and people, in a time window; later perhaps everybody."""

    everybody = forms.ChoiceField(
        label=_("Who"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", _("Only the groups, units and people chosen below")),
            (SIGNED_IN, _("Everybody who is signed in")),
            (PUBLIC, _("Everybody, in the time below")),
        ],
    )
    groups = GroupsField(
        Group.objects.order_by("name"), label=_("Groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    units = forms.ModelMultipleChoiceField(
        None, label=_("Units"), required=False, help_text=_("Who works in the unit or in one below it.")
    )
    role = RoleField(
        Group.objects.none(), label=_("Role in these units"), required=False,
        help_text=_("Then not everybody who works in the units, but who has this role there, above or in the whole city."),
    )  # fmt: skip
    people = AccountsField(None, label=_("People"), required=False)
    starts = forms.DateTimeField(label=_("Beginning"), required=False, widget=AdminDateTimeInput)
    ends = forms.DateTimeField(label=_("Until"), required=False, widget=AdminDateTimeInput)
    public_from = forms.DateTimeField(
        label=_("Public from"),
        required=False,
        widget=AdminDateTimeInput,
        help_text=_("An embargo: until then only those chosen above may see it, from then on everybody."),
    )

    class Meta:
        model = AccessRule
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from cms.accounts.roles import roles_to_give
        from cms.directory.models import OrganisationUnit

        kwargs.pop("for_user", None)
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = OrganisationUnit.objects.with_texts().order_by("path")
        accounts = get_user_model().objects.filter(is_active=True).order_by("last_name", "first_name", "username")
        self.fields["people"].queryset = accounts
        self.fields["role"].queryset = roles_to_give()

    def clean(self) -> dict[str, Any]:
        """Refuse an audience of nobody, a window that ends before it begins, and one that says nothing."""
        cleaned = super().clean()
        chosen = any(cleaned.get(name) for name in ("everybody", "groups", "units", "people"))
        starts, ends, public = (cleaned.get(name) for name in ("starts", "ends", "public_from"))
        if not chosen and not self.errors:
            self.add_error("groups", _("Choose at least one group, unit or person."))
        if cleaned.get("role") and not cleaned.get("units"):
            self.add_error("units", _("In which units? For the whole city choose the group above."))
        if starts and ends and ends <= starts:
            self.add_error("ends", _("The end must be after the beginning."))
        if ends and ends <= timezone.now():
            self.add_error("ends", _("This lies in the past: nobody would ever see it."))
        if cleaned.get("everybody") == PUBLIC and (public or not (starts or ends)) and not self.errors:
            self.add_error(
                "starts", _("Enter a time; without one the audience is simply public, which is there already.")
            )
        return cleaned

    def save(self, commit: bool = True) -> AccessRule:
        """Return the rule, which may have been there before."""
        values = self.cleaned_data
        window = {
            "start": values["starts"].isoformat() if values["starts"] else "",
            "end": values["ends"].isoformat() if values["ends"] else "",
        }
        whos = [values["everybody"]] if values["everybody"] else []
        whos += [f"group:{group.pk}" for group in values["groups"]]
        role = values["role"]
        if role:  # who has it in the whole city, has it in each unit
            whos += [f"group:{role.pk}", *(f"role:{role.pk}@{unit.pk}" for unit in values["units"])]
        else:
            whos += [f"unit:{unit.pk}" for unit in values["units"]]
        whos += [f"person:{person.pk}" for person in values["people"]]
        clause = [principal(who, **window) for who in whos]
        if values["public_from"]:
            clause.append(principal(PUBLIC, start=values["public_from"].isoformat()))
        self.instance = AccessRule.objects.intern([clause])
        return self.instance

    def save_m2m(self) -> None:
        """Nothing to do: a rule has no relations."""
