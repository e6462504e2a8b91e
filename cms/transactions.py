"""Each unsafe request runs in one transaction, so that a change and all that follows from it commit together."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class UnsafeRequestTransactionMiddleware:
    """Wrap POST, PUT, PATCH and DELETE in ``transaction.atomic``; roll back when the answer is a server error.

    ``ATOMIC_REQUESTS`` would wrap reads as well, which on SQLite would take the write lock.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        with transaction.atomic():
            response = self.get_response(request)
            # Django has already turned an exception of the view into a 500 when it reaches us.
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response
