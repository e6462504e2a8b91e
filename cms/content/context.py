"""What every page shows around its content. Lazy: an answer without a menu costs no query."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .navigation import Navigation


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``navigation`` (see :class:`cms.content.navigation.Navigation`)."""
    return {"navigation": SimpleLazyObject(lambda: Navigation(request))}
