"""What must be readable again but not by whoever holds a copy of the database lies sealed: encrypted, with a key per purpose.

The keys are those of the setting ``DATA_KEYS``, the newest first, and after them ``SECRET_KEY`` and its fallbacks:
what was sealed before there were keys for data stays readable. ``manage.py rotate_keys`` seals everything anew that
apps declare (manifest kind ``sealed``).
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """It was sealed with a key that is no longer known, for another purpose, or was changed since."""


def seal(text: str, purpose: str) -> str:
    """Encrypt ``text`` with the newest key, for ``purpose`` only."""
    return seal_bytes(text.encode(), purpose).decode()


def unseal(sealed: str, purpose: str) -> str:
    """Decrypt what was sealed for ``purpose`` with any known key. Raises Unreadable."""
    return unseal_bytes(sealed.encode(), purpose).decode()


def seal_bytes(content: bytes, purpose: str) -> bytes:
    """Encrypt ``content``, a file for example; a third longer than before."""
    return _box(purpose).encrypt(content)


def unseal_bytes(sealed: bytes, purpose: str) -> bytes:
    """Decrypt what :func:`seal_bytes` returned. Raises Unreadable."""
    try:
        return _box(purpose).decrypt(sealed)
    except InvalidToken as error:
        raise Unreadable from error


def is_newest(sealed: bytes, purpose: str) -> bool:
    """Return whether it was sealed with the key of now."""
    try:
        Fernet(_derived(keys()[0], purpose)).decrypt(sealed)
    except InvalidToken:
        return False
    return True


def keys() -> list[str]:
    """Return what keys are derived from, the newest first."""
    return [*settings.DATA_KEYS, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _box(purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key, purpose)) for key in keys()])


@lru_cache(maxsize=256)
def _derived(key: str, purpose: str) -> bytes:
    """Return a key for this purpose only (RFC 5869)."""
    material = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())
    return base64.urlsafe_b64encode(material)
