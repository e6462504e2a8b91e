"""Who people are: by a simulated broker that speaks OpenID Connect on a real socket, and by the city's account."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.mfa.totp.internal import auth as totp
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.db import connection
from django.test import Client

from plugins.forms.filling.identity import bundid
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
                {"key": "born", "type": "date", "label": de("Geboren am"), "settings": {"prefill": "birth_date"}},
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
        self.config: dict[str, Any] = {}
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
            **self.config,
        }

    def token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": "mainz", "sub": "transient", "iat": now, "exp": now + 60}
        key = self.other_key if self.forged else self.key
        return jwt.encode({**claims, "nonce": self.begun["nonce"], **self.claims}, key, "RS256", headers={"kid": "1"})

    def visit(self, answer: Any) -> str:
        """Be the browser that is led to the broker: agree there, and return the address it sends one back to."""
        assert answer.status_code == 200  # no redirect: browsers hold those of forms to form-action
        assert "form-action 'self'" in answer["Content-Security-Policy"]
        address = unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.content.decode())[1])
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


def leave(person: Person, provider: str = "bundid") -> Any:
    """Choose a provider; return the page that leads there."""
    return person.client.get(person.client.post(person.path.partition("?")[0], {"provider": provider})["Location"])


def identify(person: Person, broker: Broker) -> Person:
    return person.follow(broker.visit(leave(person)))


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
    answer = leave(person)
    victim = Person(person.form)
    assert victim.client.get(broker.visit(answer)).status_code == 404
    assert person.filling.identity_level == ""


def test_a_broker_that_is_away_is_named_and_nothing_is_lost(person: Person, broker: Broker) -> None:
    broker.away = True
    answer = leave(person)
    assert "nicht erreichbar" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_nobody_is_asked_within_a_transaction(person: Person, broker: Broker, monkeypatch: Any) -> None:
    asked = []

    def ask(method: str, url: str, **values: Any) -> Any:
        asked.append((connection.in_atomic_block, url.rpartition("/")[2]))
        return real(method, url, **values)

    real = bundid._ask
    monkeypatch.setattr(bundid, "_ask", ask)
    cache.clear()
    assert "Prüfen und absenden" in identify(person, broker).text
    assert asked == [(False, "openid-configuration"), (False, "token"), (False, "keys")]


def test_who_has_not_chosen_here_is_led_nowhere(person: Person, broker: Broker) -> None:
    path = person.client.post(person.path.partition("?")[0], {"provider": "bundid"})["Location"]
    other = Client().get(path)
    assert other["Location"] == path.removesuffix("bundid/")
    assert person.client.get(path.replace("bundid", "niemand")).status_code == 404


# --- what can go wrong: each has its own page, and the filling is kept -------------------------------------------


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"acr": "STORK-QAA-Level-1"}, "nicht so sicher"),
        ({"acr": "low"}, "nicht so sicher"),
        ({"acr": "STORK-QAA-Level-2"}, "nicht geklappt"),
        ({"acr": ["STORK-QAA-Level-4"]}, "nicht geklappt"),
        ({"acr": None}, "nicht geklappt"),
        ({"aud": ["mainz", "other"]}, "nicht geklappt"),
        ({"iat": int(time.time()) + 4000}, "nicht geklappt"),
    ],
)
def test_each_failure_has_its_page(person: Person, broker: Broker, claims: dict[str, Any], words: str) -> None:
    broker.claims.update(claims)
    assert words in identify(person, broker).text
    assert "Ihre Angaben bleiben gespeichert" in person.text
    assert person.filling.identity_level == ""
    assert 'value="Zwiebel"' in person.go("one").text


@pytest.mark.parametrize("acr", ["substantial", "high", "http://eidas.europa.eu/LoA/substantial", "STORK-QAA-Level-4"])
def test_levels_have_three_names(person: Person, broker: Broker, acr: str) -> None:
    broker.claims["acr"] = acr
    assert "Prüfen und absenden" in identify(person, broker).text


def test_a_token_for_several_names_whom_it_was_made_for(person: Person, broker: Broker) -> None:
    broker.claims |= {"aud": ["mainz", "other"], "azp": "mainz"}
    assert "Prüfen und absenden" in identify(person, broker).text


def test_who_stops_at_the_service_reads_that_nothing_was_handed_over(person: Person, broker: Broker) -> None:
    answer = leave(person)
    path = broker.visit(answer).replace("code=code-1", "error=access_denied")
    assert "abgebrochen" in person.follow(path).text
    assert person.filling.identity_level == ""


def test_an_answer_counts_once(person: Person, broker: Broker) -> None:
    answer = leave(person)
    back = broker.visit(answer)
    person.follow(back)
    person.filling_rows().update(identity_level="")
    assert "nicht geklappt" in person.follow(back).text
    assert person.filling.identity_level == ""


@pytest.mark.parametrize("sent", ["", "?state=x", "?code=code-1", "?code=code-1&state=%C3%A4&state=y", "?error=%F0%28"])
def test_an_answer_that_is_none(person: Person, broker: Broker, sent: str) -> None:
    leave(person)
    assert "nicht geklappt" in person.follow(f"/formulare/ausgewiesen/bundid/{sent}").text


def test_the_broker_changes_its_key(person: Person, broker: Broker) -> None:
    identify(person, broker)
    person.filling_rows().update(identity_level="")
    person.follow(f"/formulare/ausfuellen/{person.token}/ausweisen/")
    broker.key = broker.other_key
    assert "Prüfen und absenden" in identify(person, broker).text


def test_the_broker_goes_away_in_between(person: Person, broker: Broker) -> None:
    answer = leave(person)
    broker.away = True
    assert "hat nicht geantwortet" in person.follow(broker.visit(answer)).text


@pytest.mark.parametrize("config", [{"token_endpoint": None}, {"issuer": "https://evil.example"}])
def test_a_broker_that_is_set_up_wrongly_is_away(person: Person, broker: Broker, config: dict[str, Any]) -> None:
    broker.config = config
    answer = leave(person)
    assert "nicht erreichbar" in answer.content.decode()


# --- what is vouched for --------------------------------------------------------------------------------------


def test_what_is_vouched_for_stays(person: Person, broker: Broker) -> None:
    broker.claims["birthdate"] = "1964-08-12"
    person.go("one").send({"f-first": "Erich", "f-born": "2000-01-01", "f-word": "Zwiebel"})
    person.follow(f"/formulare/ausfuellen/{person.token}/ausweisen/")
    identify(person, broker)
    assert "bestätigt" in person.text
    assert "BundID, Vertrauensniveau substanziell" in person.text
    person.go("one")
    assert "kann hier nicht geändert werden" in person.text
    assert 'name="f-first"' not in person.text
    assert "12.08.1964" in person.text
    forged = {"f-first": "Mallory", "f-born": "1900-01-01", "f-word": "Lauch", "_shown": "first born word"}
    person.send(forged).send()
    assert Submission.objects.get().answers == {"first": "Erika", "born": "1964-08-12", "word": "Lauch"}


def test_what_a_question_would_not_take_is_left_out(person: Person, broker: Broker) -> None:
    broker.claims |= {"birthdate": "12. August", "givenName": "\x00"}
    identify(person, broker).send()
    assert Submission.objects.get().answers == {"word": "Zwiebel"}


def test_another_person_brings_nothing_of_the_first(person: Person, broker: Broker) -> None:
    identify(person, broker)
    del broker.claims["givenName"]
    person.follow(f"/formulare/ausfuellen/{person.token}/ausweisen/")
    identify(person, broker).send()
    assert Submission.objects.get().answers == {"word": "Zwiebel"}


def test_a_proof_of_identity_is_not_given_away_with_the_link(person: Person, broker: Broker) -> None:
    identify(person, broker)
    other = Person(person.form)
    other.token = person.token
    other.follow(f"/formulare/ausfuellen/{person.token}/pruefen/").send()
    assert "anderen Browser" in other.text
    assert not Submission.objects.exists()
    person.send()
    assert Submission.objects.exists()


def test_nothing_is_written_into_what_has_been_sent(person: Person, broker: Broker) -> None:
    answer = leave(person)
    back = broker.visit(answer)
    person.filling_rows().update(state="sent")
    person.client.get(back)
    assert person.filling.identity_level == ""


# --- the city's account -----------------------------------------------------------------------------------


def sign_in(client: Client, user: Any) -> None:
    client.post("/accounts/login/", {"login": user.username, "password": "geheimes-wort-1"})


@pytest.fixture
def asks_for_much(home: Any) -> Form:
    return make_form(ASKED, slug="kurz", asks=Form.Requirement.SUBSTANTIAL, requirement=Form.Requirement.SUBSTANTIAL)


def at_the_choice(form: Form, client: Client) -> Person:
    person = Person(form, client).begin().send({"f-word": "Zwiebel"})
    return person.follow(f"/formulare/ausfuellen/{person.token}/ausweisen/")


def choose_account(person: Person) -> str:
    return leave(person, "account")["Location"]


def second_factor(user: Any) -> str:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def code_of(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))


def test_a_password_is_low_and_vouches_for_nothing(home: Any, citizen: Any) -> None:
    person = at_the_choice(make_form(ASKED, slug="kurz"), client_of(citizen))
    # This sign-in left no trace of how: it is done once more.
    assert choose_account(person).startswith("/accounts/reauthenticate/?next=%2Fformulare%2F")
    citizen.first_name = "Erika"
    citizen.save()
    person.client.logout()
    sign_in(person.client, citizen)
    person.follow(choose_account(person))
    assert person.filling.identity_level == "low"
    assert 'name="f-first" value="Erika"' in person.go("one").text


def test_a_citizens_account_is_not_offered_where_more_is_asked(asks_for_much: Form, citizen: Any) -> None:
    second_factor(citizen)  # two factors, but nobody has looked at who it is
    person = at_the_choice(asks_for_much, client_of(citizen))
    assert "Konto" not in person.text.partition("<main")[2]
    assert person.client.post(person.path, {"provider": "account"}).status_code == 404


def test_staff_without_second_factor_is_led_to_set_one_up(asks_for_much: Form, staff_user: Any) -> None:
    client = Client()
    sign_in(client, staff_user)
    person = at_the_choice(asks_for_much, client)
    assert choose_account(person) == "/accounts/second-factor/"
    assert "zweiten Faktor" in client.get("/accounts/second-factor/").content.decode()
    person.follow("/formulare/ausgewiesen/account/")
    assert "nicht so sicher" in person.text
    assert person.filling.identity_level == ""


def test_staff_steps_up_with_the_second_factor(asks_for_much: Form, staff_user: Any) -> None:
    client = Client()
    sign_in(client, staff_user)
    secret = second_factor(staff_user)  # set up on another device: this session has none
    person = at_the_choice(asks_for_much, client)
    step_up = choose_account(person)
    assert step_up.startswith("/accounts/second-factor/reauthenticate/?next=%2Fformulare%2Fausgewiesen%2F")
    assert "nicht so sicher" in person.follow("/formulare/ausgewiesen/account/").text
    back = client.post(step_up, {"code": code_of(secret)})["Location"]
    assert "Prüfen und absenden" in person.follow(back).text
    assert (person.filling.identity_level, person.filling.identity_provider) == ("substantial", "account")
    person.send()
    assert Submission.objects.exists()


def test_the_level_is_that_of_this_sign_in(asks_for_much: Form, staff_user: Any) -> None:
    secret = second_factor(staff_user)
    client = Client()
    sign_in(client, staff_user)
    client.post("/accounts/second-factor/authenticate/", {"code": code_of(secret)})
    person = at_the_choice(asks_for_much, client)
    assert "Prüfen und absenden" in person.follow(choose_account(person)).text


def test_no_account_reaches_high(home: Any, staff_user: Any) -> None:
    second_factor(staff_user)
    form = make_form(ASKED, slug="kurz", asks=Form.Requirement.HIGH, requirement=Form.Requirement.HIGH)
    person = at_the_choice(form, client_of(staff_user))
    assert person.client.post(person.path, {"provider": "account"}).status_code == 404


# --- at the counter -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("way", "button"), [("counter", "Personalausweis oder Pass"), ("paper", "unterschrieben")])
def test_staff_at_the_counter_looks_at_the_document(
    asks_for_much: Form, staff_user: Any, citizen: Any, way: str, button: str
) -> None:
    staff_user.is_superuser = True
    staff_user.save()
    client = client_of(staff_user)
    answer = client.post("/formulare/kurz/schalter/", {"way": way})
    person = Person(asks_for_much, client)
    person.token = answer["Location"].split("/")[3]
    person.follow(answer["Location"]).send({"f-word": "Zwiebel"}).send()
    assert button in person.text
    assert Client().post(person.path, {"seen": "1"}).status_code == 404
    assert client_of(citizen).post(person.path, {"seen": "1"}).status_code == 404
    person.client.post(person.path, {"seen": "1"})
    person.follow(f"/formulare/ausfuellen/{person.token}/pruefen/").send()
    sent = Submission.objects.get()
    assert (sent.filling.identity_level, sent.filling.identity_provider) == ("substantial", "staff")


def test_what_staff_has_seen_is_sent_by_staff(asks_for_much: Form, staff_user: Any) -> None:
    staff_user.is_superuser = True
    staff_user.save()
    client = client_of(staff_user)
    person = Person(asks_for_much, client)
    answer = client.post("/formulare/kurz/schalter/", {"way": "counter"})
    person.token = answer["Location"].split("/")[3]
    person.follow(answer["Location"]).send({"f-word": "Zwiebel"}).send()
    client.post(person.path, {"seen": "1"})
    citizen = Person(asks_for_much)
    citizen.follow(f"/formulare/ausfuellen/{person.token}/pruefen/").send()
    assert "Am Schalter begonnen" in citizen.text
    assert not Submission.objects.exists()


def test_nobody_says_of_themselves_that_staff_has_seen_them(person: Person, staff_user: Any) -> None:
    assert person.client.post(person.path, {"seen": "1"}).status_code == 404
