"""Two guards: no work without the second factor a role asks for; no record outside the scope of a limited role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .rights import needs_second_factor

#: What stays open to who has yet to set up the second factor: the account itself, its files, signing out.
OPEN = ("/accounts/", "/static/", "/health/", "/favicon.ico")
#: Views of one record -> what they need; a view not named here needs the right to change.
NEEDS = {"delete": "delete", "inspect": "view", "history": "view", "history_results": "view", "usage": "view"}


class SecondFactorMiddleware:
    """Send people whose role asks for a second factor to set one up first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._must_set_up(request):
            messages.warning(request, _("Your role asks for a second factor. Please set one up to go on."))
            return redirect("mfa_index")
        return self.get_response(request)

    @staticmethod
    def _must_set_up(request: HttpRequest) -> bool:
        # Who sends no session is nobody: public pages ask the database nothing.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path.startswith(OPEN):
            return False
        user = request.user
        if not user.is_authenticated or not needs_second_factor(user) or is_mfa_enabled(user):
            return False
        methods = {record.get("method") for record in get_authentication_records(request)}
        return not (settings.STAFF_OIDC_CHECKS_SECOND_FACTOR and "socialaccount" in methods)


class ScopeMiddleware:
    """Refuse every admin view of a record to which none of the reader's roles reaches.

    Wagtail asks about the model only; with a limited role that is not enough.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Raise PermissionDenied for a record out of scope; what doesn't exist is left to the view."""
        match = request.resolver_match
        space = next((name for name in match.namespaces if name.startswith("wagtailsnippets_")), "") if match else ""
        if not space or "pk" not in kwargs or not request.user.is_authenticated:
            return
        app, _sep, model_name = space.removeprefix("wagtailsnippets_").rpartition("_")
        model = apps.get_model(app, model_name)
        action = NEEDS.get(match.url_name or "", "change")
        if request.user.has_perm(f"{app}.{action}_{model_name}"):
            return
        record = model._default_manager.filter(pk=_key(kwargs["pk"])).first()
        policy = model.snippet_viewset.permission_policy
        if record is not None and not policy.user_has_permission_for_instance(request.user, action, record):
            raise PermissionDenied


def _key(value: Any) -> Any:
    from django.contrib.admin.utils import unquote

    text = unquote(str(value))
    return text if text.isdigit() and len(text) < 19 else 0
