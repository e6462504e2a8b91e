"""Hand-overs in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.accounts.rights import scoped_assignments

from ..models.handovers import VIEW
from . import admin


class HandOverMenuItem(MenuItem):
    """Shown to those with the right, somewhere."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the list is for the reader."""
        user: Any = request.user
        return user.has_perm(VIEW) or bool(scoped_assignments(user, VIEW))


@hooks.register("register_admin_urls")
def hand_over_addresses() -> list[URLPattern]:
    """Return the list, the button, and the targets of a form."""
    return [
        path("forms/hand-overs/", admin.hand_overs, name="form_hand_overs"),
        path("forms/hand-overs/retry/", admin.retry, name="form_hand_over_retry"),
        path("forms/<int:pk>/targets/", admin.targets, name="form_targets"),
        path("forms/<int:pk>/targets/new/", admin.target, name="form_target_new"),
        path("forms/<int:pk>/targets/<int:number>/", admin.target, name="form_target"),
    ]


@hooks.register("register_reports_menu_item")
def hand_over_menu() -> MenuItem:
    """Offer the list among the reports."""
    return HandOverMenuItem(_("Hand-overs of forms"), reverse("form_hand_overs"), icon_name="redirect", order=950)


@hooks.register("register_permissions")
def hand_over_permissions() -> QuerySet[Permission]:
    """Let administrators give the rights to groups."""
    return Permission.objects.filter(
        content_type__app_label="forms", content_type__model__in=["handover", "handovertarget"]
    )
