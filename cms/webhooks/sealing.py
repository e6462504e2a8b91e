"""Secrets that must be readable to sign with lie encrypted in the database: a copy of it alone is of no use."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """The secret was sealed with a SECRET_KEY that is no longer known."""


def seal(secret: str) -> str:
    """Encrypt with the key of now."""
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt with SECRET_KEY or one of SECRET_KEY_FALLBACKS. Raises Unreadable."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """Return a key for this purpose only (RFC 5869)."""
    material = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"cms.webhooks.sealing").derive(key.encode())
    return base64.urlsafe_b64encode(material)
