"""BundID by a broker that speaks OpenID Connect: code flow with PKCE (RFC 7636) and nonce (OpenID Connect Core 1.0).

The broker maps BundID's attributes to claims; which claim is what stands in ``FORMS_BUNDID["claims"]``, as brokers differ.
BundID names trust levels as STORK did (attributes of the AKDB: Level 1, 3, 4).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

import jwt
import requests
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode

from .base import GaveUp, IdentityProvider, NotIdentified, Person, Unreachable

STORK = {"low": "STORK-QAA-Level-1", "substantial": "STORK-QAA-Level-3", "high": "STORK-QAA-Level-4"}
#: As some brokers say it (eIDAS technical specifications, 3.2); what else they say is no level.
EIDAS = "http://eidas.europa.eu/LoA/"
#: Claim of the broker -> what fields ask for; BundID's own names for attributes.
CLAIMS = {
    "givenName": "given_name",
    "surname": "family_name",
    "mail": "email",
    "birthdate": "birth_date",
    "personalTitle": "title",
    "birthName": "birth_name",
    "placeOfBirth": "birth_place",
}
ADDRESS = {"postalAddress": "street", "postalCode": "postcode", "localityName": "town"}
SESSION = "forms_identity"
SECONDS, KEPT = 10, 3600
ALGORITHMS = ["RS256", "PS256", "ES256"]
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class BundId(IdentityProvider):
    """BundID. Setting ``FORMS_BUNDID``: issuer, client_id, secret, label, and what differs: level_claim, claims."""

    name, levels = "bundid", ("low", "substantial", "high")

    @property
    def label(self) -> str:  # type: ignore[override]
        return settings.FORMS_BUNDID.get("label") or "BundID"

    def is_set_up(self) -> bool:
        return bool(settings.FORMS_BUNDID.get("issuer"))

    def begin(self, request: HttpRequest, *, level: str, back: str) -> str:
        verifier, state, nonce = (secrets.token_urlsafe(48) for _number in range(3))
        # Bound to this browser: nobody can have somebody else identify themselves for a filling of theirs.
        request.session[SESSION] = {"verifier": verifier, "state": state, "nonce": nonce}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        values = {
            "response_type": "code",
            "client_id": settings.FORMS_BUNDID["client_id"],
            "redirect_uri": back,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "acr_values": STORK[level or "low"],
        }
        return f"{self._configuration()['authorization_endpoint']}?{urlencode(values)}"

    def finish(self, request: HttpRequest, *, back: str) -> Person:
        begun = request.session.pop(SESSION, None)
        state, code = request.GET.get("state", ""), request.GET.get("code", "")
        if not begun or not constant_time_compare(state, begun["state"]):
            raise NotIdentified
        if request.GET.get("error") == "access_denied":
            raise GaveUp
        if not code:
            raise NotIdentified
        own = settings.FORMS_BUNDID
        found = self._configuration()
        answer = _ask(
            "POST",
            found["token_endpoint"],
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": back,
                "code_verifier": begun["verifier"],
            },
            auth=(own["client_id"], own["secret"]),
        )
        return self._person(self._verified(str(answer.get("id_token", "")), begun["nonce"], found))

    def _verified(self, token: str, nonce: str, found: dict[str, Any]) -> dict[str, Any]:
        try:
            keys = jwt.PyJWKSet.from_dict(_ask("GET", found["jwks_uri"]))
            number = jwt.get_unverified_header(token).get("kid")
            signing = [key for key in keys.keys if key.public_key_use in (None, "sig")]
            key = next(key for key in signing if number is None or key.key_id == number)
            claims = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=settings.FORMS_BUNDID["client_id"],
                issuer=found["issuer"],
                leeway=30,
                options={"require": ["exp", "iat", "sub", "nonce"]},
            )
        except (jwt.PyJWTError, StopIteration, KeyError, TypeError) as error:
            raise NotIdentified from error
        if not constant_time_compare(str(claims["nonce"]), nonce):
            raise NotIdentified
        # Of several audiences the token must say that it was made for us (OpenID Connect Core, 3.1.3.7).
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if several and claims.get("azp") != settings.FORMS_BUNDID["client_id"]:
            raise NotIdentified
        return claims

    def _person(self, claims: dict[str, Any]) -> Person:
        own = settings.FORMS_BUNDID
        said = str(claims.get(own.get("level_claim", "acr"), ""))
        level = next((level for level, name in STORK.items() if said in (name, level, EIDAS + level)), "")
        if not level:
            raise NotIdentified
        names = own.get("claims") or CLAIMS
        known = {ours: claims[theirs] for theirs, ours in names.items() if isinstance(claims.get(theirs), str)}
        address = {ours: str(claims[theirs]) for theirs, ours in ADDRESS.items() if claims.get(theirs)}
        if len(address) == len(ADDRESS):
            street, _space, number = address["street"].rpartition(" ")
            known["address"] = {**address, "street": street or number, "house_number": number if street else ""}
        return Person(level, known)

    def _configuration(self) -> dict[str, Any]:
        issuer = str(settings.FORMS_BUNDID["issuer"]).rstrip("/")
        key = "forms-bundid-" + hashlib.sha256(issuer.encode()).hexdigest()
        if (known := cache.get(key)) is None:
            known = _ask("GET", f"{issuer}/.well-known/openid-configuration")
            complete = all(isinstance(known.get(name), str) for name in ENDPOINTS)
            if not complete or str(known.get("issuer", "")).rstrip("/") != issuer:
                raise Unreachable
            cache.set(key, known, KEPT)
        return known


def _ask(method: str, url: str, **values: Any) -> dict[str, Any]:
    """Return the JSON of an answer. Raises Unreachable, NotIdentified when it is refused."""
    try:
        answer = requests.request(method, url, timeout=SECONDS, allow_redirects=False, **values)
        if 400 <= answer.status_code < 500 and method == "POST":
            raise NotIdentified
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise Unreachable from error
    if not isinstance(found, dict):
        raise Unreachable
    return found
