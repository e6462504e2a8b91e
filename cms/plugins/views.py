"""The plugins in the admin: what is on, what is off, and a button for each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from .registry import enabled_plugins
from .switches import SwitchRefused, is_off, needed_by, switch

RIGHT = "plugins.change_pluginswitch"
#: What people notice of a plugin; the other contributions are for operators.
KINDS = {
    "urls": gettext_lazy("Pages"),
    "menu": gettext_lazy("Menu entries"),
    "search": gettext_lazy("Search hits"),
    "blocks": gettext_lazy("Blocks"),
    "api": gettext_lazy("API"),
    "roles": gettext_lazy("Rights"),
}


def plugins(request: HttpRequest) -> HttpResponse:
    """List the plugins. Raises PermissionDenied without the right to change switches."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    rows = [
        {
            "config": config,
            "off": is_off(config.label),
            "needed_by": needed_by(config),
            "kinds": [label for kind, label in KINDS.items() if getattr(config.manifest, kind)],
        }
        for config in enabled_plugins()
    ]
    return render(request, "plugins/plugins.html", {"plugins": rows})


@require_POST
def switch_plugin(request: HttpRequest, label: str) -> HttpResponse:
    """Switch a plugin ("off" in the form: yes or no) and go back to the list."""
    off = request.POST.get("off") == "yes"
    try:
        switch(label=label, off=off, by=request.user)
    except SwitchRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Switched off. Its content is kept.") if off else _("Switched on."))
    return redirect("plugins")


def admin_menu(request: HttpRequest, items: list[Any]) -> None:
    """Take the entries of plugins that are off out of the admin's main menu, in place."""
    from django.urls import Resolver404, resolve

    from .middleware import owner_of

    def is_hidden(item: Any) -> bool:
        children = getattr(getattr(item, "menu", None), "registered_menu_items", None)
        if children:
            return all(is_hidden(child) for child in children)
        try:
            return is_off(owner_of(resolve(item.url)))
        except Resolver404:
            return False

    items[:] = [item for item in items if not is_hidden(item)]
