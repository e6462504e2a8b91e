"""Security event tokens (RFC 8417): what happened to a submission, signed by whoever says so."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from jwcrypto import jwt
from jwcrypto.common import JWException
from jwcrypto.jwk import JWK

PREFIX = "https://schema.fitko.de/fit-connect/events/"
PROBLEMS = f"{PREFIX}problems/"
KIND = re.compile(r"[a-z][a-z-]{2,40}")
#: The names after PREFIX.
SUBMITTED, ACCEPTED, REJECTED = "submit-submission", "accept-submission", "reject-submission"
ALGORITHM, TYPE = "PS512", "secevent+jwt"
#: Of the ids of our own events: the same event, sent again after a crash, has the same id.
NAMESPACE = uuid.UUID("8a3f5c1e-0d42-4d0b-9a86-5f2f7a3a7c11")


@dataclass(frozen=True)
class Problem:
    """Why a submission is refused: name of the kind after PROBLEMS, and the part it is about ("data", "metadata", …)."""

    kind: str
    instance: str

    def written(self) -> dict[str, str]:
        """Return it as a problem of an event (RFC 9457)."""
        return {"type": PROBLEMS + self.kind, "title": self.kind, "detail": self.kind, "instance": self.instance}


@dataclass(frozen=True)
class Event:
    """One thing that happened. ``issuer``: a destination, or the delivery service."""

    name: str
    issuer: str
    at: int
    payload: dict[str, Any] = field(default_factory=dict)

    def problems(self) -> list[str]:
        """Return the names of the kinds of problems, without the words of whoever wrote them."""
        listed = self.payload.get("problems")
        kinds = (
            [str(one.get("type", "")) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        )
        known = [kind.removeprefix(PROBLEMS) for kind in kinds]
        return [kind if KIND.fullmatch(kind) else "other" for kind in known]


def write(name: str, payload: dict[str, Any], *, key: JWK, destination: str, submission: str, case: str) -> str:
    """Return a signed event about a submission to ``destination``, ours."""
    claims = {
        "iss": destination,
        "iat": int(time.time()),
        "jti": str(uuid.uuid5(NAMESPACE, f"{name}:{submission}")),
        "sub": f"submission:{submission}",
        "txn": f"case:{case}",
        "events": {PREFIX + name: payload},
    }
    token = jwt.JWT(header={"alg": ALGORITHM, "typ": TYPE, "kid": key["kid"]}, claims=claims, algs=[ALGORITHM])
    token.make_signed_token(key)
    return token.serialize()


def read(
    tokens: Sequence[str], *, submission: str, key_of: Callable[[str, str], JWK | None]
) -> tuple[list[Event], int]:
    """Return the events of a submission by time, and how many tokens nobody can vouch for.

    ``key_of``: (issuer, kid) -> the key that signs for the issuer, None when there is none. The order of the log means
    nothing, and an event that is there twice counts once.
    """
    found: dict[str, Event] = {}
    unsure = 0
    for token in tokens:
        try:
            claims = _claims(token, key_of)
        except (JWException, ValueError, TypeError, AttributeError, KeyError):
            unsure += 1
            continue
        if claims is None:
            unsure += 1
        elif claims.get("sub") == f"submission:{submission}":
            for uri, payload in claims["events"].items():
                event = Event(uri.removeprefix(PREFIX), claims["iss"], claims["iat"], payload if payload else {})
                found.setdefault(f"{claims.get('jti')} {uri}", event)
    return sorted(found.values(), key=lambda one: one.at), unsure


def decision(events: Sequence[Event], destination: str) -> Event | None:
    """Return the first acceptance or refusal by the destination itself."""
    words = (ACCEPTED, REJECTED)
    return next((one for one in events if one.name in words and one.issuer == destination), None)


def _claims(token: str, key_of: Callable[[str, str], JWK | None]) -> dict[str, Any] | None:
    """Return the claims when the signature is the issuer's. Raises JWException and others for what is no such token."""
    unread = jwt.JWT(jwt=token, algs=[ALGORITHM], expected_type="JWS")
    header = unread.token.jose_header
    claimed = json.loads(unread.token.objects["payload"])
    if header.get("alg") != ALGORITHM or header.get("typ") != TYPE or not isinstance(claimed["iat"], int):
        return None
    key = key_of(str(claimed["iss"]), str(header["kid"]))
    if key is None:
        return None
    return json.loads(jwt.JWT(jwt=token, key=key, algs=[ALGORITHM], expected_type="JWS").claims)
