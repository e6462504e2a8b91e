"""Notices in the Wagtail admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import ListingButton
from wagtail.snippets.models import register_snippet

from cms.accounts.menus import RightMenuItem

from . import admin, services
from .models import Notice

register_snippet(admin.NoticeViewSet)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Return the page of emergencies and the buttons that end notices."""
    return [
        path("emergency/", admin.emergency, name="notice_emergency"),
        path("notices/<int:pk>/end/", admin.ask_to_end, name="notice_ask_to_end"),
        path("notices/<int:pk>/end/now/", admin.end_emergency, name="notice_end"),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    """Offer the form in the main menu: nobody should have to look for it."""
    return RightMenuItem(
        _("Emergency notice"),
        reverse("notice_emergency"),
        icon_name="warning",
        order=50,
        right=services.EMERGENCY_RIGHT,
    )


@hooks.register("register_snippet_listing_buttons")
def end_button(snippet: Any, user: Any, next_url: str | None = None) -> Iterator[ListingButton]:
    """Offer to end a notice that is not over."""
    if isinstance(snippet, Notice) and snippet.state != Notice.State.OVER and services.may_place(user, snippet):
        yield ListingButton(
            _("End now"), reverse("notice_ask_to_end", args=[snippet.pk]), icon_name="cross", priority=15
        )


@hooks.register("insert_editor_js")
def places() -> str:
    """Show only the chooser that fits the place."""
    return format_html('<script src="{}" defer></script>', static("notices/places.js"))


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Name our entries of the log."""
    actions.register_action("notices.end", _("End notice"), _("Notice ended"))
    actions.register_action("notices.emergency", _("Publish emergency notice"), _("Emergency notice put on every page"))


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """Let administrators give the right to emergencies to groups; the others come with the list."""
    return Permission.objects.filter(content_type__app_label="notices", codename="publish_emergency")
