"""Whether certificates were revoked: OCSP (RFC 6960), or lists of revoked certificates (RFC 5280), as they name them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, ExtensionOID
from django.core.cache import cache
from django.utils import timezone

from cms.outbound import OutboundError, call

#: Clocks of authorities may be a little ahead of ours.
AHEAD = timedelta(minutes=5)
#: How long an answer is used again; never beyond the time it gives itself.
KEPT = timedelta(hours=1)
LIMIT, SECONDS = 20_000_000, 15.0


class Revoked(Exception):
    """A certificate counts no longer."""


class NotKnown(Exception):
    """The certificate names who knows whether it was revoked, and nobody there gives an answer that holds."""


def check(chain: Sequence[x509.Certificate]) -> None:
    """Ask about each certificate of a verified chain but the last, which we trust by our settings.

    One that names nobody to ask can't be revoked. Raises Revoked, NotKnown.
    """
    for certificate, issuer in zip(chain, chain[1:], strict=False):
        _check(certificate, issuer)


def _check(certificate: x509.Certificate, issuer: x509.Certificate) -> None:
    ways = [*((_ask_ocsp, url) for url in _responders(certificate)), *((_ask_list, url) for url in _lists(certificate))]
    if not ways:
        return
    for way, url in ways:
        try:
            if way(url, certificate, issuer):
                raise Revoked
            return
        except (OutboundError, ValueError, InvalidSignature, x509.ExtensionNotFound):
            continue  # the next may have a better answer
    raise NotKnown


# --- OCSP ----------------------------------------------------------------------------------------------------


def _ask_ocsp(url: str, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Return whether it was revoked. Raises OutboundError, ValueError, InvalidSignature."""
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, SHA1()).build()  # noqa: S303  names only
    body = request.public_bytes(Encoding.DER)
    raw = _answer("POST", url, body, "application/ocsp-request")
    response = ocsp.load_der_ocsp_response(raw)
    if response.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise ValueError("no answer")
    same = (response.serial_number, response.issuer_key_hash) == (request.serial_number, request.issuer_key_hash)
    if not same:
        raise ValueError("of another certificate")
    _verify(response, issuer)
    _keep(url, body, raw, response.this_update_utc, response.next_update_utc)
    if response.certificate_status == ocsp.OCSPCertStatus.UNKNOWN:
        raise ValueError("unknown")
    return response.certificate_status == ocsp.OCSPCertStatus.REVOKED


def _verify(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> None:
    """Hold the signature against the issuer, or against whom it has made its responder (RFC 6960, 4.2.2.2)."""
    signer = issuer
    for other in response.certificates:
        if other == issuer:
            continue
        usage = other.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        if ExtendedKeyUsageOID.OCSP_SIGNING not in usage:
            raise ValueError("no responder")
        other.verify_directly_issued_by(issuer)
        if not other.not_valid_before_utc <= timezone.now() <= other.not_valid_after_utc:
            raise ValueError("the responder's certificate is over")
        signer = other
        break
    key: Any = signer.public_key()
    algorithm = response.signature_hash_algorithm
    if isinstance(key, RSAPublicKey) and algorithm:
        key.verify(response.signature, response.tbs_response_bytes, PKCS1v15(), algorithm)
    elif isinstance(key, EllipticCurvePublicKey) and algorithm:
        key.verify(response.signature, response.tbs_response_bytes, ECDSA(algorithm))
    else:
        raise ValueError("a signature of another kind")


# --- lists ---------------------------------------------------------------------------------------------------


def _ask_list(url: str, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Return whether it is in the list of ``url``. Raises OutboundError, ValueError, InvalidSignature."""
    raw = _answer("GET", url, b"", "")
    revoked = x509.load_pem_x509_crl(raw) if raw.startswith(b"-----") else x509.load_der_x509_crl(raw)
    key: Any = issuer.public_key()
    if revoked.issuer != issuer.subject or not revoked.is_signature_valid(key):
        raise ValueError("the list is not the issuer's")
    _keep(url, b"", raw, revoked.last_update_utc, revoked.next_update_utc)
    return revoked.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None


# --- both ----------------------------------------------------------------------------------------------------


def _responders(certificate: x509.Certificate) -> Iterator[str]:
    for one in _extension(certificate, ExtensionOID.AUTHORITY_INFORMATION_ACCESS):
        if one.access_method == AuthorityInformationAccessOID.OCSP:
            yield from _web([one.access_location])


def _lists(certificate: x509.Certificate) -> Iterator[str]:
    for one in _extension(certificate, ExtensionOID.CRL_DISTRIBUTION_POINTS):
        yield from _web(one.full_name or [])


def _extension(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> Iterable[Any]:
    try:
        found: Any = certificate.extensions.get_extension_for_oid(oid).value
    except x509.ExtensionNotFound:
        return []
    return found


def _web(names: Iterable[x509.GeneralName]) -> Iterator[str]:
    """Yield addresses; directories (ldap) are not asked."""
    for name in names:
        if isinstance(name, x509.UniformResourceIdentifier) and name.value.startswith(("http://", "https://")):
            yield name.value


def _answer(method: str, url: str, body: bytes, kind: str) -> bytes:
    kept = cache.get(_key(url, body))
    if kept is not None:
        return bytes(kept)
    headers = {"Content-Type": kind} if kind else {}
    answer = call(method, url, body=body or None, headers=headers, seconds=SECONDS, limit=LIMIT)
    if answer.status != 200:
        raise ValueError(f"HTTP {answer.status}")
    return answer.body


def _keep(url: str, body: bytes, raw: bytes, since: datetime, until: datetime | None) -> None:
    """Refuse an answer of another time, keep one of now for a while. Raises ValueError."""
    now = timezone.now()
    end = until or since + KEPT
    if not since - AHEAD <= now <= end:
        raise ValueError("the answer is not of now")
    cache.add(_key(url, body), raw, timeout=int(min(KEPT, end - now).total_seconds()))


def _key(url: str, body: bytes) -> str:
    return "forms.revocation." + hashlib.sha256(url.encode() + b"\0" + body).hexdigest()
