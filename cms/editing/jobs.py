"""What happens by the clock and after pages were published."""

from __future__ import annotations

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.contracts.events import Happened, Subscriber
from cms.contracts.jobs import PeriodicJob
from cms.jobs import job

from . import duplicates, review_dates
from .checking.checker import check, policy, remember
from .links import services as links


@job()
def remind_reviewers() -> int:
    """Give new pages a review date and remind who answers for those that are due; return how many mails."""
    review_dates.give_dates()
    return review_dates.remind()


@job(atomic=False)
def check_links_outside() -> int:
    """Ask the addresses outside that are due; return how many."""
    links.forget_unused()
    return links.check_outside()


@job(atomic=False)
def look_at_everything() -> int:
    """Check all live pages anew: links, findings, fingerprints; return how many pages."""
    count, rules = 0, policy()
    for page in Page.objects.filter(live=True, depth__gt=1).specific().iterator(chunk_size=200):
        links.store_links(page)
        draft = page.get_latest_revision_as_object() if page.has_unpublished_changes else page
        remember(page, check(draft, rules))
        count += 1
    duplicates.store_all()
    duplicates.forget_kind_gone()
    return count


PERIODIC = [
    PeriodicJob(name="remind_reviewers", title=_("Remind of pages to review"), task=remind_reviewers, at=time(6, 10)),
    PeriodicJob(
        name="check_links", title=_("Check links to other sites"), task=check_links_outside, every=timedelta(minutes=10)
    ),
    PeriodicJob(
        name="look_at_everything",
        title=_("Check links, texts and copies of all pages"),
        task=look_at_everything,
        at=time(2, 20),
    ),
]


def page_changed(event: Happened) -> None:
    """Bring links, findings and review date of a page up to date after it was published, withdrawn or deleted."""
    page = Page.objects.filter(pk=int(event.object_id), live=True).first()
    if page is None:
        links.forget_page(int(event.object_id))
    else:
        specific = page.specific
        links.store_links(specific)
        remember(page, check(specific if not page.has_unpublished_changes else page.get_latest_revision_as_object()))
    links.check_inside(int(event.object_id))


def text_changed(event: Happened) -> None:
    """Bring the fingerprints of whatever has a text up to date."""
    if event.kind in duplicates.documents():
        duplicates.store(event.kind, event.object_id)


SUBSCRIBERS = [
    Subscriber(name="pages", handler=page_changed, kind="page", verbs=("published", "unpublished", "deleted")),
    Subscriber(name="texts", handler=text_changed),
]
