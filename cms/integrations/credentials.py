"""Keys and tokens: how they are made, recognised and looked up."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.idp.oidc.models import Token
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from .models import ApiKey, Integration

#: A key is "mog_", eight letters and digits that may be shown, "_" and 32 random bytes.
KEY = re.compile(r"mog_[a-z0-9]{8}_[A-Za-z0-9_-]{43}")
PREFIX_LENGTH = len("mog_") + 8
#: With it a caller reads what the account of its integration may see, without it what everybody may see.
READ_INTERNAL = "read:internal"
#: How often at most the last use is written down.
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Credential:
    """What a caller has shown, as ``request.auth``. ``label`` names it where people read: prefix or client, no secret."""

    pk: str
    label: str
    integration: Integration
    scopes: frozenset[str]
    requests_a_minute: int | None = None

    @property
    def reads_internal(self) -> bool:
        """Whether the caller reads as the integration's account."""
        return READ_INTERNAL in self.scopes

    @property
    def etag_part(self) -> str:
        """What answers depend on besides the account."""
        return READ_INTERNAL if self.reads_internal else ""


def new_key() -> tuple[str, str, str]:
    """Return a new key, its prefix and its hash."""
    letters = string.ascii_lowercase + string.digits
    prefix = "mog_" + "".join(secrets.choice(letters) for _ in range(8))
    key = f"{prefix}_{secrets.token_urlsafe(32)}"
    return key, prefix, hash_of(key)


def hash_of(key: str) -> str:
    """Return the hash under which a key is stored."""
    return hashlib.sha256(key.encode()).hexdigest()


def find(bearer: str) -> Credential | None:
    """Return what a key or an access token stands for, None when it is wrong, expired, revoked or out of use. One query."""
    return _of_key(bearer) if KEY.fullmatch(bearer) else _of_token(bearer)


def _of_key(value: str) -> Credential | None:
    found = ApiKey.objects.valid().select_related("integration__account").filter(prefix=value[:PREFIX_LENGTH]).first()
    if found is None or not hmac.compare_digest(found.secret_hash, hash_of(value)) or not _in_use(found.integration):
        return None
    note_use(found.integration, key=found)
    return Credential(
        f"key-{found.pk}", found.prefix, found.integration, frozenset(found.scopes), found.requests_a_minute
    )


def _of_token(value: str) -> Credential | None:
    tokens = Token.objects.valid().by_value(value).filter(type=Token.Type.ACCESS_TOKEN)
    found = tokens.select_related("client__owner__integration").first()
    client = found and found.client
    integration = getattr(client and client.owner, "integration", None)
    if found is None or integration is None or not _in_use(integration):
        return None
    note_use(integration)
    # What the client may do now, not what it might when it asked for the token.
    scopes = frozenset(found.get_scopes()) & frozenset(client.get_scopes())
    limit = (client.data or {}).get("requests_a_minute")
    return Credential(f"client-{client.pk}", f"client {client.pk[:8]}", integration, scopes, limit)


def _in_use(integration: Integration) -> bool:
    return integration.is_active and integration.account.is_active


def note_use(integration: Integration, *, key: ApiKey | None = None) -> None:
    """Write down that it was used, at most once a minute.

    After the commit, so that requests with the same key don't wait for one another; a failure is logged, no more.
    """
    now = timezone.now()
    used = (integration.last_used_at, key.last_used_at if key else now)
    if all(at is not None and now - at < NOTED_EVERY for at in used):
        return
    rows: list[Any] = [Integration.objects.filter(pk=integration.pk)]
    if key is not None:
        rows.append(ApiKey.objects.filter(pk=key.pk))

    def write() -> None:
        for row in rows:
            row.filter(Q(last_used_at=None) | Q(last_used_at__lte=now - NOTED_EVERY)).update(last_used_at=now)

    transaction.on_commit(write, robust=True)
