"""Integrations in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from . import admin


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Name our entries of the log."""
    actions.register_action("integrations.write", _("Write by API"), _("Written by API"))
    actions.register_action("integrations.key", _("Create key"), _("Key created"))
    actions.register_action("integrations.rotate", _("Replace key"), _("Key replaced"))
    actions.register_action("integrations.revoke", _("Revoke key"), _("Key revoked"))
    actions.register_action("integrations.client", _("Create client"), _("Client created"))
    actions.register_action("integrations.client_removed", _("Remove client"), _("Client removed"))


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Return the page of an integration and what is done on it."""
    return [
        path("integrations/<int:pk>/keys/", admin.integration, name="integration"),
        path("integrations/keys/<int:pk>/rotate/", admin.rotate, name="rotate_api_key"),
        path("integrations/keys/<int:pk>/revoke/", admin.revoke, name="revoke_api_key"),
        path("integrations/clients/<str:pk>/remove/", admin.remove_client, name="remove_oauth_client"),
    ]


@hooks.register("register_admin_viewset")
def viewsets() -> tuple[Any, ...]:
    """Offer integrations in the settings menu."""
    return admin.VIEWSETS


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """Let administrators give the rights to groups."""
    return Permission.objects.filter(
        content_type__app_label="integrations",
        codename__in=[f"{deed}_integration" for deed in ("add", "change", "view")],
    )
