"""Asking people from outside into the extranet."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log

from cms.notifications.services import notify

from . import rights
from .models import Invitation, RoleAssignment, User
from .roles import EXTRANET_GROUP

VALID_FOR = timedelta(days=14)


class NotOpen(Exception):
    """The invitation was accepted or has expired."""


def roles_to_offer() -> QuerySet[Group]:
    """Return the roles that can be offered by mail: those of the extranet, never those of staff."""
    return Group.objects.filter(name=EXTRANET_GROUP)


@transaction.atomic
def invite(
    *, email: str, role: Group, by: Any, role_ends: datetime | None = None, message: str = "", language: str = "de"
) -> Invitation:
    """Write to ``email``; the key is in the mail and nowhere else. Earlier open invitations of it end.

    Raises PermissionDenied when ``by`` may not invite, ValueError for a role that can't be offered.
    """
    if not by.has_perm("accounts.add_invitation"):
        raise PermissionDenied
    if not roles_to_offer().filter(pk=role.pk).exists():
        raise ValueError(f"The role {role.name!r} is not offered by mail.")
    now = timezone.now()
    Invitation.objects.filter(email__iexact=email, accepted_at=None, expires_at__gt=now).update(expires_at=now)
    key = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email, role=role, role_ends=role_ends, message=message, language=language,
        key_hash=_hash(key), invited_by=by, expires_at=now + VALID_FOR,
    )  # fmt: skip
    notify(
        topic="account",
        template="accounts/mail/invitation.txt",
        to=email,
        language=language,
        context={
            "inviter": by.get_full_name() or by.get_username(),
            "message": message,
            "until": invitation.expires_at,
            "url": settings.SITE_URL + reverse("accept_invitation", args=[key]),
        },
    )
    log(invitation, "accounts.invite", user=by)
    return invitation


def find(key: str) -> Invitation | None:
    """Return the invitation with this key, open or not."""
    return Invitation.objects.select_related("role", "invited_by").filter(key_hash=_hash(key)).first()


@transaction.atomic
def accept(*, invitation: Invitation, first_name: str, last_name: str, password: str) -> User:
    """Create the account with its role; the address counts as checked, as the key came by mail.

    Raises NotOpen when it was accepted before or has expired.
    """
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not locked.is_open or User.objects.filter(email__iexact=locked.email).exists():
        raise NotOpen
    user = User.objects.create_user(
        username=f"extern-{secrets.token_hex(6)}", email=locked.email, password=password,
        first_name=first_name, last_name=last_name, language=locked.language,
    )  # fmt: skip
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    rights.assign(user=user, role=locked.role, ends=locked.role_ends, source=RoleAssignment.Source.INVITATION)
    locked.accepted_at, locked.accepted_by = timezone.now(), user
    locked.save(update_fields=["accepted_at", "accepted_by"])
    return user


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Any) -> None:
    """End an open invitation. Raises PermissionDenied when ``by`` may not."""
    if not by.has_perm("accounts.delete_invitation"):
        raise PermissionDenied
    log(invitation, "accounts.uninvite", user=by)
    invitation.delete()


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
