"""Signing in, and what people do with their own account."""

from __future__ import annotations

import logging
from typing import Any

import requests
from allauth.account.decorators import reauthentication_required
from allauth.account.views import ConfirmLoginCodeView, LoginView
from allauth.socialaccount.providers.openid_connect.views import login as openid_connect_login
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models.deletion import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from . import invitations, leaving
from .forms import AcceptForm, DeleteForm
from .rights import held_by

logger = logging.getLogger(__name__)


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


class SignInCodeView(ConfirmLoginCodeView):
    """Enter the mailed code. The link in the mail brings it along; a click is still needed, as programs follow links."""

    def get_initial(self) -> dict[str, Any]:
        """Fill in the code of the link."""
        return {**super().get_initial(), "code": self.request.GET.get("code", "")[:20]}


def staff_sign_in(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Go to the city's sign-in service; when it can't be reached, say so and offer the other ways."""
    try:
        return openid_connect_login(request, provider_id)
    except requests.RequestException as error:
        logger.warning("the sign-in service can't be reached: %s", type(error).__name__)
        messages.error(request, _("The city's sign-in service can't be reached at the moment. Please try again later."))
        return redirect("account_login")


@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Show what one can do with the own account, and which roles one has."""
    return render(request, "accounts/account.html", {"roles": held_by(request.user)})


@login_required
@never_cache
@require_GET
@reauthentication_required
def data(request: HttpRequest) -> HttpResponse:
    """Hand out what is kept about the reader, as a file."""
    answer = JsonResponse(leaving.export(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="meine-daten.json"'
    return answer


@login_required
@never_cache
@reauthentication_required
def delete(request: HttpRequest) -> HttpResponse:
    """Delete the own account after asking once."""
    form = DeleteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = request.user
        try:
            leaving.erase(user=user)
        except leaving.LastAdministrator:
            form.add_error(None, _("You are the only administrator. Make somebody else one first."))
        except ProtectedError:
            form.add_error(
                None, _("Something you are responsible for is still needed. Please write to the administration.")
            )
        else:
            logout(request)
            messages.success(request, _("Your account and what belonged to it are deleted."))
            return redirect("/")
    return render(request, "accounts/delete.html", {"form": form})


@never_cache
def accept_invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Let who was invited choose a name and a password. Raises Http404 for a key nobody was sent."""
    invitation = invitations.find(key)
    if invitation is None:
        raise Http404
    if not invitation.is_open:
        return render(request, "accounts/invitation_over.html", {"invitation": invitation}, status=410)
    form = AcceptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = invitations.accept(invitation=invitation, **form.cleaned_data)
        except invitations.NotOpen:
            return render(request, "accounts/invitation_over.html", {"invitation": invitation}, status=410)
        login(request, user, backend="cms.accounts.backends.PasswordBackend")
        messages.success(request, _("Welcome! Your account is ready."))
        return redirect("account")
    return render(request, "accounts/invitation.html", {"form": form, "invitation": invitation})
