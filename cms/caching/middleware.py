"""Answer the public from what was kept, as long as nothing has changed."""

from __future__ import annotations

import gzip
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache as remember
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_http_date_safe

from cms.plugins import switches
from cms.visits.counting import note

from . import versions

logger = logging.getLogger(__name__)
#: Below these prefixes nothing depends on the version: files, and what tells whether we are alive.
APART = ("/static/", "/media/", "/health/", "/metrics")
#: How many answers a process keeps itself, beside the cache that all processes share: that saves asking it. They need
#: no forgetting: their keys name the version.
NEAR = 100
#: What kept answers say: others may keep them, and ask each time.
PUBLIC = "public, no-cache"
#: Headers that are made anew for every answer.
NOT_KEPT = frozenset({"date", "set-cookie", "content-length"})


@dataclass(frozen=True)
class Kept:
    """An answer for the public."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    packed: bytes
    etag: str
    until: float
    page_id: int | None

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Return the answer to ``request``: packed where the browser takes that, 304 where it has the page."""
        if self._is_known(request):
            response = HttpResponse(status=304)
        elif "gzip" in request.headers.get("Accept-Encoding", ""):
            response = HttpResponse(self.packed)
            response.headers["Content-Encoding"] = "gzip"
        else:
            response = HttpResponse(self.body)
        for name, value in self.headers:
            response.headers[name] = value
        response.headers["ETag"] = self.etag
        if response.status_code == 200:
            response.headers["Content-Length"] = str(len(response.content))
        return response

    def _is_known(self, request: HttpRequest) -> bool:
        """Return whether the browser has it: by the ETag, without one by the time the answer says (RFC 9110, 13.1.3)."""
        if (tags := request.headers.get("If-None-Match")) is not None:
            return self.etag in tags
        since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
        changed = parse_http_date_safe(dict(self.headers).get("Last-Modified", ""))
        return since is not None and changed is not None and changed <= since


class PageCacheMiddleware:
    """Keep marked pages for readers without a session, under the version they were made from.

    The version is read before the page is made: what was changed meanwhile has another version, under which nobody
    finds the page. Browsers and proxies may keep it, too, but have to ask each time (``no-cache`` with an ETag).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Wagtail renders previews of drafts by requests of its own, under the address of the page.
        if request.path.startswith(APART) or getattr(request, "is_dummy", False):
            return self.get_response(request)
        now = timezone.now()
        try:
            version = versions.current(now)
        except DatabaseError:  # the answer that explains this is made further inside
            return self.get_response(request)
        switches.confirm()  # another version would have made it forget
        if request.method not in ("GET", "HEAD"):  # may change what is remembered of the version
            return self.get_response(request)
        token = versions.begin_request(version)
        try:
            return self._answer(request, version, now)
        finally:
            versions.end_request(token)

    def _answer(self, request: HttpRequest, version: str, now: datetime) -> HttpResponse:
        if not settings.PAGE_CACHE_SECONDS or not _is_public(request):
            return self.get_response(request)
        key = _key(request, version)
        kept = _read(key)
        if kept is None or kept.until <= now.timestamp():
            response = self.get_response(request)
            is_draft = getattr(request, "is_preview", False)
            if request.method == "HEAD" or is_draft or not _may_be_kept(response):
                return response
            kept = _keep(response, now)
            _write(key, kept, now)
        else:
            note(request, kept.page_id)  # whom nothing further inside sees
        return kept.answer(request)


def _is_public(request: HttpRequest) -> bool:
    """Return whether everybody gets the same: read only, no parameters, and no cookie that a page may answer to."""
    return (
        request.method in ("GET", "HEAD")
        and not request.META.get("QUERY_STRING")
        and "HTTP_HX_REQUEST" not in request.META
        and "HTTP_AUTHORIZATION" not in request.META
        and not ({settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages"} & request.COOKIES.keys())
    )


def _may_be_kept(response: HttpResponse) -> bool:
    return (
        getattr(response, "kept_for_the_public", False)
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and response.headers.get("Cache-Control", PUBLIC) == PUBLIC
    )


def _keep(response: HttpResponse, now: datetime) -> Kept:
    response.headers["Cache-Control"] = PUBLIC
    patch_vary_headers(response, ["Accept-Encoding"])
    body = response.content
    return Kept(
        headers=tuple((name, value) for name, value in response.headers.items() if name.lower() not in NOT_KEPT),
        body=body,
        packed=gzip.compress(body, 6, mtime=0),
        etag=f'W/"{hashlib.sha256(body).hexdigest()[:32]}"',  # weak: packed or not, it is the same page
        until=min(versions.valid_until(now).timestamp(), now.timestamp() + settings.PAGE_CACHE_SECONDS),
        page_id=getattr(response, "shown_page_id", None),
    )


def _key(request: HttpRequest, version: str) -> str:
    address = f"{request.scheme}://{request.get_host()}{request.path}"
    return f"page:{release()}:{version}:{hashlib.sha256(address.encode()).hexdigest()}"


@remember
def release() -> str:
    """Return a word for the program as it is installed: another release makes other pages of the same data."""
    parts = [repr([settings.THEME, settings.PLUGINS, settings.CITY_NAME, settings.SITE_URL, settings.LANGUAGES])]
    for folder in ("cms", "search", "plugins", "themes", "locale"):
        for path in sorted((Path(settings.BASE_DIR) / folder).rglob("*.*")):
            if path.suffix in {".py", ".html", ".css", ".js", ".svg", ".mo", ".toml", ".txt"}:
                facts = path.stat()
                parts.append(f"{path.name}:{facts.st_size}:{int(facts.st_mtime)}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


near: OrderedDict[str, Kept] = OrderedDict()


def _keep_near(key: str, kept: Kept) -> None:
    near[key] = kept
    while len(near) > NEAR:
        near.popitem(last=False)


def _read(key: str) -> Kept | None:
    if kept := near.get(key):
        return kept
    try:
        kept = cache.get(key)
    # A cache that is away (or holds what another release wrote) makes pages slower, not wrong.
    except Exception as error:
        logger.warning("page cache away: %s", type(error).__name__)
        return None
    if kept:
        _keep_near(key, kept)
    return kept


def _write(key: str, kept: Kept, now: datetime) -> None:
    seconds = kept.until - now.timestamp()
    if seconds <= 0:
        return
    _keep_near(key, kept)
    try:
        cache.set(key, kept, seconds)
    except Exception as error:
        logger.warning("page cache away: %s", type(error).__name__)
