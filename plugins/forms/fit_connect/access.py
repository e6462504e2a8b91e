"""How this installation reaches FIT-Connect: the settings ``FIT_CONNECT``, checked at start."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from cryptography import x509
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from jwcrypto.common import JWException
from jwcrypto.jwk import JWK

from .keys import DECRYPT, SIGN, KeyRefused, check_key

#: Said in ``trust`` by whoever talks to the test environment, whose keys have no certificates.
UNTRUSTED = "none"


class NotSetUp(Exception):
    """The settings don't say how; the message says what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """The settings. Addresses are without a slash at the end, keys are names of files with a JSON Web Key."""

    url: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    #: Ours: whose submissions are fetched.
    destinations: tuple[str, ...] = ()
    #: The newest first; older ones open what was encrypted before.
    decryption_keys: tuple[str, ...] = ()
    signing_key: str = ""
    #: Address (slug) of the unit whose cases applications are that nobody has assigned.
    unit: str = ""
    routing_url: str = ""
    #: Signs the answers of the Routing API.
    portal_url: str = ""
    #: PEM with the certificates that keys of others must come from; UNTRUSTED: keys need none (test environment).
    trust: str = ""
    seconds: float = 30.0

    @property
    def is_on(self) -> bool:
        """Whether FIT-Connect is used at all."""
        return bool(self.url)

    @property
    def receives(self) -> bool:
        """Whether there are destinations of ours."""
        return self.is_on and bool(self.destinations)

    def private_keys(self) -> dict[str, JWK]:
        """Return kid -> key for decrypting. Raises NotSetUp."""
        return {key["kid"]: key for key in (_key(name, DECRYPT) for name in self.decryption_keys)}

    def signature_key(self) -> JWK:
        """Return the key that signs our events. Raises NotSetUp."""
        return _key(self.signing_key, SIGN)

    def anchors(self) -> list[x509.Certificate]:
        """Return the certificates of ``trust``. Raises NotSetUp."""
        if self.trust == UNTRUSTED:
            return []
        if not self.trust:
            raise NotSetUp("FIT_CONNECT_TRUST is missing")
        try:
            return x509.load_pem_x509_certificates(Path(self.trust).read_bytes())
        except (OSError, ValueError) as error:
            raise NotSetUp("FIT_CONNECT_TRUST is no file with certificates") from error


def access() -> Access:
    """Return the settings of now."""
    return Access(**settings.FIT_CONNECT)


def _key(name: str, use: str) -> JWK:
    try:
        key = JWK.from_json(Path(name).read_text())
        check_key(json.loads(key.export_public()), use, kid=None)
    except (OSError, ValueError, JWException) as error:  # never the error's words: they may quote the key
        raise NotSetUp(f"there is no JSON Web Key in {name}") from error
    except KeyRefused as error:
        raise NotSetUp(f"{name}: {error}") from error
    if not key.has_private:
        raise NotSetUp(f"{name} is no private key")
    return key


@register()
def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """Name what is missing or can't be read, before anything is fetched."""
    found = access()
    if not found.is_on:
        return []
    found_wrong: list[CheckMessage] = [Error(text, id="forms.E001") for text in faults(found)]
    if found.trust == UNTRUSTED and not settings.DEBUG:
        text = "FIT_CONNECT_TRUST is none: keys of other authorities are taken without a certificate."
        found_wrong.append(Warning(text, hint="Only for the test environment of FIT-Connect.", id="forms.W001"))
    return found_wrong


def faults(found: Access) -> list[str]:
    """Return what is wrong with the settings."""
    wrong = []
    for name in ("url", "token_url", "client_id", "client_secret"):
        if not getattr(found, name):
            wrong.append(f"FIT_CONNECT_{name.upper()} is missing.")
    for field in fields(found):
        value = getattr(found, field.name)
        if field.name.endswith("url") and value and not value.startswith(("https://", "http://")):
            wrong.append(f"FIT_CONNECT_{field.name.upper()} is no address.")
    for one in found.destinations:
        try:
            uuid.UUID(one)
        except ValueError:
            wrong.append("FIT_CONNECT_DESTINATIONS holds something that is no UUID.")
    if found.routing_url and not found.portal_url:
        wrong.append("FIT_CONNECT_ROUTING_URL needs FIT_CONNECT_PORTAL_URL, whose keys sign the answers.")
    if found.destinations and not found.decryption_keys:
        wrong.append("FIT_CONNECT_DESTINATIONS needs FIT_CONNECT_DECRYPTION_KEYS.")
    readers = [found.private_keys, found.anchors]
    if found.destinations:
        readers.append(found.signature_key)
    for reader in readers:
        try:
            reader()
        except NotSetUp as error:
            wrong.append(f"{error}.")
    return wrong
