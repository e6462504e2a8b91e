"""The start page of the admin: what the reader has begun, must decide, and what is wrong with the pages in their care."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.admin.utils import quote
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component
from wagtail.models import Page, Revision, TaskState

from cms.plugins.registry import collect
from cms.visits import figures
from cms.visits.models import PageDay

from . import review_dates
from .checking.checker import policy
from .links.services import BROKEN, broken
from .listing import editable_pages, may_edit_any
from .models import ExternalAddress, PageLink

SHOWN = 5
#: More drafts of one person than this are not counted.
MOST = 500
DAYS = 30


@dataclass(frozen=True)
class Line:
    """A page in a list: title, address, and what there is to say about it."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Box:
    """A tile with its list: number, what it means, how it develops, what to do when there is nothing."""

    name: str
    title: str
    value: int
    url: str
    empty: str
    trend: str = ""
    urgent: bool = False
    lines: list[Line] = field(default_factory=list)


class EditorsPanel(Component):
    """Everything that concerns the reader, with what the apps contribute."""

    name = "editors"
    order = 10
    template_name = "editing/dashboard.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return actions, tiles of the apps, and our boxes."""
        request = parent_context["request"]
        return {
            "request": request,
            "actions": sorted(_all("actions", request), key=lambda item: item.order),
            "tiles": sorted(_all("dashboard", request), key=lambda item: item.order),
            "boxes": boxes(request.user),
        }


def _all(kind: str, request: Any) -> list[Any]:
    return [item for _config, ask in collect(kind) for item in ask(request)]


def boxes(user: Any) -> list[Box]:
    """Return the boxes for ``user``; those about pages only for who may change any."""
    pages = editable_pages(user)
    found = [drafts(user), to_review(user)]
    if may_edit_any(user):
        rows = PageDay.objects.filter(page__in=pages)
        found += [stale(user, pages), dead_links(pages), failing(rows), read(rows)]
    return found


def _edit(pk: int) -> str:
    return reverse("wagtailadmin_pages:edit", args=[pk])


def _care(pk: int) -> str:
    return reverse("editing_page", args=[pk])


def drafts(user: Any) -> Box:
    """Return the pages whose newest, unpublished version is the reader's."""
    rows = Page.objects.filter(has_unpublished_changes=True, latest_revision__user=user)
    rows = rows.select_related("check_result").order_by("-latest_revision_created_at")
    found = list(rows[:MOST])
    lines = []
    for page in found[:SHOWN]:
        hints = page.check_result if hasattr(page, "check_result") else None
        note = date_format(timezone.localtime(page.latest_revision_created_at), "SHORT_DATE_FORMAT")
        if hints and hints.blocking + hints.warnings:
            total = hints.blocking + hints.warnings
            note += " · " + ngettext("%(n)d hint", "%(n)d hints", total) % {"n": total}
        lines.append(Line(page.draft_title or page.title, _edit(page.pk), note))
    return Box(
        "drafts",
        _("My drafts"),
        len(found),
        reverse("wagtailadmin_explore_root"),
        _("You have no drafts. Open a page and change something: it stays yours until you publish it."),
        lines=lines,
    )


def to_review(user: Any) -> Box:
    """Return what waits for the reader's decision, also in somebody's place: the tasks know who may decide."""
    states = TaskState.objects.reviewable_by(user).select_related(
        "revision__content_type", "workflow_state__requested_by"
    )
    rows = list(states.order_by("started_at"))
    lines = []
    for row in rows[:SHOWN]:
        by = row.workflow_state.requested_by
        note = _("by %(name)s, %(day)s") % {
            "name": (by.get_full_name() or by.get_username()) if by else "–",
            "day": date_format(timezone.localtime(row.started_at), "SHORT_DATE_FORMAT"),
        }
        lines.append(Line(row.revision.object_str, _place_of(row.revision), note))
    oldest = rows[0].started_at if rows else None
    waits = (timezone.now() - oldest).days if oldest else 0
    return Box(
        "review",
        _("Waiting for my decision"),
        len(rows),
        reverse("wagtailadmin_reports:workflow_tasks"),
        _(
            "Nothing waits for you. What colleagues submit for approval appears here, also when you stand in for somebody."
        ),
        trend=ngettext("the oldest for %(n)d day", "the oldest for %(n)d days", waits) % {"n": waits} if rows else "",
        urgent=waits > 3,
        lines=lines,
    )


def _place_of(revision: Revision) -> str:
    model = revision.content_type.model_class()
    if model is not None and issubclass(model, Page):
        return _edit(int(revision.object_id))
    return (
        reverse(f"wagtailsnippets_{model._meta.label_lower.replace('.', '_')}:edit", args=[quote(revision.object_id)])
        if model
        else ""
    )


def stale(user: Any, pages: Any) -> Box:
    """Return the pages the reader answers for that are due for review."""
    today = timezone.localdate()
    rules = policy()
    rows = review_dates.due(today + timedelta(days=rules.remind_days)).filter(page__in=pages)
    inherited, accounts = review_dates.Inheritance(rules), review_dates.accounts_of(user)
    mine = [row for row in rows if review_dates.is_work_of(accounts, inherited.care(row.page.path, row))]
    overdue = sum(row.next_on < today for row in mine)
    return Box(
        "stale",
        _("Pages to look through"),
        len(mine),
        reverse("editing_reviews") + "?whose=mine",
        _("No page you answer for is due. Each page has a review date; you are reminded before it comes."),
        trend=ngettext("%(n)d is overdue", "%(n)d are overdue", overdue) % {"n": overdue} if overdue else "",
        urgent=overdue > 0,
        lines=[
            Line(row.page.title, _care(row.page_id), date_format(row.next_on, "SHORT_DATE_FORMAT"))
            for row in mine[:SHOWN]
        ],
    )


def dead_links(pages: Any) -> Box:
    """Return the links that lead nowhere on pages the reader may change."""
    rows = broken().filter(page__in=pages).select_related("page").order_by("page__title", "pk")
    counts = PageLink.objects.filter(page__in=pages, ignored=False).aggregate(
        broken=Count("pk", filter=BROKEN), shaky=Count("pk", filter=Q(address__state=ExternalAddress.State.TROUBLE))
    )
    number, shaky = counts["broken"], counts["shaky"]
    return Box(
        "links",
        _("Links that lead nowhere"),
        number,
        reverse("editing_links"),
        _("All links lead somewhere. Links to other sites are checked every two weeks."),
        trend=ngettext("%(n)d more did not answer lately", "%(n)d more did not answer lately", shaky) % {"n": shaky}
        if shaky
        else "",
        urgent=number > 0,
        lines=[Line(row.text or row.target, _care(row.page_id), row.page.title) for row in rows[:SHOWN]],
    )


def failing(rows: Any) -> Box:
    """Return the pages that are read a lot and fail people."""
    found = figures.without_success(rows, DAYS, 100)
    return Box(
        "failing",
        _("Read a lot, without success"),
        len(found),
        reverse("editing_visits") + "#failing",
        _(
            "No page fails people, as far as they say. Here are pages on which many say “No”, or after which hardly anybody reads on."
        ),
        lines=[
            Line(
                row["page__title"],
                _care(row["page_id"]),
                _("%(views)d views, %(no)d × “No”, %(onward)d read on")
                % {"views": row["total"], "no": row["no"], "onward": row["further"]},
            )
            for row in found[:SHOWN]
        ],
    )


def read(rows: Any) -> Box:
    """Return how often the pages are read."""
    sums = figures.of_pages(rows, DAYS)
    trend = ""
    if sums.trend is not None:
        trend = _("%(percent)+d %% compared with the %(days)d days before") % {"percent": sums.trend, "days": DAYS}
    most = figures.most_read(rows, DAYS, SHOWN)
    return Box(
        "views",
        _("Views in %(days)d days") % {"days": DAYS},
        sums.views,
        reverse("editing_visits"),
        _("Nobody has read these pages yet. Readers are counted without cookies and without names."),
        trend=trend,
        lines=[Line(row["page__title"], _care(row["page_id"]), intcomma(row["total"])) for row in most],
    )
