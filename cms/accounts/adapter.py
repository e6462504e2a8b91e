"""How allauth behaves here."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest

from .models import RoleAssignment, User


class AccountAdapter(DefaultAccountAdapter):
    """Citizens register with their mail address; everybody else is created by the administration or invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return whether visitors may register themselves (setting ``CITIZENS_REGISTER``)."""
        return settings.CITIZENS_REGISTER

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Give a name that says nothing about the person: it shows up in places an address must not."""
        if not user.username:
            user.username = f"person-{secrets.token_hex(6)}"

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """Take the address of an account that the administration created as checked: it vouched for it."""
        if user.email and not EmailAddress.objects.filter(user=user).exists():
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        return super().pre_login(request, user, **kwargs)

    def get_login_redirect_url(self, request: HttpRequest) -> Any:
        """Return where a person lands after signing in: who edits starts in the admin, staff in the intranet."""
        from cms.content.models import HomePage

        if request.user.has_perm("wagtailadmin.access_admin"):
            return super().get_login_redirect_url(request)
        return HomePage.portal_url_for(request) or super().get_login_redirect_url(request)


class StaffSignInAdapter(DefaultSocialAccountAdapter):
    """Staff signs in with the city's own service (OpenID Connect); its groups become roles at every sign-in."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Return True: whom the city's service lets in, is staff."""
        return True

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Return True: there is nothing to ask."""
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Update the roles of a known account; a new one gets them in :meth:`save_user`."""
        if sociallogin.is_existing:
            take_over_roles(sociallogin.user, claims_of(sociallogin))

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        """Create the account with the roles of its claims."""
        user = super().save_user(request, sociallogin, form)
        take_over_roles(user, claims_of(sociallogin))
        return user


def claims_of(sociallogin: Any) -> dict[str, Any]:
    """Return what the service says about the person: the ID token, and on top what its userinfo address adds."""
    data = sociallogin.account.extra_data
    if "id_token" in data or "userinfo" in data:
        return {**(data.get("id_token") or {}), **(data.get("userinfo") or {})}
    return data


@transaction.atomic
def take_over_roles(user: User, claims: dict[str, Any]) -> None:
    """Make the roles that come from the service equal to its groups, by the setting ``STAFF_OIDC_ROLES``.

    Roles given here stay. A group that is mapped to a role nobody knows is an error of the configuration: LookupError.
    """
    from . import rights

    given = claims.get(settings.STAFF_OIDC_GROUPS_CLAIM) or []
    groups = {given} if isinstance(given, str) else set(given)
    wanted = {role for group, role in settings.STAFF_OIDC_ROLES.items() if group in groups}
    roles = {group.name: group for group in Group.objects.filter(name__in=wanted)}
    if unknown := wanted - set(roles):
        raise LookupError(f"STAFF_OIDC_ROLES names roles that don't exist: {', '.join(sorted(unknown))}")
    rows = RoleAssignment.objects.filter(user=user, source=RoleAssignment.Source.DIRECTORY_SERVICE)
    present = {row.role.name: row for row in rows.select_related("role")}
    for name in set(present) - wanted:
        rights.withdraw(assignment=present[name])
    for name in wanted - set(present):
        rights.assign(user=user, role=roles[name], source=RoleAssignment.Source.DIRECTORY_SERVICE)
