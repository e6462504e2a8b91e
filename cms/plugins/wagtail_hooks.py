"""The plugins in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from cms.accounts.menus import RightMenuItem

from . import views
from .references import uses_of
from .switches import is_off, switched_off


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Return the list and the switch."""
    return [
        path("plugins/", views.plugins, name="plugins"),
        path("plugins/<str:label>/switch/", views.switch_plugin, name="switch_plugin"),
    ]


@hooks.register("register_settings_menu_item")
def menu_item() -> MenuItem:
    """Offer the list in the settings menu."""
    return RightMenuItem(_("Plugins"), reverse("plugins"), icon_name="cogs", order=950, right=views.RIGHT)


@hooks.register("construct_main_menu")
def without_plugins_that_are_off(request: HttpRequest, items: list[Any]) -> None:
    """Hide the entries of plugins that are off."""
    if switched_off():
        views.admin_menu(request, items)


@hooks.register("before_serve_page")
def no_page_of_a_plugin_that_is_off(page: Page, *args: Any) -> None:
    """Raise Http404 for a page whose type belongs to a plugin that is off."""
    if is_off(page._meta.app_label):
        raise Http404


@hooks.register("before_delete_snippet")
def nothing_in_use_is_deleted(request: HttpRequest, instances: list[Any]) -> HttpResponse | None:
    """Refuse to delete records that others refer to, and say who does."""
    for instance in instances:
        uses = uses_of(instance._meta.model_name, instance.pk)
        if uses:
            names = ", ".join(str(use.title) for use in uses[:10])
            more = _("and %(count)s more") % {"count": len(uses) - 10} if len(uses) > 10 else ""
            messages.error(
                request,
                _("“%(record)s” can't be deleted, it is used by: %(names)s %(more)s")
                % {"record": instance, "names": names, "more": more},
            )
            return redirect("wagtailadmin_home")
    return None
