"""Bad input and broken surroundings: a clear answer instead of a server error."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.views.defaults import bad_request
from django.views.defaults import server_error as server_error_page

from cms.api.errors import is_api, problem_response

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


class BadInputMiddleware:
    """Refuse addresses with NUL characters, which PostgreSQL can't store and no page of ours has."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or any("\x00" in value for values in request.GET.lists() for value in values[1]):
            if is_api(request):
                return problem_response(request, "invalid", 400)
            return bad_request(request, ValueError("NUL character in the address"))
        return self.get_response(request)


class DatabaseAwayMiddleware:
    """Answer 503 with a readable page while the database can't be reached; recover without a restart.

    The page uses neither the database nor the session. Broken connections are closed, so that the next
    request opens a new one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError) as error:
            return unavailable(request, error)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Catch what views raise, before Django makes a 500 of it."""
        if isinstance(error, (OperationalError, InterfaceError)):
            return unavailable(request, error)
        return None


def unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return the 503 page and drop broken connections."""
    logger.error("database away: %s", type(error).__name__)
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
    if is_api(request):
        response: HttpResponse = problem_response(request, "unavailable", 503)
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = "30"
    add_never_cache_headers(response)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500: with the readable page, to programs with problem details. Django has logged the error."""
    return problem_response(request, "server-error", 500) if is_api(request) else server_error_page(request)
