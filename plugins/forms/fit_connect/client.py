"""The calls to FIT-Connect: token, Submission API, Routing API. Whoever calls is outside any transaction."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from jwcrypto import jws
from jwcrypto.common import JWException
from jwcrypto.jwk import JWK

from cms.outbound import Answer, OutboundError, call

from .access import Access
from .envelopes import LARGEST
from .events import ALGORITHM, KIND
from .keys import ENCRYPT, VERIFY, KeyRefused, check_key
from .revocation import NotKnown

#: Submissions in one answer, and answers at most in one run.
PAGE, PAGES = 100, 50
LONGEST_PAUSE = 3600
#: An encrypted piece is a third longer, and has a key and a tag.
LIMIT = LARGEST * 3 // 2
#: A token that is over in so many seconds is over now.
SPARE = 30
ACTIVE = "active"


class Unavailable(Exception):
    """No answer, or none that helps; later there may be one, not before ``after`` if that was said. Words of ours."""

    def __init__(self, why: str, after: timedelta | None = None) -> None:
        super().__init__(why)
        self.after = after


class Refused(Exception):
    """FIT-Connect says no. ``status``: of HTTP; ``problem``: name of the kind (RFC 9457), "" without one."""

    def __init__(self, status: int, problem: str = "") -> None:
        super().__init__(f"HTTP {status} ({problem})" if problem else f"HTTP {status}")
        self.status, self.problem = status, problem


class Client:
    """One conversation: keeps its token and the keys it has asked for."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._token, self._until = "", 0.0
        self._keys: dict[tuple[str, str], JWK | None] = {}
        self._service: dict[str, Mapping[str, Any]] | None = None

    # --- receiving ---------------------------------------------------------------------------------------

    def waiting(self, destination: str) -> Iterator[dict[str, Any]]:
        """Yield what waits for a destination of ours: submissionId, caseId, destinationId."""
        for page in range(PAGES):
            query = urlencode({"destinationId": destination, "offset": page * PAGE, "limit": PAGE})
            found = self._json("GET", f"/submissions?{query}")
            rows = found.get("submissions")
            if not isinstance(rows, list):
                raise Unavailable("an answer without submissions")
            yield from (row for row in rows if isinstance(row, dict))
            if len(rows) < PAGE:
                return

    def submission(self, submission: str) -> dict[str, Any]:
        """Return a submission, encrypted, without attachments."""
        return self._json("GET", f"/submissions/{submission}")

    def attachment(self, submission: str, attachment: str) -> str:
        """Return an attachment, encrypted."""
        answer = self._call("GET", f"/submissions/{submission}/attachments/{attachment}", accept="application/jose")
        text = answer.body.decode("ascii", "replace").strip()
        if text.count(".") != 4:  # a page of some proxy: the sender must not be blamed for it
            raise Unavailable("an answer that is no encrypted file")
        return text

    def add_event(self, case: str, token: str) -> None:
        """Put our event into the log of a case."""
        self._put("POST", f"/cases/{case}/events", token)

    # --- sending -----------------------------------------------------------------------------------------

    def destination(self, destination: str) -> dict[str, Any]:
        """Return what is known of a destination."""
        return self._json("GET", f"/destinations/{quote(destination, safe='')}")

    def create(self, *, destination: str, service: str, name: str, attachments: Sequence[str]) -> tuple[str, str]:
        """Announce a submission; return its number and that of its case."""
        found = self._json(
            "POST",
            "/submissions",
            content={
                "destinationId": destination,
                "announcedAttachments": list(attachments),
                "serviceType": {"name": name, "identifier": service},
            },
        )
        try:
            return str(found["submissionId"]), str(found["caseId"])
        except KeyError as error:
            raise Unavailable("an answer without the number of the submission") from error

    def add_attachment(self, submission: str, attachment: str, content: str) -> None:
        """Put an encrypted attachment to a submission that was announced."""
        self._put("PUT", f"/submissions/{submission}/attachments/{attachment}", content)

    def submit(self, submission: str, *, metadata: str, data: str) -> None:
        """Send it: from now on the destination sees it."""
        self._json("PUT", f"/submissions/{submission}", content={"encryptedMetadata": metadata, "encryptedData": data})

    # --- both --------------------------------------------------------------------------------------------

    def events(self, case: str) -> list[str]:
        """Return the tokens of the log of a case."""
        log = self._json("GET", f"/cases/{case}/events").get("eventLog")
        if not isinstance(log, list):
            raise Unavailable("an answer without events")
        return [one for one in log if isinstance(one, str)]

    def encryption_key(self, destination: str, kid: str) -> JWK:
        """Return the key for a destination. Raises KeyRefused, Refused, Unavailable."""
        found = self._json("GET", f"/destinations/{quote(destination, safe='')}/keys/{quote(kid, safe='')}")
        return self._trusted(found, ENCRYPT, kid)

    def _trusted(self, found: Mapping[str, Any], use: str, kid: str) -> JWK:
        """Return a key of another authority with its certificates checked. Raises KeyRefused, Unavailable, NotSetUp."""
        try:
            return check_key(found, use, kid=kid, anchors=self.access.anchors())
        except NotKnown as error:
            raise Unavailable("nobody says whether the key's certificate was revoked") from error

    def signer(self, destination: str) -> Any:
        """Return (issuer, kid) -> key, for the events of submissions to ``destination``; None for others."""

        def key_of(issuer: str, kid: str) -> JWK | None:
            if (issuer, kid) not in self._keys:
                self._keys[issuer, kid] = self._signature_key(issuer, kid, destination)
            return self._keys[issuer, kid]

        return key_of

    def _signature_key(self, issuer: str, kid: str, destination: str) -> JWK | None:
        try:
            if issuer == destination:
                path = f"/destinations/{quote(destination, safe='')}/keys/{quote(kid, safe='')}"
                return self._trusted(self._json("GET", path), VERIFY, kid)
            if self._service is None:
                parts = urlsplit(self.access.url)
                self._service = self._key_set(f"{parts.scheme}://{parts.netloc}/.well-known/jwks.json")
            return check_key(self._service[kid], VERIFY, kid=kid) if kid in self._service else None
        except (KeyRefused, Refused):
            return None

    def routes(self, leika_key: str, area: str) -> list[str]:
        """Return the destinations that are responsible for a service in an area (ARS), each with a signature that holds.

        Raises Refused, Unavailable.
        """
        query = urlencode({"leikaKey": leika_key, "ars": area})
        answer = self._ask("GET", f"{self.access.routing_url}/routes?{query}", {"Accept": "application/json"})
        routes = _object(_checked(answer)).get("routes")
        if not isinstance(routes, list):
            raise Unavailable("an answer without routes")
        keys = self._key_set(f"{self.access.portal_url}/.well-known/jwks.json") if routes else {}
        return [one["destinationId"] for one in routes if isinstance(one, dict) and self._is_signed(one, keys)]

    def _is_signed(self, route: Mapping[str, Any], keys: Mapping[str, Mapping[str, Any]]) -> bool:
        """Return whether the portal has signed that this destination is at our Submission API."""
        token = jws.JWS()
        token.allowed_algs = [ALGORITHM]
        try:
            token.deserialize(str(route.get("destinationSignature")))
            kid = str(token.jose_header["kid"])
            token.verify(check_key(keys[kid], VERIFY, kid=kid))
            said = json.loads(token.payload)
        except (JWException, KeyRefused, ValueError, KeyError, TypeError):
            return False
        host = urlsplit(self.access.url).hostname
        return said.get("destinationId") == route.get("destinationId") and said.get("submissionHost") == host

    def _key_set(self, url: str) -> dict[str, Mapping[str, Any]]:
        keys = _object(_checked(self._ask("GET", url, {"Accept": "application/json"}))).get("keys")
        listed = keys if isinstance(keys, list) else []
        return {str(key["kid"]): key for key in listed if isinstance(key, dict) and "kid" in key}

    # --- HTTP --------------------------------------------------------------------------------------------

    def _json(self, method: str, path: str, *, content: Any = None) -> dict[str, Any]:
        body = None if content is None else json.dumps(content).encode()
        return _object(self._call(method, path, body=body, kind="application/json"))

    def _put(self, method: str, path: str, content: str) -> None:
        """Hand over something signed or encrypted. Pages of proxies say 200, FIT-Connect has nothing to say (204)."""
        answer = self._call(method, path, body=content.encode(), kind="application/jose")
        if answer.status == 200:
            raise Unavailable("an answer that confirms nothing")

    def _call(
        self, method: str, path: str, *, body: bytes | None = None, kind: str = "", accept: str = "application/json"
    ) -> Answer:
        """Call with a token; one that is no longer accepted is replaced once."""
        for fresh in (False, True):
            headers = {"Authorization": f"Bearer {self._bearer(fresh)}", "Accept": accept}
            if body is not None:
                headers["Content-Type"] = kind
            answer = self._ask(method, self.access.url + path, headers, body)
            if answer.status != 401:
                break
        return _checked(answer)

    def _bearer(self, fresh: bool) -> str:
        if fresh or not self._token or time.monotonic() > self._until:
            form = {
                "grant_type": "client_credentials",
                "client_id": self.access.client_id,
                "client_secret": self.access.client_secret,
            }
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
            found = _object(_checked(self._ask("POST", self.access.token_url, headers, urlencode(form).encode())))
            token, seconds = found.get("access_token"), found.get("expires_in")
            if not isinstance(token, str) or not token.isascii() or not token.isprintable():
                raise Unavailable("an answer without a token")
            self._token = token
            self._until = time.monotonic() + (seconds if isinstance(seconds, int) else 0) - SPARE
        return self._token

    def _ask(self, method: str, url: str, headers: dict[str, str], body: bytes | None = None) -> Answer:
        try:
            return call(method, url, body=body, headers=headers, seconds=self.access.seconds, limit=LIMIT)
        except OutboundError as error:
            raise Unavailable(str(error)) from error


def _checked(answer: Answer) -> Answer:
    """Return a good answer. Raises Unavailable for what may be better later, Refused for the rest."""
    if 200 <= answer.status < 300:
        return answer
    # 401 and 403 are settings, which people put right; the submission is not to blame.
    if answer.status >= 500 or answer.status in (401, 403, 408, 425, 429) or answer.status < 400:
        raise Unavailable(f"HTTP {answer.status}", _pause(answer))
    try:
        kind = str(_object(answer).get("type", "")).rpartition("/")[2]
    except Unavailable:
        kind = ""
    raise Refused(answer.status, kind if KIND.fullmatch(kind) else "")


def _pause(answer: Answer) -> timedelta | None:
    value = answer.headers.get("retry-after") or answer.headers.get("ratelimit-reset") or ""
    if answer.status not in (429, 503) or not (value.isascii() and value.isdigit() and len(value) < 10):
        return None
    return timedelta(seconds=min(int(value), LONGEST_PAUSE))


def _object(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError as error:
        raise Unavailable("an answer that is no JSON") from error
    if not isinstance(found, dict):
        raise Unavailable("an answer that is no JSON object")
    return found
