"""Webhooks in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from . import admin


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Return the buttons."""
    return [
        path("webhooks/<int:pk>/secret/", admin.secret, name="webhook_secret"),
        path("webhooks/<int:pk>/do/<str:deed>/", admin.act, name="webhook_act"),
    ]


@hooks.register("register_admin_viewset")
def viewsets() -> tuple[Any, ...]:
    """Offer the webhooks."""
    return admin.VIEWSETS


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Name our entries of the log."""
    actions.register_action("webhooks.secret_shown", _("Show secret"), _("Secret shown"))
    actions.register_action("webhooks.secret_changed", _("New secret"), _("New secret made"))
    actions.register_action("webhooks.disabled", _("Switch off"), _("Switched off because messages failed"))
    actions.register_action("webhooks.replayed", _("Send again"), _("Messages of a time sent again"))


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """Let administrators give the rights to groups."""
    return Permission.objects.filter(content_type__app_label="webhooks", content_type__model="webhookendpoint")
