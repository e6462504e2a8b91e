"""A limit on everything that changes something, whoever sends it. Single forms have tighter ones of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cms.transactions import SAFE_METHODS

#: Seconds over which requests are counted.
WINDOW = 60


class UnsafeRequestLimitMiddleware:
    """Answer 429 to the next POST, PUT, PATCH or DELETE after ``UNSAFE_REQUESTS_A_MINUTE`` of one sender.

    The sender is the session if there is one (an editor behind the city's one address is not everybody), else the
    network address. Without its own session nobody gets more than the limit of the address: sessions are made by
    signing in, which is limited by allauth.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The API counts its callers itself: most have a key, not a session (cms.api.throttling). Tokens are given here.
        counts_itself = request.path.startswith("/api/v")
        if request.method in SAFE_METHODS or not settings.UNSAFE_REQUESTS_A_MINUTE or counts_itself:
            return self.get_response(request)
        if count(request) > self._allowed(request):
            response = render(request, "429.html", status=429)
            response["Retry-After"] = str(WINDOW)
            return response
        return self.get_response(request)

    @staticmethod
    def _allowed(request: HttpRequest) -> int:
        # Wagtail's editor saves, previews and checks in the background.
        return settings.UNSAFE_REQUESTS_A_MINUTE * (10 if request.user.is_authenticated else 1)


def count(request: HttpRequest, *, name: str = "", window: int = WINDOW, sender: str = "") -> int:
    """Count one more request of this sender under ``name``; return how many there were in the ``window`` (seconds).

    Without a ``sender`` it is the account, else the network address; addresses that can't be told share one count.
    """
    if not sender:
        sender = f"user {request.user.pk}" if request.user.is_authenticated else address_of(request)
    key = "limit:" + hashlib.sha256(f"{settings.SECRET_KEY} {name} {sender}".encode()).hexdigest()
    cache.add(key, 0, window)
    try:
        return cache.incr(key)
    except ValueError:  # it has just run out
        cache.set(key, 1, window)
        return 1


def address_of(request: HttpRequest) -> str:
    """Return the network address of the sender; those that have none, or one that can't be, share a word."""
    try:
        return get_adapter().get_client_ip(request)
    except PermissionDenied:
        return "unknown"
