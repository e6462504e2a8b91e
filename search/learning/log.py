"""The log of queries. It says what was asked, how often and on which day; never who asked, nor when exactly.

What is stored follows data protection by design (Art. 25 DSGVO): a query's words are written down only when all of
them are words of public entries, or when it was asked on the third day. Before that a keyed digest counts it.
Mail addresses and long numbers are never written down. Rows older than SEARCH_LOG_DAYS go.
"""

from __future__ import annotations

import atexit
import hashlib
import hmac
import re
import threading
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from cms.access.models import AccessRule
from cms.access.rules import reader_levels

from ..analysis import clean, is_stop_word, stem, words
from ..models import LoggedQuery, SearchPosting
from ..queries import SearchResults

SALT = "search.learning"
#: Days on which something must have been asked before words that no public entry has are written down.
DAYS_BEFORE_WORDS = 3
MAX_TEXT = 200
PEOPLE = "person"
#: So many different queries are kept at most while the database can't take them.
MAX_WAITING = 2_000
_PRIVATE = re.compile(r"@|\d(?:[\s./-]?\d){5,}")
_MACHINE = re.compile(r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python|headless", re.IGNORECASE)

Key = tuple[date, str, str, str]  # day, text, audience, language


@dataclass
class _Counts:
    searches: int = 0
    without: int = 0
    results: int = 0
    clicks: int = 0
    ranks: int = 0

    def plus(self, later: _Counts | None) -> _Counts:
        """Return both together; the number of results is that of the later one, if it searched at all."""
        if later is None:
            return self
        return _Counts(
            self.searches + later.searches,
            self.without + later.without,
            later.results if later.searches else self.results,
            self.clicks + later.clicks,
            self.ranks + later.ranks,
        )


_waiting: dict[Key, _Counts] = {}
_lock = threading.Lock()
_timer: threading.Timer | None = None


def note(results: SearchResults, request: HttpRequest) -> str:
    """Count a search and return the token that its page sends when a result is opened; "" when nothing is counted.

    Machines, prefetching, further pages and filters are not counted as searches of their own. Costs no query: what
    was counted is written by a thread of its own.
    """
    text = normalised(results.text)
    if not text or _MACHINE.search(request.headers.get("user-agent", "")):
        return ""
    purpose = request.headers.get("sec-purpose", "") + request.headers.get("purpose", "")
    if "prefetch" in purpose or request.method != "GET":
        return ""
    audience = LoggedQuery.Audience.STAFF if "staff" in reader_levels(request) else LoggedQuery.Audience.PUBLIC
    key = (timezone.localdate(), text, str(audience), results.query.language or request.LANGUAGE_CODE)  # type: ignore[attr-defined]
    if set(request.GET) <= {"q"}:
        _add(key, searches=1, without=int(results.total == 0), results=results.total)
    return signing.dumps([str(key[0]), *key[1:]], salt=SALT, compress=True)


def note_opened(token: str, rank: int) -> None:
    """Count that a result was opened. Raises signing.BadSignature for a token that is not ours or older than a day."""
    day, text, audience, language = signing.loads(token, salt=SALT, max_age=timedelta(days=1))
    _add((date.fromisoformat(day), text, audience, language), clicks=1, ranks=rank)


def normalised(text: str) -> str:
    """Return what makes two queries the same: small letters, one space, no punctuation."""
    return " ".join(re.findall(r"[\w§@.+-]+", clean(text).lower()))[:MAX_TEXT]


def _add(key: Key, **values: int) -> None:
    global _timer
    with _lock:
        counts = _waiting.setdefault(key, _Counts())
        for name, value in values.items():
            setattr(counts, name, value if name == "results" else getattr(counts, name) + value)
        if settings.SEARCH_LOG_SECONDS and _timer is None:
            _timer = threading.Timer(settings.SEARCH_LOG_SECONDS, _flush_aside)
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
    if _waiting and settings.configured and settings.SEARCH_LOG_SECONDS:
        flush()


def flush() -> int:
    """Write what was counted; return how many rows. What can't be written is kept for the next time."""
    with _lock:
        taken = dict(_waiting)
        _waiting.clear()
    try:
        with transaction.atomic():
            for key, counts in sorted(taken.items()):  # in one order, so that processes never wait in a circle
                _write(key, counts)
    except Exception:
        with _lock:
            for key, counts in taken.items():
                if key in _waiting or len(_waiting) < MAX_WAITING:
                    _waiting[key] = counts.plus(_waiting.get(key))
        raise
    return len(taken)


def _write(key: Key, counts: _Counts) -> None:
    day, text, audience, language = key
    digest = digest_of(text)
    row, _made = LoggedQuery.objects.get_or_create(day=day, digest=digest, audience=audience, language=language)
    may_tell = row.text == "" and _may_be_written_down(text, digest, day, language)
    LoggedQuery.objects.filter(pk=row.pk).update(
        searches=F("searches") + counts.searches,
        without=F("without") + counts.without,
        clicks=F("clicks") + counts.clicks,
        ranks=F("ranks") + counts.ranks,
        **({"results": counts.results} if counts.searches else {}),
        **({"text": text} if may_tell else {}),
    )
    if may_tell:
        LoggedQuery.objects.filter(digest=digest, text="").update(text=text)


def digest_of(text: str) -> str:
    """Return the keyed digest by which a query is counted before its words are stored."""
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def _may_be_written_down(text: str, digest: str, day: date, language: str) -> bool:
    if _PRIVATE.search(text):
        return False
    days = LoggedQuery.objects.filter(digest=digest).exclude(day=day).values("day").distinct()
    if days.count() >= DAYS_BEFORE_WORDS - 1:
        return True
    wanted = {
        f"s{stem(word.text, language)}"
        for word in words(text)
        if not word.extra and not is_stop_word(word.text, language)
    }
    # Not the words of people's entries: who looks for a person is nobody's business.
    public = SearchPosting.objects.filter(
        token__in=wanted, level=0, entry__rule=AccessRule.objects.public(), entry__is_live=True
    ).exclude(entry__kind=PEOPLE)
    return bool(wanted) and set(public.values_list("token", flat=True).distinct()) == wanted


def forget_old() -> int:
    """Delete what is older than SEARCH_LOG_DAYS; what still has no words goes after a month. Return how many rows."""
    today = timezone.localdate()
    old = LoggedQuery.objects.filter(day__lt=today - timedelta(days=settings.SEARCH_LOG_DAYS))
    nameless = LoggedQuery.objects.filter(text="", day__lt=today - timedelta(days=min(31, settings.SEARCH_LOG_DAYS)))
    return old.delete()[0] + nameless.delete()[0]
