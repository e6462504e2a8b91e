"""FIT-Connect in small: token endpoint, Submission API, Routing API and the portal's keys behind one real HTTP server.

It keeps its rules (tokens, announced attachments, one submission only once, signed events) and misbehaves on demand:
``broken`` maps "METHOD part-of-the-path" to a list of faults, each used once: a number (HTTP status), "drop" (closes the
connection), "drop after" (does it, then closes), "slow", "drip" (byte by byte), "nonsense" (no JSON).
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jwcrypto import jwe, jws, jwt
from jwcrypto.jwk import JWK

EVENTS = "https://schema.fitko.de/fit-connect/events/"
SERVICE = "urn:de:fim:leika:leistung:99123456760610"
SCHEMA = "https://schema.fitko.de/fit-connect/metadata/1.0.0/metadata.schema.json"
USES = {"wrapKey": "RSA-OAEP-256", "unwrapKey": "RSA-OAEP-256", "verify": "PS512", "sign": "PS512"}
PUBLIC = {"unwrapKey": "wrapKey", "sign": "verify"}


@cache
def key(name: str, use: str, size: int = 4096) -> JWK:
    """Return a private key, the same for the same name."""
    return JWK.generate(kty="RSA", size=size, alg=USES[use], key_ops=[use], kid=f"{name}-key")


def public(private: JWK) -> dict[str, Any]:
    """Return the public half as the APIs hand it out."""
    found = json.loads(private.export_public())
    return {**found, "key_ops": [PUBLIC[one] for one in found["key_ops"]]}


def encrypted(
    content: bytes, private: JWK, *, kind: str = "application/json", zipped: bool = False, **header: str
) -> str:
    """Encrypt as a sender does, compressed when wanted."""
    names = {"alg": "RSA-OAEP-256", "enc": "A256GCM", "cty": kind, "kid": private["kid"], **header}
    if zipped:
        names["zip"] = "DEF"
    box = jwe.JWE(plaintext=content, protected=names, recipient=JWK(**public(private)))
    return box.serialize(compact=True)


def decrypted(text: str, private: JWK) -> bytes:
    box = jwe.JWE()
    box.deserialize(text, key=private)
    return box.payload


def signed_event(
    name: str, private: JWK, *, issuer: str, submission: str, case: str, payload: Any = None, at: int = 0
) -> str:
    claims = {
        "iss": issuer,
        "iat": at or int(time.time()),
        "jti": str(uuid.uuid4()),
        "sub": f"submission:{submission}",
        "txn": f"case:{case}",
        "events": {EVENTS + name: payload or {}},
    }
    token = jwt.JWT(header={"alg": "PS512", "typ": "secevent+jwt", "kid": private["kid"]}, claims=claims)
    token.make_signed_token(private)
    return token.serialize()


@dataclass
class Destination:
    """A destination and its keys. ``keys``: kid -> what the API hands out."""

    number: str
    encryption: JWK
    signature: JWK
    status: str = "active"
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in (self.encryption, self.signature):
            self.keys.setdefault(one["kid"], public(one))


@dataclass
class Stored:
    """A submission in the delivery service."""

    number: str
    case: str
    destination: str
    service: dict[str, str]
    announced: list[str]
    attachments: dict[str, str] = field(default_factory=dict)
    metadata: str = ""
    data: str | None = None
    submitted: bool = False
    log: list[str] = field(default_factory=list)


class Simulator:
    """The state of it; ``with Simulator() as simulator`` serves."""

    ISSUER = "https://delivery.simulator.example"

    def __init__(self) -> None:
        self.secret, self.lifetime = "geheim", 1800
        self.tokens: set[str] = set()
        self.destinations: dict[str, Destination] = {}
        self.submissions: dict[str, Stored] = {}
        self.routes: list[dict[str, Any]] = []
        self.broken: dict[str, list[Any]] = {}
        self.calls: list[str] = []
        self.slow = 3.0
        self.list_twice = False
        self.arrange: Callable[[list[str]], list[str]] = list
        self.own, self.portal = key("service", "sign"), key("portal", "sign")
        self.lock = threading.RLock()
        handler = type("Handler", (_Handler,), {"simulator": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Simulator:
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    # --- what tests arrange ------------------------------------------------------------------------------

    def add_destination(self, name: str) -> Destination:
        found = Destination(
            str(uuid.uuid5(uuid.NAMESPACE_DNS, name)), key(f"{name}-enc", "unwrapKey"), key(f"{name}-sig", "sign")
        )
        self.destinations[found.number] = found
        return found

    def route(self, destination: Destination, *, private: JWK | None = None, **said: Any) -> None:
        """Make a destination responsible, signed by the portal."""
        token = jws.JWS(json.dumps({"destinationId": destination.number, "submissionHost": "127.0.0.1", **said}))
        signer = private or self.portal
        token.add_signature(
            signer, alg="PS512", protected=json.dumps({"alg": "PS512", "kid": self.portal["kid"], "typ": "jwt"})
        )
        self.routes.append({"destinationId": destination.number, "destinationSignature": token.serialize(compact=True)})

    def apply(
        self,
        destination: Destination,
        data: Any,
        *,
        files: dict[str, bytes] | None = None,
        service: str = SERVICE,
        mail: str = "",
        kind: str = "application/json",
        change: Callable[[dict[str, Any]], Any] = lambda metadata: metadata,
        private: JWK | None = None,
        zipped: bool = False,
    ) -> Stored:
        """Be another sender: put a submission there. ``change``: what is done to the metadata before they go."""
        raw = data if isinstance(data, bytes) else json.dumps(data).encode()
        box = private or destination.encryption
        numbers = {str(uuid.uuid4()): (name, content) for name, content in (files or {}).items()}

        def described(content: bytes) -> dict[str, str]:
            return {"type": "sha512", "content": hashlib.sha512(content).hexdigest()}

        metadata: dict[str, Any] = {
            "$schema": SCHEMA,
            "publicServiceType": {"identifier": service, "name": "Hundesteuer anmelden"},
            "contentStructure": {
                "data": {
                    "hash": described(raw),
                    "submissionSchema": {"schemaUri": "urn:example:dog", "mimeType": kind},
                },
                "attachments": [
                    {
                        "attachmentId": number,
                        "purpose": "attachment",
                        "filename": name,
                        "mimeType": "application/pdf",
                        "hash": described(content),
                    }
                    for number, (name, content) in numbers.items()
                ],
            },
        }
        if mail:
            metadata["replyChannel"] = {"eMail": {"address": mail}}
        metadata = change(metadata)
        written = metadata if isinstance(metadata, bytes) else json.dumps(metadata).encode()
        row = self.create(destination.number, {"name": "Hundesteuer", "identifier": service}, list(numbers))
        for number, (_name, content) in numbers.items():
            row.attachments[number] = encrypted(content, box, kind="application/pdf", zipped=zipped)
        self.submit(row, encrypted(written, box, zipped=zipped), encrypted(raw, box, zipped=zipped))
        return row

    def decide(self, row: Stored, name: str, *, private: JWK | None = None, payload: Any = None, at: int = 0) -> None:
        """Be the destination: accept or reject."""
        destination = self.destinations[row.destination]
        row.log.append(
            signed_event(
                name,
                private or destination.signature,
                issuer=row.destination,
                submission=row.number,
                case=row.case,
                payload=payload,
                at=at,
            )  # fmt: skip
        )

    def decisions(self, row: Stored) -> list[dict[str, Any]]:
        """Return what the destination has said, with the signature checked."""
        found = []
        for token in row.log:
            claims = json.loads(_payload(token))
            if claims["iss"] == row.destination:
                private = self.destinations[row.destination].signature
                checked = jwt.JWT(jwt=token, key=JWK(**public(private)), algs=["PS512"])
                found.append(json.loads(checked.claims)["events"])
        return found

    # --- what it does ------------------------------------------------------------------------------------

    def create(self, destination: str, service: dict[str, str], announced: list[str]) -> Stored:
        row = Stored(str(uuid.uuid4()), str(uuid.uuid4()), destination, service, announced)
        self.submissions[row.number] = row
        self.note(row, "create-submission")
        return row

    def submit(self, row: Stored, metadata: str, data: str | None) -> None:
        row.metadata, row.data, row.submitted = metadata, data, True
        tags = {"metadata": _tag(metadata), "attachments": {k: _tag(v) for k, v in row.attachments.items()}}
        if data is not None:
            tags["data"] = _tag(data)
        self.note(row, "submit-submission", {"authenticationTags": tags})
        self.note(row, "notify-submission")

    def note(self, row: Stored, name: str, payload: Any = None) -> None:
        row.log.append(
            signed_event(name, self.own, issuer=self.ISSUER, submission=row.number, case=row.case, payload=payload)
        )

    def is_decided(self, row: Stored) -> bool:
        return any(json.loads(_payload(token))["iss"] == row.destination for token in row.log)


def _tag(text: str) -> str:
    return text.split(".")[4]


def _payload(token: str) -> bytes:
    unread = jws.JWS()
    unread.deserialize(token)
    return unread.objects["payload"]


class Problem(Exception):
    def __init__(self, status: int, kind: str) -> None:
        self.status, self.kind = status, kind


class _Handler(BaseHTTPRequestHandler):
    simulator: Simulator
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_GET

    def _serve(self) -> None:
        simulator, parts = self.simulator, urlsplit(self.path)
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        line = f"{self.command} {self.path}"
        fault = None
        with simulator.lock:
            simulator.calls.append(f"{self.command} {parts.path}")
            for pattern, faults in simulator.broken.items():
                method, _space, part = pattern.partition(" ")
                if faults and self.command == method and part in self.path:
                    fault = faults.pop(0)
                    break
        if isinstance(fault, int):
            return self._answer(fault, {"type": "about:blank", "title": line, "status": fault})
        if fault == "drop":
            return self._hang_up()
        if fault == "slow":
            time.sleep(simulator.slow)
        if fault == "nonsense":
            return self._raw(200, b"<html>Wartung</html>", "text/html")
        try:
            with simulator.lock:
                status, content = self._do(parts.path, parse_qs(parts.query))
        except Problem as problem:
            kind = f"https://schema.fitko.de/fit-connect/submission-api/problems/{problem.kind}"
            status, content = problem.status, {"type": kind, "title": problem.kind, "status": problem.status}
        if fault == "drop after":
            return self._hang_up()
        if fault == "drip":
            return self._drip(json.dumps(content).encode())
        return self._answer(status, content)

    def _answer(self, status: int, content: Any) -> None:
        if isinstance(content, str):
            self._raw(status, content.encode(), "application/jose")
        else:
            self._raw(status, b"" if content is None else json.dumps(content).encode(), "application/json")

    def _raw(self, status: int, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            self.wfile.write(content)
        except OSError:  # whoever asked has gone
            self.close_connection = True

    def _drip(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            for byte in content:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            return

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _do(self, path: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        simulator = self.simulator
        if (self.command, path) == ("POST", "/token"):
            return self._token()
        if path == "/.well-known/jwks.json":
            return 200, {"keys": [public(simulator.own)]}
        if path == "/portal/.well-known/jwks.json":
            return 200, {"keys": [public(simulator.portal)]}
        if path == "/routing/routes":
            if not re.fullmatch(r"99\d{12}", query["leikaKey"][0]):
                raise Problem(400, "bad-request")
            rows = simulator.routes
            return 200, {"count": len(rows), "offset": 0, "totalCount": len(rows), "routes": rows}
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in simulator.tokens:
            raise Problem(401, "unauthorized")
        for pattern, method, deed in ROUTES:
            found = re.fullmatch(pattern, path)
            if found and method == self.command:
                return deed(
                    self,
                    *found.groups(),
                    **({"query": query} if pattern == "/v1/submissions" and method == "GET" else {}),
                )
        raise Problem(404, "not-found")

    def _token(self) -> tuple[int, Any]:
        form = {name: values[0] for name, values in parse_qs(self.body.decode()).items()}
        if form.get("grant_type") != "client_credentials" or form.get("client_secret") != self.simulator.secret:
            raise Problem(401, "invalid-client")
        token = uuid.uuid4().hex
        self.simulator.tokens.add(token)
        return 200, {"access_token": token, "token_type": "bearer", "expires_in": self.simulator.lifetime}

    def _row(self, number: str) -> Stored:
        try:
            return self.simulator.submissions[number]
        except KeyError:
            raise Problem(404, "submission-not-found") from None

    def _destination(self, number: str) -> Destination:
        try:
            return self.simulator.destinations[number]
        except KeyError:
            raise Problem(404, "destination-not-found") from None

    def list(self, *, query: dict[str, list[str]]) -> tuple[int, Any]:
        wanted, offset, limit = query["destinationId"][0], int(query["offset"][0]), int(query["limit"][0])
        self._destination(wanted)
        rows = [
            {"destinationId": wanted, "submissionId": row.number, "caseId": row.case}
            for row in self.simulator.submissions.values()
            if row.submitted and row.destination == wanted and not self.simulator.is_decided(row)
        ]
        rows = rows * 2 if self.simulator.list_twice else rows
        page = rows[offset : offset + limit]
        return 200, {"count": len(page), "offset": offset, "totalCount": len(rows), "submissions": page}

    def read(self, number: str) -> tuple[int, Any]:
        row = self._row(number)
        found = {
            "destinationId": row.destination,
            "submissionId": row.number,
            "caseId": row.case,
            "attachments": list(row.attachments),
            "serviceType": row.service,
            "encryptedMetadata": row.metadata,
        }
        return 200, found | ({"encryptedData": row.data} if row.data is not None else {})

    def read_attachment(self, number: str, attachment: str) -> tuple[int, Any]:
        return 200, self._row(number).attachments[attachment]

    def announce(self) -> tuple[int, Any]:
        asked = json.loads(self.body)
        if self._destination(asked["destinationId"]).status != "active":
            raise Problem(422, "destination-state-invalid")
        if len(set(asked["announcedAttachments"])) != len(asked["announcedAttachments"]):
            raise Problem(422, "attachments-not-unique")
        row = self.simulator.create(asked["destinationId"], asked["serviceType"], asked["announcedAttachments"])
        return 201, {"submissionId": row.number, "caseId": row.case, "destinationId": row.destination}

    def write_attachment(self, number: str, attachment: str) -> tuple[int, Any]:
        row = self._row(number)
        if row.submitted:
            raise Problem(409, "submission-already-submitted")
        if attachment not in row.announced:
            raise Problem(422, "attachment-not-announced")
        row.attachments[attachment] = self.body.decode()
        return 204, None

    def send(self, number: str) -> tuple[int, Any]:
        row, sent = self._row(number), json.loads(self.body)
        if row.submitted:
            raise Problem(409, "submission-already-submitted")
        if set(row.announced) != set(row.attachments):
            raise Problem(422, "attachments-missing")
        self.simulator.submit(row, sent["encryptedMetadata"], sent["encryptedData"])
        return 200, {"submissionId": row.number, "caseId": row.case}

    def log(self, case: str) -> tuple[int, Any]:
        row = next((row for row in self.simulator.submissions.values() if row.case == case), None)
        if row is None:
            raise Problem(404, "case-not-found")
        return 200, {"eventLog": self.simulator.arrange(row.log)}

    def add_event(self, case: str) -> tuple[int, Any]:
        row = next(row for row in self.simulator.submissions.values() if row.case == case)
        token = self.body.decode()
        private = self.simulator.destinations[row.destination].signature
        try:
            claims = json.loads(jwt.JWT(jwt=token, key=JWK(**public(private)), algs=["PS512"]).claims)
        except Exception:
            raise Problem(422, "invalid-signature") from None
        if self.simulator.is_decided(row):
            raise Problem(409, "submission-already-decided")
        if (
            claims["iss"] != row.destination
            or claims["sub"] != f"submission:{row.number}"
            or claims["txn"] != f"case:{case}"
        ):
            raise Problem(422, "invalid-event")
        row.log.append(token)
        return 204, None

    def read_destination(self, number: str) -> tuple[int, Any]:
        found = self._destination(number)
        return 200, {"destinationId": number, "status": found.status, "encryptionKid": found.encryption["kid"]}

    def read_key(self, number: str, kid: str) -> tuple[int, Any]:
        try:
            return 200, self._destination(number).keys[kid]
        except KeyError:
            raise Problem(404, "key-not-found") from None


ROUTES = [
    ("/v1/submissions", "GET", _Handler.list),
    ("/v1/submissions", "POST", _Handler.announce),
    ("/v1/submissions/([0-9a-f-]+)", "GET", _Handler.read),
    ("/v1/submissions/([0-9a-f-]+)", "PUT", _Handler.send),
    ("/v1/submissions/([0-9a-f-]+)/attachments/([0-9a-f-]+)", "GET", _Handler.read_attachment),
    ("/v1/submissions/([0-9a-f-]+)/attachments/([0-9a-f-]+)", "PUT", _Handler.write_attachment),
    ("/v1/cases/([0-9a-f-]+)/events", "GET", _Handler.log),
    ("/v1/cases/([0-9a-f-]+)/events", "POST", _Handler.add_event),
    ("/v1/destinations/([0-9a-f-]+)", "GET", _Handler.read_destination),
    ("/v1/destinations/([0-9a-f-]+)/keys/([^/]+)", "GET", _Handler.read_key),
]
