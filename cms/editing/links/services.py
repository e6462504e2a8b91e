"""What pages link to, stored and looked after."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urldefrag, urlsplit

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.models import Page

from ..checking.findings import links_of, pieces
from ..models import ExternalAddress, PageLink
from .fetching import Answer, ask
from .internal import Target, own_path, problems_of

State = ExternalAddress.State
#: What counts as a link that leads nowhere.
BROKEN = ~Q(problem="") | Q(address__state=State.BROKEN)
#: An address that works is asked again after so many days; failures on so many different days make it broken.
AGAIN_DAYS, FAILURES = 14, 3
#: Seconds between two questions to the same server.
PAUSE = 2.0
MAX_WAIT = timedelta(days=2)


@transaction.atomic
def store_links(page: Page) -> int:
    """Store the links of a live page anew, with what is wrong with those within the site; return how many there are.

    What somebody chose to ignore stays ignored as long as the link is there.
    """
    found: list[tuple[str, str, str, str]] = []
    for piece in pieces(page):
        for text, target in links_of(piece):
            if not target.startswith(("mailto:", "tel:", "email:")):
                found.append((text[:200], target, piece.block_id, piece.place[:200]))
    ignored = set(PageLink.objects.filter(page_id=page.pk, ignored=True).values_list("target", flat=True))
    problems = problems_of([Target(target, page) for _text, target, _id, _place in found])
    outside = _addresses(target for _text, target, _id, _place in found if _is_outside(target))
    PageLink.objects.filter(page_id=page.pk).delete()
    PageLink.objects.bulk_create(
        PageLink(
            page_id=page.pk,
            text=text,
            target=target,
            block_id=block_id[:40],
            place=place,
            address=outside.get(urldefrag(target).url),
            problem=problem,
            ignored=target in ignored,
        )
        for (text, target, block_id, place), problem in zip(found, problems, strict=True)
    )
    return len(found)


def _is_outside(target: str) -> bool:
    return target.startswith(("http://", "https://")) and own_path(target) is None


def _addresses(targets: Iterable[str]) -> dict[str, ExternalAddress]:
    urls = {urldefrag(target).url for target in targets}
    digests = {url: hashlib.sha256(url.encode()).hexdigest() for url in urls}
    now = timezone.now()
    ExternalAddress.objects.bulk_create(
        [
            ExternalAddress(digest=digests[url], url=url, host=(urlsplit(url).hostname or "")[:255], next_at=now)
            for url in sorted(urls)
        ],
        ignore_conflicts=True,
    )
    return {row.url: row for row in ExternalAddress.objects.filter(digest__in=digests.values())}


def forget_page(page_id: int) -> None:
    """Forget the links of a page that is no longer live."""
    PageLink.objects.filter(page_id=page_id).delete()


def check_inside(page_id: int | None = None) -> int:
    """Look again at links within the site: those that lead to page ``page_id`` or by path, or all; return how many changed."""
    rows = PageLink.objects.filter(address=None).select_related("page")
    if page_id is not None:
        rows = rows.filter(Q(target=f"page:{page_id}") | ~Q(target__regex=r"^(page|document):"))
    changed = []
    batch = list(rows)
    pages = {
        page.pk: page
        for page in Page.objects.filter(pk__in={row.page_id for row in batch if row.target.startswith("#")}).specific()
    }
    for row, problem in zip(
        batch, problems_of([Target(row.target, pages.get(row.page_id)) for row in batch]), strict=True
    ):
        if row.problem != problem:
            row.problem = problem
            changed.append(row)
    PageLink.objects.bulk_update(changed, ["problem"], batch_size=500)
    return len(changed)


def due_outside(now: datetime) -> QuerySet[ExternalAddress]:
    """Return the addresses that may be asked now, those that wait longest first; never what no page links to."""
    rows = ExternalAddress.objects.filter(next_at__lte=now, ignored=False, links__isnull=False)
    return rows.distinct().order_by("next_at", "pk")


def check_outside(*, seconds: float = 240.0) -> int:
    """Ask addresses that are due until the time is over, each server with a pause in between; return how many.

    Each answer is stored at once; nothing is asked inside a transaction.
    """
    end = time.monotonic() + seconds
    last: dict[str, float] = {}
    count = 0
    waiting = list(due_outside(timezone.now())[:1000])
    while waiting and time.monotonic() < end:
        row = next((one for one in waiting if time.monotonic() - last.get(one.host, -PAUSE) >= PAUSE), None)
        if row is None:
            time.sleep(0.1)
            continue
        waiting.remove(row)
        answer = ask(row.url)
        last[row.host] = time.monotonic()
        take(row, answer, timezone.now())
        count += 1
        if answer.status == 429:  # the whole server wants to be left alone
            waiting = [one for one in waiting if one.host != row.host]
    return count


def take(row: ExternalAddress, answer: Answer, now: datetime) -> None:
    """Store what an address answered. It counts as broken after failures on three different days."""
    today = timezone.localtime(now).date()
    row.status, row.reason, row.checked_at = answer.status or None, answer.reason[:200], now
    row.moved_to = answer.url if answer.works and answer.permanent else ""
    if answer.works:
        row.state, row.failures, row.failed_on = State.OK, 0, None
        row.next_at = now + timedelta(days=AGAIN_DAYS)
    elif answer.refused or answer.for_people_only:
        row.state, row.failures, row.failed_on = State.REFUSED, 0, None
        row.next_at = now + timedelta(days=AGAIN_DAYS * 2)
    else:
        _failed(row, answer, now, today)
    row.save()


def _failed(row: ExternalAddress, answer: Answer, now: datetime, today: date) -> None:
    if answer.status == 429:
        row.next_at = now + min(timedelta(seconds=max(answer.retry_after, 3600)), MAX_WAIT)
        return
    if row.failed_on != today:
        row.failures, row.failed_on = row.failures + 1, today
    row.state = State.BROKEN if row.failures >= FAILURES else State.TROUBLE
    row.next_at = now + (timedelta(days=AGAIN_DAYS) if row.state == State.BROKEN else timedelta(days=1))


def forget_unused() -> int:
    """Delete addresses no page links to any more; return how many."""
    return ExternalAddress.objects.filter(links__isnull=True).delete()[0]


def _demand_edit(link: PageLink, user: Any) -> None:
    if not link.page.permissions_for_user(user).can_edit():
        raise PermissionDenied


@transaction.atomic
def check_again(*, link: PageLink, user: Any) -> None:
    """Look at a link again: at once within the site, by the worker outside. Raises PermissionDenied."""
    _demand_edit(link, user)
    if link.address_id:
        ExternalAddress.objects.filter(pk=link.address_id).update(next_at=timezone.now())
        return
    link.problem = problems_of([Target(link.target, link.page.specific)])[0]
    link.save(update_fields=["problem"])


@transaction.atomic
def ignore(*, link: PageLink, user: Any, ignored: bool) -> None:
    """Take a link out of the report, or put it back; only on its own page. Raises PermissionDenied."""
    _demand_edit(link, user)
    PageLink.objects.filter(page_id=link.page_id, target=link.target).update(ignored=ignored)


def broken() -> QuerySet[PageLink]:
    """Return the links that lead nowhere and are not ignored."""
    return PageLink.objects.filter(BROKEN, ignored=False)
