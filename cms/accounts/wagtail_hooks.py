"""Accounts in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.accounts.menus import RightMenuItem

from . import admin


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Return the page about rights and the button of invitations."""
    return [
        path("who-may/", admin.who_may, name="who_may"),
        path("invitations/<int:pk>/again/", admin.invite_again, name="invite_again"),
    ]


@hooks.register("register_admin_viewset")
def viewsets() -> tuple[Any, ...]:
    """Offer roles, their rules and invitations in the settings menu."""
    return admin.VIEWSETS


@hooks.register("register_reports_menu_item")
def menu_item() -> MenuItem:
    """Offer the page about rights among the reports."""
    return RightMenuItem(
        _("Who may do what?"), reverse("who_may"), icon_name="key", order=900, right="accounts.view_roleassignment"
    )


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Name our entries of the log."""
    actions.register_action("accounts.assign", _("Give role"), _("Role given"))
    actions.register_action("accounts.withdraw", _("Take role away"), _("Role taken away"))
    actions.register_action("accounts.invite", _("Invite"), _("Invited"))
    actions.register_action("accounts.uninvite", _("Withdraw invitation"), _("Invitation withdrawn"))


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """Let administrators give the rights to groups."""
    models = ("roleassignment", "invitation", "rolesettings")
    return Permission.objects.filter(content_type__app_label="accounts", content_type__model__in=models)
