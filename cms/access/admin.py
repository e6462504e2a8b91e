"""Audiences in the admin: see which there are, add one. A rule never changes, so there is no editing."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from .forms import AudienceForm
from .models import AccessRule, principal_names


class AddOnlyPolicy(ModelPermissionPolicy):
    """Rules are added, never changed or deleted: rows everywhere refer to them."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether ``user`` may do ``action``; always False for changing and deleting."""
        return action in {"add", "view"} and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Return whether ``user`` may do one of ``actions``."""
        return any(self.user_has_permission(user, action) for action in actions)


class AudienceIndex(generic.IndexView):
    """The audiences in words."""

    any_permission_required = ["add", "view"]
    default_ordering = "pk"

    @cached_property
    def columns(self) -> list[Column]:
        """One column; all names are read with two queries."""
        names = principal_names()
        return [Column("audience", label=_("Audience"), accessor=lambda rule: rule.describe(names))]


class AudienceCreate(generic.CreateView):
    """A new audience."""

    def get_success_url(self) -> str:
        """Back to the list: there is nothing to edit."""
        return reverse(self.index_url_name)

    def get_success_buttons(self) -> list[Any]:
        """No button leads to an edit view."""
        return []


class AudienceViewSet(ModelViewSet):
    """List and form of audiences."""

    model = AccessRule
    icon = "lock"
    menu_label = _("Audiences")
    menu_order = 900
    add_to_settings_menu = True
    index_view_class = AudienceIndex
    add_view_class = AudienceCreate
    form_fields: list[str] = []
    copy_view_enabled = False
    inspect_view_enabled = False
    url_prefix = "audiences"

    @cached_property
    def permission_policy(self) -> AddOnlyPolicy:
        """Adding and viewing only."""
        return AddOnlyPolicy(self.model)

    def get_form_class(self, for_update: bool = False) -> type[AudienceForm]:
        """Return the form of a new audience."""
        return AudienceForm


audiences = AudienceViewSet("audiences")
