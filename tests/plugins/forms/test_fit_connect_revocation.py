"""Certificates of other authorities that were revoked: no key of theirs is used, and an answer is needed to use one."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from django.core.cache import cache

from plugins.forms.fit_connect.client import Client, Unavailable
from plugins.forms.fit_connect.keys import KeyRefused
from tests.plugins.forms.fit_connect_fixtures import City
from tests.plugins.forms.fit_connect_simulator import Destination

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
USAGE = {
    name: False
    for name in (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "encipher_only",
        "decipher_only",
    )
}


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """A certification authority with a responder and a list, on a real server."""

    def __init__(self) -> None:
        self.key, self.stranger = (rsa.generate_private_key(65537, 2048) for _number in range(2))
        self.anchor = self.certificate("V-PKI", self.key.public_key(), ca=True)
        self.revoked: set[int] = set()
        #: What is wrong with its answers: "", "down", "old", "stranger", "unknown".
        self.mood = ""
        self.delegated = False
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(lambda: outer.list())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(lambda: outer.respond(ocsp.load_der_ocsp_request(body)))

            def answer(self, made: Any) -> None:
                outer.asked.append(self.path)
                content = b"" if outer.mood == "down" else made()
                self.send_response(503 if outer.mood == "down" else 200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def certificate(self, subject: str, public_key: Any, *, ca: bool = False, ways: str = "", responder: bool = False):  # type: ignore[no-untyped-def]
        """Issue one that names the ``ways`` ("ocsp", "crl", both, none) in which it can be asked about."""
        builder = (
            x509.CertificateBuilder()
            .subject_name(named(subject))
            .issuer_name(named("V-PKI"))
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now() - timedelta(days=60))
            .not_valid_after(now() + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        if ca:
            usage = x509.KeyUsage(key_cert_sign=True, crl_sign=True, **USAGE)
            builder = builder.add_extension(usage, critical=True)
            builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        if responder:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        if "ocsp" in ways:
            where = x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{self.url}/ocsp")
            )
            builder = builder.add_extension(x509.AuthorityInformationAccess([where]), critical=False)
        if "crl" in ways:
            names = [x509.UniformResourceIdentifier(one) for one in ("ldap://x.example/", f"{self.url}/crl")]
            point = x509.DistributionPoint(full_name=names, relative_name=None, reasons=None, crl_issuer=None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def list(self) -> bytes:
        end = now() - HOUR if self.mood == "old" else now() + HOUR
        builder = x509.CertificateRevocationListBuilder().issuer_name(named("V-PKI"))
        builder = builder.last_update(now() - 2 * HOUR).next_update(end)
        for number in self.revoked:
            row = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(now() - HOUR).build()
            builder = builder.add_revoked_certificate(row)
        signer = self.stranger if self.mood == "stranger" else self.key
        return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def respond(self, request: ocsp.OCSPRequest) -> bytes:
        number, Status = request.serial_number, ocsp.OCSPCertStatus
        status = Status.REVOKED if number in self.revoked else Status.GOOD
        status = Status.UNKNOWN if self.mood == "unknown" else status
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=request.issuer_name_hash,
            issuer_key_hash=request.issuer_key_hash,
            serial_number=number,
            algorithm=request.hash_algorithm,
            cert_status=status,
            this_update=now() - 2 * HOUR,
            next_update=now() - HOUR if self.mood == "old" else now() + HOUR,
            revocation_time=now() - HOUR if status == Status.REVOKED else None,
            revocation_reason=None,
        )
        signer, certificate = self.key, self.anchor
        if self.delegated or self.mood == "stranger":
            signer = self.stranger
            certificate = self.certificate("responder", signer.public_key(), responder=self.delegated)
            builder = builder.certificates([certificate])
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, certificate)
        return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@pytest.fixture
def authority(city: City, tmp_path: Any) -> Iterator[Authority]:
    cache.clear()
    made = Authority()
    (tmp_path / "trust.pem").write_bytes(made.anchor.public_bytes(serialization.Encoding.PEM))
    city.settings["trust"] = str(tmp_path / "trust.pem")
    yield made
    made.server.shutdown()
    made.server.server_close()


class Asked:
    """A destination whose key has a certificate of the authority."""

    def __init__(self, city: City, authority: Authority, ways: str) -> None:
        self.city, self.authority = city, authority
        self.other: Destination = city.simulator.add_destination("land")
        inside = self.other.encryption.get_op_key("unwrapKey").public_key()
        self.certificate = authority.certificate("land", inside, ways=ways)
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        self.kid = self.other.encryption["kid"]
        self.other.keys[self.kid]["x5c"] = [base64.b64encode(der).decode()]

    def key(self) -> str:
        """Ask for the key, as for sending."""
        return Client(self.city.access).encryption_key(self.other.number, self.kid)["kid"]


@pytest.mark.parametrize("ways", ["ocsp", "crl", "ocsp crl"])
def test_a_good_one_is_used_and_its_answer_kept(city: City, authority: Authority, ways: str) -> None:
    asked = Asked(city, authority, ways)
    assert asked.key() == asked.kid
    assert asked.key() == asked.kid
    assert authority.asked == ["/ocsp" if "ocsp" in ways else "/crl"]


@pytest.mark.parametrize("ways", ["ocsp", "crl"])
def test_a_revoked_one_is_refused(city: City, authority: Authority, ways: str) -> None:
    asked = Asked(city, authority, ways)
    authority.revoked.add(asked.certificate.serial_number)
    with pytest.raises(KeyRefused, match="revoked"):
        asked.key()


@pytest.mark.parametrize("ways", ["ocsp", "crl"])
@pytest.mark.parametrize("mood", ["down", "old", "stranger"])
def test_without_an_answer_that_holds_it_is_not_used(city: City, authority: Authority, ways: str, mood: str) -> None:
    asked = Asked(city, authority, ways)
    authority.mood = mood
    with pytest.raises(Unavailable, match="revoked"):
        asked.key()
    authority.mood = ""
    assert asked.key() == asked.kid


def test_a_responder_that_does_not_know_it_says_nothing(city: City, authority: Authority) -> None:
    asked = Asked(city, authority, "ocsp")
    authority.mood = "unknown"
    with pytest.raises(Unavailable):
        asked.key()


def test_the_authority_may_have_a_responder(city: City, authority: Authority) -> None:
    authority.delegated = True
    asked = Asked(city, authority, "ocsp")
    assert asked.key() == asked.kid


def test_one_that_names_nobody_to_ask_is_used(city: City, authority: Authority) -> None:
    asked = Asked(city, authority, "")
    assert asked.key() == asked.kid
    assert authority.asked == []
