"""Encrypted content: JWE in compact form (RFC 7516), RSA-OAEP-256 and A256GCM as FIT-Connect has it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from jwcrypto import jwe
from jwcrypto.common import JWException, json_decode
from jwcrypto.jwk import JWK

ALGORITHMS = ["RSA-OAEP-256", "A256GCM"]
#: Of one piece, before and after.
LARGEST = 100 * 1024 * 1024
# Senders may compress whole attachments; the library refuses more than 256 kB. What comes out stays limited.
jwe.default_max_compressed_size = LARGEST


class NotReadable(Exception):
    """The content can't be decrypted: broken, for another key than it says, or in another way than agreed."""


class UnknownKey(Exception):
    """It was encrypted for a key we don't have (any more): our fault or the sender's."""


def encrypt(content: bytes, key: JWK, kind: str) -> str:
    """Return ``content`` of a media type for whoever has the private half of ``key``."""
    header = {"alg": ALGORITHMS[0], "enc": ALGORITHMS[1], "cty": kind, "kid": key["kid"]}
    return jwe.JWE(plaintext=content, protected=header, recipient=key, algs=ALGORITHMS).serialize(compact=True)


def decrypt(text: str, keys: Mapping[str, JWK]) -> bytes:
    """Return the content. ``keys``: kid -> private key. Raises UnknownKey, NotReadable."""
    if text.count(".") != 4:
        raise NotReadable
    envelope = jwe.JWE(algs=ALGORITHMS)
    try:
        envelope.deserialize(text)
        kid = json_decode(envelope.objects["protected"]).get("kid")
    except (JWException, ValueError, KeyError, AttributeError) as error:
        raise NotReadable from error
    if kid not in keys:
        raise UnknownKey
    try:
        envelope.decrypt(keys[kid], max_plaintext=LARGEST)
    except (JWException, ValueError) as error:
        raise NotReadable from error
    return envelope.payload


def tag(text: str) -> str:
    """Return the authentication tag of a JWE: its last part."""
    return text.rpartition(".")[2]


def sha512(content: bytes) -> str:
    """Return the hash as metadata have it."""
    return hashlib.sha512(content).hexdigest()
