"""Forms of the editors' help."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
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


def editors() -> Any:
    """Return the accounts that may enter the admin: only they can look after a page."""
    accounts = get_user_model().objects
    may_enter = accounts.with_perm("wagtailadmin.access_admin", backend="django.contrib.auth.backends.ModelBackend")
    return may_enter.order_by("last_name", "first_name", "username")
