"""Who people are: by a simulated broker that speaks OpenID Connect on a real socket, and by the city's account."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from plugins.forms.models import Form, Submission
from tests.conftest import client_of
from tests.plugins.forms.filled import Person, de, make_form

pytestmark = pytest.mark.django_db
ASKED = {
    "format": 1,
    "languages": ["de"],
    "steps": [
        {
            "key": "one",
            "title": de("Ihre Angaben"),
            "fields": [
                {"key": "first", "type": "text", "label": de("Vorname"), "settings": {"prefill": "given_name"}},
                {"key": "word", "type": "text", "label": de("Ein Wort"), "required": True},
            ],
        }
    ],
}


class Broker:
    """Answers as a broker for BundID does; ``claims`` is what it says of whoever comes."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.other_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims: dict[str, Any] = {"acr": "STORK-QAA-Level-3", "givenName": "Erika", "surname": "Beispiel"}
        self.begun: dict[str, str] = {}
        self.forged = self.away = False
        broker = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: object) -> None:
                pass

            def do_GET(self) -> None:  # noqa: N802
                if broker.away:
                    self.send_error(503)
                elif self.path.endswith("openid-configuration"):
                    self.say(broker.configuration())
                else:
                    found = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(broker.key.public_key()))
                    self.say({"keys": [{**found, "kid": "1", "use": "sig"}]})

            def do_POST(self) -> None:  # noqa: N802
                sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                hashed = hashlib.sha256(sent["code_verifier"][0].encode()).digest()
                fits = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() == broker.begun["code_challenge"]
                secret = base64.b64decode(self.headers["Authorization"].split()[1]).decode()
                if not fits or sent["code"] != ["code-1"] or secret != "mainz:geheim":
                    self.send_error(400)
                    return
                self.say({"access_token": "x", "token_type": "Bearer", "id_token": broker.token()})

            def say(self, data: Any) -> None:
                body = json.dumps(data).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def configuration(self) -> dict[str, str]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": "mainz", "sub": "transient", "iat": now, "exp": now + 60}
        key = self.other_key if self.forged else self.key
        return jwt.encode({**claims, "nonce": self.begun["nonce"], **self.claims}, key, "RS256", headers={"kid": "1"})

    def visit(self, address: str) -> str:
        """Be the browser at the broker: agree, and return the address it sends one back to."""
        self.begun = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return f"{urlsplit(self.begun['redirect_uri']).path}?code=code-1&state={self.begun['state']}"


@pytest.fixture
def broker(settings: Any) -> Iterator[Broker]:
    found = Broker()
    settings.FORMS_BUNDID = {"issuer": found.issuer, "client_id": "mainz", "secret": "geheim"}
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def person(home: Any, broker: Broker) -> Person:
    form = make_form(ASKED, slug="kurz", asks=Form.Requirement.SUBSTANTIAL, requirement=Form.Requirement.SUBSTANTIAL)
    return Person(form).begin().send({"f-word": "Zwiebel"}).send()


def identify(person: Person, broker: Broker) -> Person:
    answer = person.client.post(person.path.partition("?")[0], {"provider": "bundid"})
    return person.follow(broker.visit(answer["Location"]))


def test_without_identity_nothing_is_sent(person: Person, broker: Broker) -> None:
    assert "Weisen Sie sich aus" in person.text
    assert "Mit BundID" in person.text
    assert "Mit Konto" not in person.text  # it does not reach the level
    assert not Submission.objects.exists()


def test_who_is_identified_sends(person: Person, broker: Broker) -> None:
    identify(person, broker)
    assert person.filling.identity_level == "substantial"
    assert broker.begun["acr_values"] == "STORK-QAA-Level-3"
    assert "Prüfen und absenden" in person.text
    assert "Erika" in person.text
    person.send()
    assert Submission.objects.get().answers == {"first": "Erika", "word": "Zwiebel"}


@pytest.mark.parametrize(
    "claims",
    [
        {"acr": "STORK-QAA-Level-1"},
        {"acr": "unknown"},
        {"aud": "somebody-else"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"nonce": "replayed"},
    ],
)
def test_what_is_too_low_or_not_for_us_does_not_count(person: Person, broker: Broker, claims: dict[str, Any]) -> None:
    broker.claims.update(claims)
    identify(person, broker)
    if "Prüfen und absenden" in person.text:
        person.send()
    assert "Weisen Sie sich aus" in person.text
    assert not Submission.objects.exists()


def test_a_forged_answer_is_refused(person: Person, broker: Broker) -> None:
    broker.forged = True
    assert "nicht geklappt" in identify(person, broker).text
    assert person.filling.identity_level == ""


def test_nobody_identifies_themselves_for_the_filling_of_another_browser(person: Person, broker: Broker) -> None:
    answer = person.client.post(person.path, {"provider": "bundid"})
    victim = Person(person.form)
    assert victim.client.get(broker.visit(answer["Location"])).status_code == 404
    assert person.filling.identity_level == ""


def test_a_broker_that_is_away_is_named_and_nothing_is_lost(person: Person, broker: Broker) -> None:
    broker.away = True
    answer = person.client.post(person.path, {"provider": "bundid"})
    assert "nicht erreichbar" in answer.content.decode()


def test_the_account_vouches_for_little(home: Any, citizen: Any) -> None:
    person = Person(make_form(ASKED, slug="kurz"), client_of(citizen)).begin().send({"f-word": "Zwiebel"})
    person.follow(f"/formulare/ausfuellen/{person.token}/ausweisen/")
    answer = person.client.post(person.path, {"provider": "account"})
    # The test client's sign-in was no sign-in by password: that does not count.
    assert "nicht geklappt" in person.follow(answer["Location"]).text
    person.client.post("/accounts/login/", {"login": citizen.email, "password": "geheimes-wort-1"})
    assert person.filling.identity_level in ("", "low")
