"""Background work in the Wagtail admin."""

from __future__ import annotations

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.accounts.menus import RightMenuItem

from . import views


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Return the page and its buttons."""
    return [
        path("background-work/", views.background_work, name="background_work"),
        path("background-work/<str:what>/<str:pk>/", views.decide, name="decide_background_work"),
    ]


@hooks.register("register_reports_menu_item")
def menu_item() -> MenuItem:
    """Offer the page among the reports."""
    return RightMenuItem(
        _("Background work"), reverse("background_work"), icon_name="cogs", order=950, right=views.RIGHT
    )


@hooks.register("register_permissions")
def permission():  # type: ignore[no-untyped-def]
    """Let administrators give the right to groups."""
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(content_type__app_label="jobs", codename="operate_jobs")
