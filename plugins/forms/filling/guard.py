"""What all pages of a filling share: they are private, limited, and lose nothing when something goes wrong."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from cms.limits import address_of, count

from ..reference import read_once
from .services import Gone, Over

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponse]
#: Per network address: wrong addresses and codes an hour, forms begun an hour. Requests to one filling a minute: many people
#: may share an address.
WRONG, BEGUN, REQUESTS = 30, 60, 240
HOUR = 3600
#: Nothing of such a post can be read; the browser still has it.
UNREADABLE = (MultiPartParserError, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def closed(response: HttpResponse) -> HttpResponse:
    """Keep the answer out of caches, search engines and the logs of others."""
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    # Not "no-referrer": browsers would send our own forms without their origin.
    response["Referrer-Policy"] = "strict-origin"
    return response


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer 429."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "60"
    return closed(response)


def gone(request: HttpRequest, *, over: bool) -> HttpResponse:
    """Say that there is nothing at this address, or no longer."""
    return closed(render(request, "forms/gone.html", {"over": over}, status=410 if over else 404))


def private(view: View) -> View:
    """Decorator of pages below a secret address: limits, a clear page for wrong and old addresses, no caches.

    The address is the secret that a form's token would be: who does not know it can send nothing here, and no cookie
    is needed. Such views are exempt from Django's check for that reason.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sender = address_of(request)
        if count(request, name="forms", sender=str(kwargs.get("token", sender))[:100]) > REQUESTS:
            return too_many(request)
        try:
            with read_once():
                response = view(request, *args, **kwargs)
        except Over:
            return gone(request, over=True)
        except Gone:
            if count(request, name="forms wrong", window=HOUR, sender=sender) > WRONG:
                return too_many(request)
            return gone(request, over=False)
        except UNREADABLE:
            files = settings.DATA_UPLOAD_MAX_NUMBER_FILES
            return closed(render(request, "forms/unreadable.html", {"files": files}, status=400))
        return closed(response)

    guarded.csrf_exempt = True  # type: ignore[attr-defined]
    return guarded


def note(error: Exception) -> None:
    """Log where an error came from; its text may hold answers and is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-6:]))
    logger.error("a step of a form failed: %s at %s", type(error).__name__, places)
