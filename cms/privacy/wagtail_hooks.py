"""Requests of persons, in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.accounts.menus import RightMenuItem

from . import services, views


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Return the pages of requests."""
    return [
        path("personal-data/", views.requests, name="privacy_requests"),
        path("personal-data/<int:pk>/", views.one, name="privacy_request"),
    ]


@hooks.register("register_reports_menu_item")
def menu_item() -> MenuItem:
    """Offer them among the reports, beside the deletion log."""
    return RightMenuItem(
        _("Requests about personal data"),
        reverse("privacy_requests"),
        icon_name="user",
        order=951,
        right=services.RIGHT,
    )


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Name what the log shows; it never says about whom."""
    actions.register_action("privacy.search", _("Look for a person’s data"), _("Looked for a person’s data"))
    actions.register_action("privacy.hand_out", _("Hand out a person’s data"), _("Handed out a person’s data"))
    actions.register_action("privacy.erase", _("Erase a person’s data"), _("Erased a person’s data"))


@hooks.register("register_permissions")
def permission() -> QuerySet[Permission]:
    """Let administrators give the right to groups."""
    return Permission.objects.filter(content_type__app_label="privacy", codename="answer_requests")
