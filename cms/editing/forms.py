"""Forms of the editors' help."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from cms.directory.models import OrganisationUnit

from .models import PageReview


class ReviewForm(forms.ModelForm):
    """Who answers for a page, and when it is looked at again."""

    class Meta:
        model = PageReview
        fields = ["owner", "unit", "months", "next_on", "for_below"]
        widgets = {"next_on": AdminDateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = editors()
        self.fields["owner"].label_from_instance = lambda user: user.get_full_name() or user.get_username()
        self.fields["unit"].queryset = OrganisationUnit.objects.with_texts()
        self.fields["next_on"].required = False
        self.fields["next_on"].help_text = _("Empty: after the interval, counted from today.")


class ManyReviewsForm(forms.Form):
    """An owner, or a review date, or both, for many pages."""

    owner = forms.ModelChoiceField(None, label=_("owner"), required=False)
    unit = forms.ModelChoiceField(None, label=_("or office"), required=False)
    next_on = forms.DateField(label=_("next review"), required=False, widget=AdminDateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = editors()
        self.fields["owner"].label_from_instance = lambda user: user.get_full_name() or user.get_username()
        self.fields["unit"].queryset = OrganisationUnit.objects.with_texts()

    def clean_next_on(self) -> Any:
        """Refuse a date that has passed."""
        day = self.cleaned_data["next_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This date has passed."))
        return day

    def clean(self) -> dict[str, Any]:
        """Ask for something to set, and for one who answers."""
        cleaned = super().clean() or {}
        if cleaned.get("owner") and cleaned.get("unit"):
            self.add_error("unit", _("Choose a person or an office, not both."))
        elif not self.errors and not any(cleaned.values()):
            raise forms.ValidationError(_("Say what to set."))
        return cleaned


def editors() -> Any:
    """Return the accounts that may enter the admin: only they can look after a page."""
    accounts = get_user_model().objects
    may_enter = accounts.with_perm("wagtailadmin.access_admin", backend="django.contrib.auth.backends.ModelBackend")
    return may_enter.order_by("last_name", "first_name", "username")
