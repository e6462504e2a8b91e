"""Who calls the API with a key or a token."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled

from cms.accounts.rights import derive_if_due
from cms.limits import WINDOW, address_of, count

from .credentials import find

#: How many wrong keys an address may show in a minute.
WRONG_A_MINUTE = 20


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer`` with an API key or an access token (RFC 6750); ``request.auth`` is the Credential.

    Reads go on as the integration's account with the scope "read:internal", else as anybody.
    """

    def authenticate(self, request: Any) -> tuple[Any, Any] | None:
        """Return account and credential, None without a key. Raises AuthenticationFailed, Throttled."""
        scheme, _space, value = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        bearer = value.strip().decode("latin-1")
        credential = find(bearer) if bearer.isascii() and len(bearer) <= 500 else None
        if credential is None:
            # Counted after the look: a neighbour behind the same address with a right key is not shut out.
            if count(request._request, name="wrong-key", sender=address_of(request._request)) > WRONG_A_MINUTE:
                raise Throttled(WINDOW)
            raise AuthenticationFailed(_("This key or token is wrong, expired or revoked."))
        account = derive_if_due(credential.integration.account)
        return (account if credential.reads_internal else AnonymousUser()), credential

    def authenticate_header(self, request: Any) -> str:
        """Return what WWW-Authenticate says with a 401 (RFC 6750, section 3)."""
        return 'Bearer realm="api"'


class BearerScheme(OpenApiAuthenticationExtension):
    """How the schema describes it."""

    target_class = "cms.integrations.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key, or an access token from the token endpoint. Reading needs none.",
        }
