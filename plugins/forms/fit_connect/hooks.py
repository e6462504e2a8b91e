"""FIT-Connect in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import admin


class FitConnectMenuItem(MenuItem):
    """Shown to those who see something there."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the lists are for the reader."""
        return any(admin.rights(request.user))


@hooks.register("register_admin_urls")
def fit_connect_addresses() -> list[URLPattern]:
    """Return the lists, an application, its files, the button."""
    return [
        path("forms/fit-connect/", admin.overview, name="fit_connect"),
        path("forms/fit-connect/<int:pk>/", admin.application, name="fit_connect_application"),
        path("forms/fit-connect/<int:pk>/<uuid:identifier>/", admin.file, name="fit_connect_file"),
        path("forms/fit-connect/<slug:way>/<int:pk>/retry/", admin.retry, name="fit_connect_retry"),
    ]


@hooks.register("register_admin_viewset")
def fit_connect_viewsets() -> tuple[Any, ...]:
    """Offer the services."""
    return admin.VIEWSETS


@hooks.register("register_reports_menu_item")
def fit_connect_menu() -> MenuItem:
    """Offer the lists among the reports."""
    return FitConnectMenuItem(_("FIT-Connect"), reverse("fit_connect"), icon_name="redirect", order=951)


@hooks.register("register_log_actions")
def fit_connect_log_actions(actions: Any) -> None:
    """Name our entry of the log."""
    actions.register_action("forms.fit_connect_retried", _("Try again"), _("Tried again after it was given up"))


@hooks.register("register_permissions")
def fit_connect_permissions() -> QuerySet[Permission]:
    """Let administrators give the rights to groups."""
    models = ["fitconnectservice", "receivedsubmission", "sentsubmission"]
    return Permission.objects.filter(content_type__app_label="forms", content_type__model__in=models)
