"""Count readers without knowing them: no cookie, no address, no fingerprint, not even the time of day.

A page, a day, a number: nothing else leaves the process, so neither section 25 TDDDG (nothing is stored on or read
from the reader's device) nor the DSGVO (no personal data) stands against it. Numbers are kept in the process and
written in one go; what a crash takes along is a few seconds of counting.
"""

from __future__ import annotations

import atexit
import re
import threading
from collections import Counter
from datetime import date, timedelta
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page, Site

from .models import PageDay

#: So many different (page, day, what) are kept at most while the database can't take them.
MAX_WAITING = 20_000
_MACHINE = re.compile(
    r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python|java/|go-http|headless|lighthouse|scan|fetch|archiv",
    re.IGNORECASE,
)

Key = tuple[date, str, str]  # day, page id or path, what is counted
_waiting: Counter[Key] = Counter()
_lock = threading.Lock()
_timer: threading.Timer | None = None


def note(request: HttpRequest, page_id: int | None = None) -> None:
    """Count that somebody reads: ``page_id``, or None for anything that is no page. Costs no query.

    Whoever comes from another page of the site has read on there. Machines, prefetching and HEAD don't count.
    """
    agent = request.headers.get("User-Agent", "")
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    if request.method != "GET" or not agent or _MACHINE.search(agent) or "prefetch" in purpose:
        return
    today = timezone.localdate()
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc and came_from.netloc == request.get_host() and came_from.path != request.path:
        _add((today, unquote(came_from.path)[:500], "onward"))
    if page_id is not None and came_from.path != request.path:  # not a reload, not a form on the page itself
        _add((today, str(page_id), "views"))


def note_answer(page_id: int, helped: bool) -> None:
    """Count an answer to "did you find what you were looking for?"."""
    _add((timezone.localdate(), str(page_id), "helped" if helped else "failed"))


def _add(key: Key) -> None:
    global _timer
    with _lock:
        if key in _waiting or len(_waiting) < MAX_WAITING:
            _waiting[key] += 1
        if settings.VISITS_SECONDS and _timer is None:
            _timer = threading.Timer(settings.VISITS_SECONDS, _flush_aside)
            _timer.daemon = True
            _timer.start()


def _flush_aside() -> None:
    global _timer
    with _lock:
        _timer = None
    try:
        flush()
    finally:
        connection.close()


@atexit.register
def _flush_at_end() -> None:
    if _waiting and settings.configured and settings.VISITS_SECONDS:
        flush()


def forget_waiting() -> None:
    """Drop what was counted and not yet written (tests)."""
    with _lock:
        _waiting.clear()


def flush() -> int:
    """Write what was counted; return how many rows. What can't be written is kept for the next time."""
    with _lock:
        taken = Counter(_waiting)
        _waiting.clear()
    if not taken:
        return 0
    try:
        with transaction.atomic():
            return _write(taken)
    except Exception:
        with _lock:
            for key, number in taken.items():
                if key in _waiting or len(_waiting) < MAX_WAITING:
                    _waiting[key] += number
        raise


def _write(taken: Counter[Key]) -> int:
    ids = _ids_of({place for _day, place, _what in taken if not place.isdigit()})
    numbers = {int(place) for _day, place, _what in taken if place.isdigit()}
    there = set(Page.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    rows: dict[tuple[int, date], Counter[str]] = {}
    for (day, place, what), number in taken.items():
        page_id = int(place) if place.isdigit() else ids.get(place)
        if page_id in there or not place.isdigit() and page_id is not None:
            rows.setdefault((page_id, day), Counter())[what] += number
    PageDay.objects.bulk_create(
        [PageDay(page_id=page_id, day=day) for page_id, day in sorted(rows)], ignore_conflicts=True
    )
    for (page_id, day), counts in sorted(rows.items()):  # in one order, so that processes never wait in a circle
        PageDay.objects.filter(page_id=page_id, day=day).update(
            **{what: F(what) + number for what, number in counts.items()}
        )
    return len(rows)


def _ids_of(paths: set[str]) -> dict[str, int]:
    """Return path -> id of the page there, in two queries."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None or not paths:
        return {}
    roots = {
        root.locale.language_code: root.url_path
        for root in site.root_page.get_translations(inclusive=True).select_related("locale")
    }
    wanted: dict[str, str] = {}
    for path in paths:
        code, _slash, rest = path.lstrip("/").partition("/")
        if code not in roots or code == settings.LANGUAGE_CODE:
            code, rest = settings.LANGUAGE_CODE, path.lstrip("/")
        if code in roots:
            wanted[f"{roots[code]}{rest}".rstrip("/") + "/"] = path
    pages = Page.objects.filter(url_path__in=list(wanted)).values_list("url_path", "pk")
    return {wanted[url_path]: pk for url_path, pk in pages}


def forget_old() -> int:
    """Delete what is older than VISITS_DAYS; return how many rows."""
    return PageDay.objects.filter(day__lt=timezone.localdate() - timedelta(days=settings.VISITS_DAYS)).delete()[0]
