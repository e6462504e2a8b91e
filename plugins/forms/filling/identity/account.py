"""The city's own account. How much it vouches for, this sign-in decides (Regulation (EU) 2015/1502, annex, 2.1 and 2.3).

Substantial asks for two things: that somebody has looked at who the person is, which the city has done for its staff and
not for citizens who registered by themselves, and that the person has signed in with two factors. High it never reaches.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .base import IdentityProvider, NotIdentified, Person

#: Recovery codes are for getting in when the factor is lost: they prove no second factor.
FACTORS = {
    Authenticator.Type.TOTP: "mfa_reauthenticate",
    Authenticator.Type.WEBAUTHN: "mfa_reauthenticate_webauthn",
}


class AccountProvider(IdentityProvider):
    """Signs in with the account of this website, and asks for the second factor where the level needs it."""

    name, label, levels = "account", _("Account of this website"), ("low", "substantial")

    def is_set_up(self) -> bool:
        return True

    def reaches(self, request: HttpRequest, level: str) -> bool:
        if level in ("", "low"):
            return True
        user = request.user
        return level in self.levels and user.is_authenticated and user.is_member_of_staff

    def begin(self, request: HttpRequest, *, level: str, back: str) -> str:
        query = urlencode({"next": urlsplit(back).path})
        if not request.user.is_authenticated:
            return f"{reverse('account_login')}?{query}"
        if level == "substantial" and not _with_two_factors(request):
            known = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
            for kind, name in FACTORS.items():
                if kind in known:
                    return f"{reverse(name)}?{query}"
            messages.info(
                request,
                gettext(
                    "This form asks for a second factor. Please set one up; then go back to the form, where everything you filled in is kept."
                ),
            )
            return reverse("mfa_index")
        if not get_authentication_records(request, request.user):
            return f"{reverse('account_reauthenticate')}?{query}"
        return urlsplit(back).path

    def finish(self, request: HttpRequest, *, back: str) -> Person:
        user = request.user
        if not user.is_authenticated or not get_authentication_records(request, user):
            raise NotIdentified
        level = "substantial" if user.is_member_of_staff and _with_two_factors(request) else "low"
        claims = {"given_name": user.first_name, "family_name": user.last_name, "email": user.email}
        return Person(level, {name: value for name, value in claims.items() if value})


def _with_two_factors(request: HttpRequest) -> bool:
    """Return whether this session was signed in to with two factors, here or at the city's own service.

    A passkey alone is two: it asks for a fingerprint or a PIN wherever it replaces the password.
    """
    records = get_authentication_records(request, request.user)
    return any(
        (record.get("method") == "mfa" and record.get("type") in FACTORS)
        or (record.get("method") == "socialaccount" and settings.STAFF_OIDC_CHECKS_SECOND_FACTOR)
        for record in records
    )
