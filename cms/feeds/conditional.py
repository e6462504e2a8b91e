"""Validators of answers that everybody gets (RFC 9110, sections 8.8 and 13)."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag

from cms.api.conditional import last_modified
from cms.caching import versions
from cms.caching.middleware import PUBLIC, release


def answer(request: HttpRequest, body: bytes, content_type: str, *, name: str = "") -> HttpResponse:
    """Return ``body``, or 304 to who has it already; others may keep it, and ask each time.

    ``name``: of the file, for what browsers store. The time is the one since when all that is shown is unchanged: the
    newest entry would not tell that one has gone.
    """
    changed = last_modified(timezone.now())
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response = HttpResponse(body, content_type=content_type)
    response.headers["ETag"] = f"W/{etag}"
    if changed:
        response.headers["Last-Modified"] = http_date(changed.timestamp())
    if name:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    # With a time and without this, browsers would think up how long it stays right. For people signed in it is private
    # (cms.access.middleware): they may see more on a card.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        response.headers["Cache-Control"] = PUBLIC
    # Feeds and data are for other sites, too.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    since = int(changed.timestamp()) if changed else None
    return get_conditional_response(request, etag=f"W/{etag}", last_modified=since, response=response)


def unchanged_since_version(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return ``response`` with validators that are known before it is made, or 304: for what is streamed.

    ``response`` depends on the address and on what everybody may see, not on who asks.
    """
    now = timezone.now()
    version, changed = versions.of_this_request(), last_modified(now)
    response.headers["Cache-Control"] = PUBLIC
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if not version:
        return response
    facts = [release(), version, versions.valid_until(now).isoformat(), request.build_absolute_uri()]
    etag = f"W/{quote_etag(hashlib.sha256(chr(10).join(facts).encode()).hexdigest()[:32])}"
    response.headers["ETag"] = etag
    if changed:
        response.headers["Last-Modified"] = http_date(changed.timestamp())
    since = int(changed.timestamp()) if changed else None
    return get_conditional_response(request, etag=etag, last_modified=since, response=response)
