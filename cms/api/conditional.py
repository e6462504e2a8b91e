"""ETag and Last-Modified of answers, known before they are made (RFC 9110, sections 8.8 and 13).

Everything the API says depends on the address, the language, who asks, and the version of all that is shown
(``cms.caching.versions``). So an unchanged answer costs one query beside those that find out who asks.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.http import http_date, parse_http_date_safe
from django.utils.translation import get_language

from cms.caching import versions
from cms.caching.middleware import release

from .errors import NotModified


def etag_of(request: Any, now: datetime) -> str:
    """Return the weak ETag of what ``request`` (of DRF, with its user) is answered; "" where nothing is known."""
    version = versions.of_this_request()
    if not version:
        return ""
    user = request.user
    # Groups, roles and units of a person are part of the version; what stands in the account's row is not.
    who = f"{user.pk} {user.is_active} {user.is_superuser} {user.roles_change_at}" if user.is_authenticated else ""
    parts = [
        release(), version, versions.valid_until(now).isoformat(), request.get_host(), request.scheme,
        request.get_full_path(), get_language() or "", who, getattr(request.auth, "etag_part", ""),
    ]  # fmt: skip
    return f'W/"{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:32]}"'


def last_modified(now: datetime) -> datetime | None:
    """Return when this process first saw what is current, None in the second after that.

    A time of HTTP has whole seconds. What changes twice in one has the same time twice, so it is not said before the
    second is over.
    """
    since = versions.seen_since(now)
    return since if since and now - since >= timedelta(seconds=1) else None


def answer_unchanged(request: Any) -> None:
    """Note ETag and time of the answer on the request. Raises NotModified when the caller has it already."""
    now = timezone.now()
    tag, changed = etag_of(request, now), last_modified(now)
    request.validators = {"ETag": tag, **({"Last-Modified": http_date(changed.timestamp())} if changed else {})}
    if not tag:
        request.validators = {}
        return
    asked = request.headers.get("If-None-Match")
    if asked is not None:  # decides alone (RFC 9110, 13.1.3)
        if asked.strip() == "*" or tag.removeprefix("W/") in asked:
            raise NotModified
        return
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    if since is not None and changed is not None and int(changed.timestamp()) <= since:
        raise NotModified
