"""How long a session lasts (ASVS 5.0, 7.3), and ending those of others (7.4.5)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

#: The time of the last request is written down at most so often, in seconds: not every page is a write.
PRECISION = 300


class SessionLimitMiddleware:
    """Sign out after a pause and, whatever one does, after a day; later for those who chose to stay signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._check(request)
        return self.get_response(request)

    @staticmethod
    def _check(request: HttpRequest) -> None:
        session, now = request.session, int(time.time())
        begun, seen = session.setdefault("begun", now), session.setdefault("seen", now)
        stays = not session.get_expire_at_browser_close()
        longest = settings.SESSION_COOKIE_AGE if stays else settings.SESSION_LONGEST_SECONDS
        pause = settings.SESSION_COOKIE_AGE if stays else settings.SESSION_PAUSE_SECONDS
        if now - begun > longest or now - seen > pause:
            logout(request)
            messages.info(
                request, _("You were signed out because you had not done anything for a while. Please sign in again.")
            )
        elif now - seen > PRECISION:
            session["seen"] = now


def end_sessions(users: Any) -> int:
    """End all sessions of ``users`` (a queryset) at once; return how many."""
    rows = UserSession.objects.filter(user__in=users)
    for row in rows:
        row.end()
    return len(rows)
