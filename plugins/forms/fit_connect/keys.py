"""Whether a key may be used: what FIT-Connect demands of RSA keys, and the certificates that come with them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import verification
from django.utils import timezone
from jwcrypto.common import JWException, base64url_decode
from jwcrypto.jwk import JWK

from . import revocation

ENCRYPT, DECRYPT, VERIFY, SIGN = "wrapKey", "unwrapKey", "verify", "sign"
ALGORITHMS = {ENCRYPT: "RSA-OAEP-256", DECRYPT: "RSA-OAEP-256", VERIFY: "PS512", SIGN: "PS512"}
#: The least length of a modulus, and the only exponent (Routing API, schema "jwk").
BITS, EXPONENT = 4096, "AQAB"


class KeyRefused(Exception):
    """The key is not one to be used; the message says why, in words of ours."""


def check_key(key: Mapping[str, Any], use: str, *, kid: str | None, anchors: Sequence[x509.Certificate] = ()) -> JWK:
    """Return the key for ``use``, the only one it may be for. ``kid``: the one that was asked for.

    With ``anchors`` it needs a chain of certificates (x5c) that ends at one of them and of which none was revoked; that
    may ask other servers. Raises KeyRefused, and revocation.NotKnown when it can't be known now.
    """
    if key.get("kty") != "RSA" or key.get("alg") != ALGORITHMS[use]:
        raise KeyRefused(f"the key is not for {ALGORITHMS[use]}")
    if key.get("key_ops") != [use]:
        raise KeyRefused(f"the key is not for {use}")
    if not isinstance(key.get("kid"), str) or (kid is not None and key["kid"] != kid):
        raise KeyRefused("the key has another number")
    if key.get("e") != EXPONENT or _bits(key.get("n")) < BITS:
        raise KeyRefused(f"the key is shorter than {BITS} bits")
    if key.get("x5c") or anchors:
        _check_chain(key, anchors)
    try:
        return JWK(**{name: key[name] for name in ("kty", "alg", "key_ops", "kid", "n", "e")})
    except (JWException, ValueError, TypeError) as error:
        raise KeyRefused("the key is broken") from error


def _bits(modulus: Any) -> int:
    try:
        return int.from_bytes(base64url_decode(modulus), "big").bit_length()
    except (ValueError, TypeError, AttributeError, binascii.Error):
        return 0


def _check_chain(key: Mapping[str, Any], anchors: Sequence[x509.Certificate]) -> None:
    """Compare the key with its certificate and, with ``anchors``, the certificate with them (RFC 7517, 4.7; RFC 5280)."""
    if not key.get("x5c"):
        raise KeyRefused("the key has no certificate")
    try:
        chain = [x509.load_der_x509_certificate(base64.b64decode(one)) for one in key["x5c"]]
    except (ValueError, TypeError) as error:
        raise KeyRefused("the key's certificate is broken") from error
    inside = chain[0].public_key()
    if not isinstance(inside, RSAPublicKey) or inside.public_numbers().n != int.from_bytes(
        base64url_decode(key["n"]), "big"
    ):
        raise KeyRefused("the key's certificate is of another key")
    now = timezone.now()
    if not chain[0].not_valid_before_utc <= now <= chain[0].not_valid_after_utc:
        raise KeyRefused("the key's certificate is not valid now")
    if not anchors:
        return
    policy = (
        verification.PolicyBuilder()
        .store(verification.Store(list(anchors)))
        .time(now.replace(tzinfo=None))
        # Certificates of authorities need not carry what those of web servers must.
        .extension_policies(
            ca_policy=verification.ExtensionPolicy.webpki_defaults_ca(),
            ee_policy=verification.ExtensionPolicy.permit_all(),
        )
    )
    try:
        verified = policy.build_client_verifier().verify(chain[0], chain[1:])
    except verification.VerificationError as error:
        raise KeyRefused("the key's certificate does not come from a trusted authority") from error
    try:
        revocation.check(verified.chain)
    except revocation.Revoked as error:
        raise KeyRefused("the key's certificate was revoked") from error
