"""Load ``fixtures/editing.yaml``: owners and review dates, drafts, links that lead nowhere, readers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from wagtail.models import Locale, Page

from cms.accounts.models import User
from cms.content.models import ContentPage
from cms.visits.models import PageDay

from . import review_dates
from .jobs import look_at_everything
from .links.fetching import Answer
from .links.services import FAILURES, take
from .models import ExternalAddress, PageReview

#: Days of readers; the share of the usual number on each weekday, Monday first.
DAYS, WEEK = 75, (1.15, 1.2, 1.1, 1.1, 0.95, 0.65, 0.7)


def load(data: dict[str, Any], report: Callable[[str], None]) -> None:
    """Create what is not there yet; what editors changed stays."""
    if not data or PageReview.objects.exists():
        return
    users = {user.username: user for user in User.objects.all()}
    pages = {page.slug: page for page in Page.objects.filter(depth__gt=1)}
    new = [
        _page(row, pages, users) for row in data.get("pages", []) if row["slug"] not in pages and row["below"] in pages
    ]
    reviews = [_review(row, pages[row["page"]], users) for row in data.get("reviews", []) if row["page"] in pages]
    drafts = [_draft(row, pages[row["page"]], users) for row in data.get("drafts", []) if row["page"] in pages]
    review_dates.give_dates()
    readers = _readers(data.get("visits", {}), pages)
    look_at_everything.func()
    for url in data.get("broken", []):
        _break(url)
    report(f"{len(new)} pages, {len(drafts)} drafts, {len(reviews)} review dates, {readers} counts of readers")


def _text(html: str) -> dict[str, Any]:
    return {"type": "rich_text", "value": html, "id": str(uuid.uuid4())}


def _page(row: dict[str, Any], pages: dict[str, Page], users: dict[str, User]) -> ContentPage:
    page = ContentPage(
        title=row["title"],
        slug=row["slug"],
        summary=row["summary"],
        locale=Locale.objects.get(language_code="de"),
        owner=users.get(row["owner"]),
        body=json.dumps([_text(row["text"])]),
    )
    Page.objects.get(pk=pages[row["below"]].pk).add_child(instance=page)
    page.save_revision(user=users.get(row["owner"])).publish()
    return page


def _review(row: dict[str, Any], page: Page, users: dict[str, User]) -> PageReview:
    return PageReview.objects.create(
        page=page,
        owner=users.get(row.get("owner", "")),
        months=row.get("months"),
        for_below=row.get("for_below", False),
        next_on=timezone.localdate() + timedelta(days=row["due"]),
    )


def _draft(row: dict[str, Any], page: Page, users: dict[str, User]) -> Any:
    draft = page.specific
    draft.body = json.dumps([*draft.body.raw_data, _text(row["text"])])
    return draft.save_revision(user=users.get(row["owner"]))


def _readers(visits: dict[str, list[int]], pages: dict[str, Page]) -> int:
    today = timezone.localdate()
    rows = []
    for slug, (usual, percent, yes, no) in visits.items():
        if slug not in pages:
            continue
        for number in range(DAYS):
            day = today - timedelta(days=DAYS - 1 - number)
            wave = 1 + ((number * 7 + len(slug) * 3) % 11 - 5) / 40 + number / 400
            views = round(usual * WEEK[day.weekday()] * wave)
            late = number - (DAYS - 30)  # answers are spread over the last 30 days
            share = [total * (late + 1) // 30 - total * late // 30 if late >= 0 else 0 for total in (yes, no)]
            rows.append(
                PageDay(
                    page=pages[slug],
                    day=day,
                    views=views,
                    onward=views * percent // 100,
                    helped=share[0],
                    failed=share[1],
                )
            )
    return len(PageDay.objects.bulk_create(rows, ignore_conflicts=True))


def _break(url: str) -> None:
    row = ExternalAddress.objects.filter(url=url).first()
    now = timezone.now()
    for number in range(FAILURES if row else 0):
        take(row, Answer(0, url, "unknown name"), now - timedelta(days=FAILURES - 1 - number))
