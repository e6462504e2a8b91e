"""Answers that depend on who asks are never stored by shared caches."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control


class AccessMiddleware:
    """Mark answers to signed-in readers, and to requests that change something, as private."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Reading request.user would touch the session, which sets "Vary: Cookie" on every anonymous page.
        signed_in = bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME)) and request.user.is_authenticated
        if (signed_in or request.method not in {"GET", "HEAD"}) and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response
