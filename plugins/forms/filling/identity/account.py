"""The city's own account: low with a password, and never more, as nobody has looked at a document."""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from .base import IdentityProvider, NotIdentified, Person


class AccountProvider(IdentityProvider):
    """Signs in with the account of this website."""

    name, label, levels = "account", _("Account of this website"), ("low",)

    def is_set_up(self) -> bool:
        return True

    def begin(self, request: HttpRequest, *, level: str, back: str) -> str:
        return f"{reverse('account_login')}?{urlencode({'next': back})}" if not request.user.is_authenticated else back

    def finish(self, request: HttpRequest, *, back: str) -> Person:
        user = request.user
        if not user.is_authenticated or not did_recently_reauthenticate(request):
            raise NotIdentified
        claims = {"given_name": user.first_name, "family_name": user.last_name, "email": user.email}
        return Person("low", {name: value for name, value in claims.items() if value})
