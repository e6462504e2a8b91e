"""Audiences in the admin: see which there are, add one. A rule never changes, so there is no editing."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from .forms import AudienceForm
from .models import AccessRule, principal_names


class KeptPolicy(ModelPermissionPolicy):
    """For rows that are added and perhaps taken away, but not changed."""

    def __init__(self, model: Any, refused: frozenset[str]) -> None:
        super().__init__(model)
        self.refused = refused

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether ``user`` may do ``action``; never one that is refused."""
        return action not in self.refused and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Return whether ``user`` may do one of ``actions``."""
        return any(self.user_has_permission(user, action) for action in actions)


class KeptIndex(generic.IndexView):
    """The list, for everybody who may do something with it."""

    any_permission_required = ["add", "delete", "view"]


class KeptCreate(generic.CreateView):
    """A new row; the form knows who asks as ``for_user``."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form who asks."""
        return {**super().get_form_kwargs(), "for_user": self.request.user}

    def get_success_url(self) -> str:
        """Back to the list: there is nothing to edit."""
        return reverse(self.index_url_name)

    def get_success_buttons(self) -> list[Any]:
        """No button leads to an edit view."""
        return []


class KeptViewSet(ModelViewSet):
    """List and form of rows that are not changed. ``row_form``: the form of a new one; ``refused``: actions nobody has."""

    row_form: Any
    refused = frozenset({"change"})
    index_view_class = KeptIndex
    add_view_class = KeptCreate
    add_to_settings_menu = True
    form_fields: list[str] = []
    copy_view_enabled = False
    inspect_view_enabled = False

    @cached_property
    def permission_policy(self) -> KeptPolicy:
        """Everything but what is refused."""
        return KeptPolicy(self.model, self.refused)

    def get_form_class(self, for_update: bool = False) -> Any:
        """Return the form of a new row."""
        return self.row_form


class AudienceIndex(KeptIndex):
    """The audiences in words."""

    default_ordering = "pk"

    @cached_property
    def columns(self) -> list[Column]:
        """One column; all names are read with two queries."""
        names = principal_names()
        return [Column("audience", label=_("Audience"), accessor=lambda rule: rule.describe(names))]


class AudienceViewSet(KeptViewSet):
    """List and form of audiences. None is ever deleted: rows everywhere refer to them."""

    model = AccessRule
    icon = "lock"
    menu_label = _("Audiences")
    menu_order = 900
    row_form = AudienceForm
    refused = frozenset({"change", "delete"})
    index_view_class = AudienceIndex
    url_prefix = "audiences"


audiences = AudienceViewSet("audiences")
