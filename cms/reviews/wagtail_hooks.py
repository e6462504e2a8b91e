"""Reviews in the Wagtail admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from . import admin, comparing, conflicts  # noqa: F401  (comparing registers itself with Wagtail)
from .approvers import lone_author

ALONE = _(
    "The four-eyes rule holds here: you wrote this version, so somebody else publishes it. It is kept as a draft; "
    "submit it for approval."
)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Return the page about outside reviews of a page and its buttons, and the form that locks a page."""
    return [
        path("outside-reviews/<int:page_pk>/", admin.outside_reviews, name="outside_reviews"),
        path("outside-reviews/<int:page_pk>/<int:pk>/<str:deed>/", admin.decide, name="decide_outside_review"),
        path("lock-with-reason/<int:page_pk>/", admin.lock, name="reviews_lock"),
        path("signed-in-again/", admin.signed_in_again, name="signed_in_again"),
        path("outside-comments/<int:pk>/<str:deed>/", admin.tick_off, name="tick_off_outside_comment"),
    ]


@hooks.register("register_page_header_buttons")
def header_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Offer asking somebody outside where the page is edited."""
    if view_name == "edit" and page.pk and page.permissions_for_user(user).can_edit():
        yield Button(
            _("Ask somebody outside"), reverse("outside_reviews", args=[page.pk]), icon_name="view", priority=25
        )


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Name our entries of the history."""
    actions.register_action("reviews.ask", _("Ask somebody outside"), _("Somebody outside was asked"))
    actions.register_action("reviews.approved", _("Approve from outside"), _("Approved from outside"))
    actions.register_action("reviews.changes", _("Want changes from outside"), _("Changes wanted from outside"))
    actions.register_action("reviews.withdraw", _("Withdraw outside review"), _("Outside review withdrawn"))
    actions.register_action("reviews.resolve", _("Tick off comment from outside"), _("Comment from outside ticked off"))


@hooks.register("before_edit_page")
def both_versions(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Show who saves second what the first has stored. Autosave asks by itself and stops."""
    if request.method != "POST" or "application/json" in request.headers.get("Accept", ""):
        return None
    newest = conflicts.newer_version(request, page)
    return conflicts.ask_first(request, page, newest) if newest else None


@hooks.register("before_publish_page")
def not_alone(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Keep what was typed as a draft, but don't let its author publish alone where the four-eyes rule has no way around."""
    if not lone_author(page, request.user):
        return None
    messages.error(request, str(ALONE))
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def not_alone_together(request: HttpRequest, action_type: str, objects: Any, action: Any) -> HttpResponse | None:
    """Hold the same rule when pages are published together: none of them, so that nobody has to guess which."""
    if action_type != "publish" or not any(lone_author(page.specific, request.user) for page in objects):
        return None
    messages.error(request, str(ALONE))
    return redirect("wagtailadmin_explore_root")
