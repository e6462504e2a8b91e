"""Which answers may be kept for other readers: only those of views that say so."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse


def keep_for_the_public(response: HttpResponse, *, page_id: int | None = None) -> HttpResponse:
    """Mark an answer: everybody without a session gets the same at this address until something changes.

    ``page_id``: the page it shows, for the counter of visits. Returns the response.
    """
    response.kept_for_the_public = True  # type: ignore[attr-defined]
    response.shown_page_id = page_id  # type: ignore[attr-defined]
    return response


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator of a view whose answers depend on the address alone, apart from who is signed in."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return keep_for_the_public(view(request, *args, **kwargs))

    return marked
