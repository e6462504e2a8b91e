"""Counts readers where a page, or anything they read on to, is answered."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .counting import note


class VisitsMiddleware:
    """Count pages, and answers that are no pages (a service, the search) as a step further."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_html = response.headers.get("Content-Type", "").startswith("text/html")
        is_preview = getattr(request, "is_preview", False)
        if response.status_code == 200 and is_html and not is_preview and not request.path.startswith("/admin/"):
            note(request, getattr(getattr(request, "wagtail_page", None), "pk", None))
        return response
