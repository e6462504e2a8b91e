"""Access tokens by client credentials."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from allauth.idp.oidc.models import Client, Token
from django.utils import timezone

from cms.integrations import jobs, services
from cms.integrations.models import Integration
from cms.notices.models import Notice
from tests.cms.integrations.calls import Caller, problem

pytestmark = pytest.mark.django_db
TOKEN, NOTICES, BRIDGE = "/api/oauth/token", "/api/v1/notices/", {"headline": {"de": "Brücke gesperrt"}}


@pytest.fixture
def made(integration: Integration) -> tuple[Client, str]:
    return services.create_client(integration=integration, name="Test", scopes=["notices:write", "read:internal"])


def ask(client: Any, made: tuple[Client, str], secret: str = "", **values: str) -> Any:
    pair = b64encode(f"{made[0].pk}:{secret or made[1]}".encode()).decode()
    data = {"grant_type": "client_credentials", **values}
    return client.post(TOKEN, data, headers={"authorization": f"Basic {pair}"})


def test_a_client_gets_a_token_and_writes_with_it(client: Any, made: Any, integration: Integration) -> None:
    answer = ask(client, made)
    assert answer.status_code == 200, answer.content
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 3600
    assert set(body["scope"].split()) == {"notices:write", "read:internal"}
    assert "refresh_token" not in body
    assert Caller(body["access_token"])("post", NOTICES, BRIDGE).status_code == 201
    assert body["access_token"] not in str(Token.objects.values())


def test_the_secret_may_be_in_the_body(client: Any, made: Any) -> None:
    data = {"grant_type": "client_credentials", "client_id": made[0].pk, "client_secret": made[1]}
    assert client.post(TOKEN, data).status_code == 200


def test_fewer_scopes_may_be_asked_for_never_more(client: Any, made: Any) -> None:
    token = ask(client, made, scope="read:internal").json()["access_token"]
    problem(Caller(token)("post", NOTICES, BRIDGE), 403, "insufficient-scope")
    answer = ask(client, made, scope="services:publish")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


def test_what_the_client_loses_its_tokens_lose(client: Any, made: Any) -> None:
    token = ask(client, made).json()["access_token"]
    made[0].set_scopes(["read:internal"])
    made[0].save()
    problem(Caller(token)("post", NOTICES, BRIDGE), 403, "insufficient-scope")


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"grant_type": "password", "username": "x", "password": "x"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "unsupported_grant_type"),
        ({"grant_type": "\x00"}, "unsupported_grant_type"),
    ],
)
def test_there_is_no_other_grant(client: Any, made: Any, values: dict[str, str], error: str) -> None:
    answer = ask(client, made, **values)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_wrong_secret_gets_nothing(client: Any, made: Any) -> None:
    assert ask(client, made, secret="wrong").status_code == 401
    assert client.post(TOKEN, {"grant_type": "client_credentials"}).status_code == 401
    assert client.post(TOKEN).status_code == 400
    assert not Token.objects.exists()


def test_tokens_end_after_an_hour_and_are_forgotten(client: Any, made: Any) -> None:
    token = ask(client, made).json()["access_token"]
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    problem(Caller(token)("get", NOTICES), 401, "not-signed-in")
    assert jobs.forget_answers.call() == 1


def test_tokens_are_revoked(client: Any, made: Any) -> None:
    token = ask(client, made).json()["access_token"]
    data = {"token": token, "client_id": made[0].pk, "client_secret": made[1]}
    assert client.post("/api/oauth/revoke", data).status_code == 200
    problem(Caller(token)("get", NOTICES), 401, "not-signed-in")


def test_an_integration_out_of_use_has_no_tokens(client: Any, made: Any, integration: Integration) -> None:
    token = ask(client, made).json()["access_token"]
    integration.is_active = False
    services.save_integration(integration=integration)
    problem(Caller(token)("get", NOTICES), 401, "not-signed-in")
    assert ask(client, made).status_code == 400
    integration.is_active = True
    services.save_integration(integration=integration)
    assert ask(client, made).status_code == 200
    problem(Caller(token)("get", NOTICES), 401, "not-signed-in")


def test_a_removed_client_is_gone(client: Any, made: Any) -> None:
    token = ask(client, made).json()["access_token"]
    services.remove_client(client=made[0])
    problem(Caller(token)("get", NOTICES), 401, "not-signed-in")
    assert not Notice.objects.exists()


def test_programs_find_the_way(client: Any, settings: Any) -> None:
    found = client.get("/.well-known/oauth-authorization-server").json()
    assert found["token_endpoint"] == f"{settings.SITE_URL}{TOKEN}"
    assert found["grant_types_supported"] == ["client_credentials"]
    assert "notices:write" in found["scopes_supported"]


def test_a_client_of_nobody_is_nobody(client: Any, roles: Any) -> None:
    made = Client(name="x", grant_types="client_credentials", scopes="notices:write")
    made.set_secret("secret")
    made.save()
    token = ask(client, (made, "secret"), scope="notices:write").json()["access_token"]
    problem(Caller(token)("get", NOTICES), 401, "not-signed-in")
