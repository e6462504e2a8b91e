"""The addresses of a plugin that is switched off lead nowhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import ResolverMatch

from cms.faults import unavailable

from .registry import enabled_plugins
from .switches import app_of, is_off


def owner_of(match: ResolverMatch) -> str:
    """Return the label of the app an address belongs to: where its view is written, or whose records it edits."""
    for namespace in match.namespaces:
        if namespace.startswith("wagtailsnippets_"):  # "wagtailsnippets_<app label>_<model>"
            return namespace.removeprefix("wagtailsnippets_").rpartition("_")[0]
    view: Any = match.func
    return app_of(getattr(view, "view_class", None) or getattr(view, "cls", None) or view)


class SwitchMiddleware:
    """Answer 404 for every page, API and admin address of a plugin that is off."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Raise Http404 for the address of a plugin that is off. Other addresses ask the database nothing."""
        owner = owner_of(request.resolver_match) if request.resolver_match else ""
        if owner not in _plugin_labels():
            return None
        try:
            if is_off(owner):
                raise Http404
        except (OperationalError, InterfaceError) as error:  # raised here, it would not reach DatabaseAwayMiddleware
            return unavailable(request, error)
        return None


@cache
def _plugin_labels() -> frozenset[str]:
    return frozenset(config.label for config in enabled_plugins())
