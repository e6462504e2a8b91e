"""Moving in, in the Wagtail admin."""

from __future__ import annotations

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.accounts.menus import RightMenuItem

from . import views


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Return the pages of moving in."""
    return [
        path("moving-in/", views.runs, name="importing_runs"),
        path("moving-in/<int:pk>/", views.run, name="importing_run"),
        path("moving-in/<int:pk>/report.csv", views.report, name="importing_report"),
    ]


@hooks.register("register_settings_menu_item")
def menu_item() -> MenuItem:
    """Offer it among the settings."""
    return RightMenuItem(_("Moving in"), reverse("importing_runs"), icon_name="download", order=900, right=views.RIGHT)


@hooks.register("register_log_actions")
def log_actions(actions):  # type: ignore[no-untyped-def]
    """Name what the history of the page shows."""
    actions.register_action("importing.begin", _("Bring pages over"), _("Pages of another site brought over"))


@hooks.register("register_permissions")
def permission():  # type: ignore[no-untyped-def]
    """Let administrators give the right to groups."""
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(content_type__app_label="importing", codename="import_pages")
