"""The editors' help in the Wagtail admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.admin.views.pages.listing import PageFilterSet
from wagtail.admin.widgets.button import Button
from wagtail.models import Page, PageLogEntry

from . import views
from .bulk import ReviewsTogether
from .checking.checker import check, remember
from .dashboard import EditorsPanel
from .uses import SHOWN, used_below, used_by

REPORTS = [
    (_("Review dates"), "editing_reviews", "calendar-check", 100),
    (_("Links that lead nowhere"), "editing_links", "link", 110),
    (_("What the checks found"), "editing_findings", "glasses", 120),
    (_("Pages that say the same"), "editing_copies", "copy", 130),
    (_("How pages are read"), "editing_visits", "view", 140),
]


@hooks.register("insert_global_admin_css")
def everywhere() -> str:
    """Return the link to the styles of every page of the admin: phones, long filters, what opens."""
    return format_html('<link rel="stylesheet" href="{}">', static("editing/everywhere.css"))


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Return page care, the reports and their buttons."""
    return [
        path("editing/pages/<int:page_id>/", views.page_care, name="editing_page"),
        path("editing/pages/<int:page_id>/review/", views.set_review, name="editing_set_review"),
        path("editing/pages/<int:page_id>/confirm/", views.confirm, name="editing_confirm"),
        path("editing/pages/<int:page_id>/check/", views.check_page, name="editing_check"),
        path("editing/reviews/", views.reviews, name="editing_reviews"),
        path("editing/links/", views.broken_links, name="editing_links"),
        path("editing/links/<int:pk>/", views.decide_link, name="editing_decide_link"),
        path("editing/findings/", views.findings, name="editing_findings"),
        path("editing/copies/", views.copies, name="editing_copies"),
        path("editing/visits/", views.visits, name="editing_visits"),
    ]


def _report(number: int) -> None:
    label, name, icon, order = REPORTS[number]

    @hooks.register("register_reports_menu_item")
    def item() -> MenuItem:
        return MenuItem(label, reverse(name), icon_name=icon, name=name, order=order)


for _number in range(len(REPORTS)):
    _report(_number)


@hooks.register("register_page_header_buttons")
def care_in_the_header(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Offer page care where a page is edited or listed."""
    if page.depth > 1 and page.permissions_for_user(user).can_edit():
        yield Button(_now("Page care"), reverse("editing_page", args=[page.pk]), icon_name="glasses", priority=15)


@hooks.register("register_page_listing_more_buttons")
def care_in_lists(page: Page, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """Offer page care in lists of pages."""
    if page.depth > 1 and page.permissions_for_user(user).can_edit():
        yield Button(_now("Page care"), reverse("editing_page", args=[page.pk]), icon_name="glasses", priority=15)


hooks.register("register_bulk_action", ReviewsTogether)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def numbers_follow_the_draft(request: HttpRequest, page: Page) -> None:
    """Keep what lists and the start page say about a page with its newest version."""
    remember(page, check(page.get_latest_revision_as_object()))


@hooks.register("after_publish_page")
def hints_after_publishing(request: HttpRequest, page: Page) -> None:
    """Say what could be better about what has just been published."""
    number = len(check(page).warnings)
    if number:
        text = ngettext("There is %(n)d hint about this page.", "There are %(n)d hints about this page.", number)
        messages.warning(
            request,
            format_html(
                '{} <a href="{}">{}</a>',
                text % {"n": number},
                reverse("editing_page", args=[page.pk]),
                _now("Look at it"),
            ),
        )


@hooks.register("before_delete_page")
def a_used_page_is_deleted_after_two_questions(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Ask once more before a page goes to which something leads, and show what that is."""
    if request.method != "POST" or request.POST.get("used_is_known") == "yes":
        return None
    uses, below = used_by(page, request.user), used_below(page)
    if not uses and not below:
        return None
    context = {"page": page, "uses": uses, "used_below": below, "data": request.POST}
    return render(request, "editing/delete_used.html", context)


@hooks.register("before_bulk_action")
def used_pages_are_deleted_after_two_questions(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Ask once more before several pages go to one of which something leads."""
    pages = [item for item in objects if isinstance(item, Page)]
    if action_type != "delete" or not pages or request.POST.get("used_is_known") == "yes":
        return None
    uses = [use for page in pages for use in used_by(page, request.user)]
    below = sum(used_below(page) for page in pages)
    if not uses and not below:
        return None
    context = {"uses": uses[:SHOWN], "more": max(0, len(uses) - SHOWN), "used_below": below, "data": request.POST}
    return render(request, "editing/delete_used.html", context)


@hooks.register("construct_homepage_panels", order=1000)
def start_page(request: HttpRequest, panels: list[Any]) -> None:
    """Put what concerns the reader in the place of Wagtail's panels."""
    panels[:] = [EditorsPanel()]


@hooks.register("construct_homepage_summary_items", order=1000)
def no_totals(request: HttpRequest, items: list[Any]) -> None:
    """Leave out how many pages, images and documents there are: nobody has to do anything about it."""
    items.clear()


class CityCheckerItem(ContentCheckerItem):
    """Wagtail's check in the browser with more rules of WCAG 2.2 AA about what editors write, each in their language."""

    axe_messages = {
        **ContentCheckerItem.axe_messages,
        "color-contrast": {
            "error_name": _("Text and ground are too similar"),
            "help_text": _("Remove colours that were set in the text"),
        },
        "image-alt": {
            "error_name": _("A picture has no alternative text"),
            "help_text": _("Say what it shows, or mark it as decoration"),
        },
        "image-redundant-alt": {
            "error_name": _("The alternative text repeats the text beside it"),
            "help_text": _("Mark the picture as decoration"),
        },
        "identical-links-same-purpose": {
            "error_name": _("Links with the same text lead to different places"),
            "help_text": _("Give each link a text of its own"),
        },
        "link-in-text-block": {
            "error_name": _("A link can't be told from the text around it"),
            "help_text": _("Leave links in the colour of the design"),
        },
        "list": {"error_name": _("A list is not built correctly"), "help_text": _("Use the list button of the editor")},
        "th-has-data-cells": {
            "error_name": _("A header cell of a table stands above nothing"),
            "help_text": _("Mark only those cells as headers that name a column or row"),
        },
    }
    axe_run_only = list(axe_messages)


@hooks.register("construct_wagtail_userbar")
def checks_in_the_browser(request: HttpRequest, items: list[Any], page: Page) -> None:
    """Use our set of rules."""
    items[:] = [
        CityCheckerItem(in_editor=item.in_editor) if isinstance(item, ContentCheckerItem) else item for item in items
    ]


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Name what is written into the history of a page."""
    actions.register_action("editing.reviewed", _("Reviewed"), _("Reviewed: still right"))
    actions.register_action("editing.review_date", _("Review date"), _("Owner or review date changed"))


def _people(rows: Any) -> Any:
    """Return what a filter of pages offers: the people that ``rows`` (of pages or log entries) name by OuterRef("pk")."""
    return lambda request: get_user_model().objects.filter(Exists(rows))


# Wagtail collects the owners of all pages for each list of pages: in a large tree that takes longer than the list.
PageFilterSet.declared_filters["owner"].queryset = _people(Page.objects.filter(owner=OuterRef("pk")).order_by())
PageFilterSet.declared_filters["edited_by"].queryset = _people(
    PageLogEntry.objects.filter(action="wagtail.edit", user=OuterRef("pk")).order_by()
)
