"""Set up and change integrations, their keys and their clients. Secrets are returned once and stored as hashes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from allauth.idp.oidc.models import Client, Token
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from cms.accounts.models import User
from cms.plugins.registry import collect

from .credentials import READ_INTERNAL, new_key
from .models import ApiKey, Integration

#: How long a replaced key works on, unless somebody says otherwise.
ROTATION = timedelta(days=7)
LONGEST_ROTATION_DAYS = 90
RIGHT = "integrations.change_integration"


def all_scopes() -> Mapping[str, Any]:
    """Return scope -> description of all scopes that keys can be given now."""
    found = {READ_INTERNAL: _("Read what the account of the integration may see, not only what is public")}
    for _config, scopes in collect("scopes"):
        found |= scopes
    return found


def _check(by: Any, right: str = RIGHT) -> None:
    """Raise PermissionDenied when ``by`` may not; None stands for the system itself."""
    if by is not None and not by.has_perm(right):
        raise PermissionDenied


def _known(scopes: Iterable[str]) -> list[str]:
    """Return the scopes in order. Raises ValidationError for one that doesn't exist."""
    chosen = sorted(set(scopes))
    if unknown := set(chosen) - set(all_scopes()):
        raise ValidationError({"scopes": _("There is no scope %(name)s.") % {"name": ", ".join(sorted(unknown))}})
    return chosen


@transaction.atomic
def create_integration(*, name: str, contact: str, purpose: str = "", by: Any = None) -> Integration:
    """Create an integration with an account of its own that nobody can sign in with; it has no role yet.

    Raises PermissionDenied, and IntegrityError when the name is taken.
    """
    _check(by, "integrations.add_integration")
    word = f"integration-{secrets.token_hex(6)}"
    account = User(username=word, email=f"{word}@integrations.invalid", first_name=name[:150])
    account.set_unusable_password()
    account.save()
    integration = Integration.objects.create(name=name, contact=contact, purpose=purpose, account=account)
    log(integration, "wagtail.create", user=by)
    return integration


@transaction.atomic
def save_integration(*, integration: Integration, by: Any = None) -> Integration:
    """Store a changed integration; one out of use loses its access tokens for good. Raises PermissionDenied."""
    _check(by)
    integration.save()
    User.objects.filter(pk=integration.account_id).update(first_name=integration.name[:150])
    clients = Client.objects.filter(owner=integration.account_id)
    clients.update(grant_types=Client.GrantType.CLIENT_CREDENTIALS if integration.is_active else "")
    if not integration.is_active:
        Token.objects.filter(client__in=clients).delete()
    log(integration, "wagtail.edit", user=by, content_changed=True)
    return integration


@transaction.atomic
def create_key(
    *,
    integration: Integration,
    name: str,
    scopes: Iterable[str] = (),
    expires_at: datetime | None = None,
    requests_a_minute: int | None = None,
    by: Any = None,
) -> tuple[ApiKey, str]:
    """Return a new key and its text, which is stored nowhere. Raises PermissionDenied and ValidationError."""
    _check(by)
    text, prefix, secret_hash = new_key()
    key = ApiKey(
        integration=integration, name=name, prefix=prefix, secret_hash=secret_hash, scopes=_known(scopes),
        expires_at=expires_at, requests_a_minute=requests_a_minute,
    )  # fmt: skip
    key.full_clean()
    key.save()
    log(integration, "integrations.key", user=by, data={"key": prefix, "scopes": key.scopes})
    return key, text


@transaction.atomic
def rotate_key(*, key: ApiKey, works_for: timedelta = ROTATION, by: Any = None) -> tuple[ApiKey, str]:
    """Return a key that takes the place of ``key``, which works on for a while; its own end never moves back.

    Raises PermissionDenied, and ValidationError for a key that no longer works or was replaced before.
    """
    _check(by)
    old = ApiKey.objects.select_for_update().get(pk=key.pk)
    if not old.works or old.replaced_by_id:
        raise ValidationError(_("This key no longer works or has been replaced already."))
    lifetime = old.expires_at - old.created_at if old.expires_at else None
    new, text = create_key(
        integration=old.integration, name=old.name, scopes=set(old.scopes) & set(all_scopes()),
        expires_at=timezone.now() + lifetime if lifetime else None, requests_a_minute=old.requests_a_minute, by=by,
    )  # fmt: skip
    ends = timezone.now() + works_for
    old.expires_at, old.replaced_by = min(old.expires_at or ends, ends), new
    old.save(update_fields=["expires_at", "replaced_by"])
    log(old.integration, "integrations.rotate", user=by, data={"key": old.prefix, "new": new.prefix})
    return new, text


@transaction.atomic
def revoke_key(*, key: ApiKey, by: Any = None) -> bool:
    """Refuse a key from now on; return False when it was revoked before. Raises PermissionDenied."""
    _check(by)
    revoked = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
    if revoked:
        log(key.integration, "integrations.revoke", user=by, data={"key": key.prefix})
    return bool(revoked)


@transaction.atomic
def create_client(
    *, integration: Integration, name: str, scopes: Iterable[str], requests_a_minute: int | None = None, by: Any = None
) -> tuple[Client, str]:
    """Return a client for the client credentials grant (RFC 6749, 4.4) and its secret, which is stored nowhere.

    Raises PermissionDenied and ValidationError.
    """
    _check(by)
    chosen = _known(scopes)
    secret = secrets.token_urlsafe(32)
    client = Client(
        name=name, owner=integration.account, type=Client.Type.CONFIDENTIAL, response_types="", skip_consent=True,
        data={"requests_a_minute": requests_a_minute},
    )  # fmt: skip
    client.set_secret(secret)
    client.grant_types = Client.GrantType.CLIENT_CREDENTIALS
    client.set_scopes(chosen)
    client.set_default_scopes(chosen)
    client.save()
    log(integration, "integrations.client", user=by, data={"client": client.pk, "scopes": chosen})
    return client, secret


@transaction.atomic
def remove_client(*, client: Client, by: Any = None) -> None:
    """Delete a client of an integration with its tokens. Raises PermissionDenied."""
    _check(by)
    log(client.owner.integration, "integrations.client_removed", user=by, data={"client": client.pk})
    client.delete()
