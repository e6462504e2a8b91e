"""How often one caller may ask."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from cms.limits import WINDOW, count


class CallerThrottle(BaseThrottle):
    """Counts the requests of a minute for each key, account or network address.

    A key's own limit (``requests_a_minute`` of what authentication put on ``request.auth``) goes before
    API_REQUESTS_A_MINUTE.
    """

    def allow_request(self, request: Any, view: Any) -> bool:
        """Return whether the request is within the limit, and count it."""
        most = getattr(request.auth, "requests_a_minute", None) or settings.API_REQUESTS_A_MINUTE
        if not most:
            return True
        sender = f"key {request.auth.pk}" if request.auth is not None else ""
        return count(request._request, name="api", sender=sender) <= most

    def wait(self) -> float:
        """Return after how many seconds to go on, at the latest."""
        return WINDOW
