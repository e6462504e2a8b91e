"""What accounts, and Wagtail for us, keep about a person."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry, PageLogEntry

from cms.contracts.privacy import ColumnTracer, PersonalData, Trace

from .models import DerivedMembership, Invitation, RoleAssignment, User


def _export_account(user: Any) -> list[dict[str, Any]]:
    return [
        {
            "username": user.username,
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "language": user.language,
            "joined": user.date_joined.isoformat(),
            "last_login": user.last_login.isoformat() if user.last_login else None,
            "addresses": list(EmailAddress.objects.filter(user=user).order_by("pk").values("email", "verified")),
            "groups": sorted(user.groups.values_list("name", flat=True)),
            "second_factors": list(
                Authenticator.objects.filter(user=user).order_by("pk").values_list("type", flat=True)
            ),
            "sign_in_services": list(SocialAccount.objects.filter(user=user).order_by("pk").values("provider", "uid")),
        }
    ]


def _erase_account(user: Any) -> int:
    count = 0
    for model in (EmailAddress, Authenticator, SocialAccount):
        count += model.objects.filter(user=user).delete()[0]
    return count


def _trace(user: User) -> Trace:
    from .leaving import export

    rows = [
        (_("user name"), user.username),
        (_("name"), user.get_full_name()),
        (_("email address"), user.email),
        (
            _("last sign-in"),
            date_format(localtime(user.last_login), "SHORT_DATETIME_FORMAT") if user.last_login else "",
        ),
    ]
    works_here = user.is_superuser or user.groups.exists()
    return Trace(
        title=user.get_full_name() or user.username,
        at=user.date_joined,
        rows=[(str(label), value) for label, value in rows],
        data=export(user),
        needed=str(_("It has a role: whoever looks after the accounts closes it.")) if works_here else "",
    )


def _forget(users: Any) -> None:
    from .leaving import erase

    for user in users:
        erase(user=user)


def _export_roles(user: Any) -> list[dict[str, Any]]:
    return [
        {
            "role": row.role.name,
            "scope": row.scope,
            "scope_id": row.scope_id,
            "from": row.starts.isoformat() if row.starts else None,
            "until": row.ends.isoformat() if row.ends else None,
            "why": row.note,
        }
        for row in RoleAssignment.objects.filter(user=user).select_related("role").order_by("pk")
    ]


def _erase_roles(user: Any) -> int:
    DerivedMembership.objects.filter(user=user).delete()
    return RoleAssignment.objects.filter(user=user).delete()[0]


def _sessions(user: Any) -> Any:
    return UserSession.objects.filter(user=user).order_by("pk")


def _export_sessions(user: Any) -> list[dict[str, Any]]:
    return [
        {"ip": row.ip, "user_agent": row.user_agent, "created": row.created_at.isoformat()} for row in _sessions(user)
    ]


def _erase_sessions(user: Any) -> int:
    rows = list(_sessions(user))
    for row in rows:
        row.end()
    return len(rows)


def _invitations(user: Any) -> Any:
    return Invitation.objects.filter(Q(accepted_by=user) | Q(email__iexact=user.email)).order_by("pk")


def _export_invitations(user: Any) -> list[dict[str, Any]]:
    return [{"email": row.email, "invited_at": row.invited_at.isoformat()} for row in _invitations(user)]


def _logs(user: Any) -> list[Any]:
    return [PageLogEntry.objects.filter(user=user), ModelLogEntry.objects.filter(user=user)]


def _export_edits(user: Any) -> list[dict[str, Any]]:
    return [
        {"action": row.action, "what": row.label, "at": row.timestamp.isoformat()}
        for rows in _logs(user)
        for row in rows.order_by("timestamp")
    ]


def _erase_edits(user: Any) -> int:
    # The history of public content stays; whose hand it was does not.
    return sum(rows.update(user=None) for rows in _logs(user))


DATA = [
    PersonalData(
        name="account",
        title=_("Account"),
        models=(
            "accounts.User",
            "account.EmailAddress",
            "mfa.Authenticator",
            "socialaccount.SocialAccount",
            "wagtailusers.UserProfile",
        ),
        export=_export_account,
        erase=_erase_account,
        retention=_("until deleted by its owner or the administration"),
        tracer=ColumnTracer(
            rows=lambda: User.objects.filter(integration=None),  # of systems, which are no persons
            columns=("email", "first_name", "last_name"),
            trace=_trace,
            forget=_forget,
        ),
    ),
    PersonalData(
        name="roles",
        title=_("Roles"),
        models=("accounts.RoleAssignment", "accounts.DerivedMembership"),
        export=_export_roles,
        erase=_erase_roles,
        retention=_("as long as the account"),
    ),
    PersonalData(
        name="sessions",
        title=_("Sessions"),
        models=("usersessions.UserSession",),
        export=_export_sessions,
        erase=_erase_sessions,
        retention=_("until the session ends"),
    ),
    PersonalData(
        name="invitations",
        title=_("Invitations"),
        models=("accounts.Invitation",),
        export=_export_invitations,
        erase=lambda user: _invitations(user).delete()[0],
        retention=_("as long as the account"),
    ),
    PersonalData(
        name="edits",
        title=_("Changes made"),
        models=("wagtailcore.PageLogEntry", "wagtailcore.ModelLogEntry"),
        export=_export_edits,
        erase=_erase_edits,
        retention=_("the history stays, without the name"),
    ),
]
