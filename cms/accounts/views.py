"""Signing in."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase


class SignInView(LoginView):
    """allauth's sign-in, for people who are not yet signed in.

    Wagtail sends everybody without the right to its admin here, also those who are signed in; sent back to the
    page they came from they would go in circles. They get the 403 page, which says what is missing.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse with 403 who is signed in and was sent here by the admin."""
        wants_admin = request.GET.get("next", "").startswith("/admin/")
        if wants_admin and request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)
