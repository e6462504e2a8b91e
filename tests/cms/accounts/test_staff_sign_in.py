"""Staff signs in with a real OpenID Connect provider; its groups become roles, and stop being so."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import settings as site
from django.test import Client

from cms.accounts.models import RoleAssignment, User

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.django_db
CALLBACK = "http://testserver/accounts/oidc/staff/login/callback/"


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a provider that runs as a process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.identity_provider", str(port), CALLBACK],
        cwd=ROOT,
        env={**os.environ, "IDENTITY_PROVIDER_DIR": str(tmp_path_factory.mktemp("provider"))},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline().strip() == "ready"
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture(autouse=True)
def configured(provider: str, settings: Any, roles: Any) -> None:
    app = {"provider_id": "staff", "name": "Stadt", "client_id": "mogontia", "secret": "geheim"}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [{**app, "settings": {"server_url": provider}}]}
    }
    settings.STAFF_OIDC_URL = provider
    settings.STAFF_OIDC_ROLES = {"33-buergeramt": "staff", "redaktion": "editors"}


def sign_in(provider: str, name: str, client: Client | None = None) -> tuple[Client, Any]:
    """Go the whole way as a browser does: here, there, password, back here."""
    client = client or Client()
    asked = client.post("/accounts/oidc/staff/login/")
    assert asked.status_code == 302, asked.content[:500]
    browser = requests.Session()
    page = browser.get(asked["Location"])
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token, page.text[:500]
    target = re.search(r'name="next"[^>]*value="([^"]+)"', page.text)
    values = {"csrfmiddlewaretoken": token[1], "login": name, "password": f"geheim-{name}"}
    if target:
        values["next"] = target[1].replace("&amp;", "&")
    answer = browser.post(page.url, data=values, allow_redirects=False)
    while answer.is_redirect and not answer.headers["Location"].startswith("http://testserver"):
        answer = browser.get(requests.compat.urljoin(answer.url, answer.headers["Location"]), allow_redirects=False)
    assert answer.is_redirect, answer.text[:1000]
    back = urlsplit(answer.headers["Location"])
    return client, client.get(f"{back.path}?{back.query}")


def test_an_account_with_roles_is_made_at_the_first_sign_in(provider: str, home: Any) -> None:
    client, answer = sign_in(provider, "anna")
    assert answer.status_code == 302, answer.content.decode()[:2000]
    user = User.objects.get(email="anna@stadt.example")
    assert (user.first_name, user.last_name) == ("Anna", "Beispiel")
    assert set(user.groups.values_list("name", flat=True)) == {"staff", "editors"}
    assert client.get("/admin/").status_code == 200


def test_roles_follow_the_groups_at_every_sign_in(provider: str, home: Any, settings: Any) -> None:
    sign_in(provider, "anna")
    user = User.objects.get(email="anna@stadt.example")
    settings.STAFF_OIDC_ROLES = {"33-buergeramt": "staff"}
    client, _answer = sign_in(provider, "anna")
    assert set(user.groups.values_list("name", flat=True)) == {"staff"}
    assert client.get("/admin/").status_code in (302, 403)


def test_roles_given_here_stay(provider: str, home: Any, roles: Any) -> None:
    sign_in(provider, "anna")
    user = User.objects.get(email="anna@stadt.example")
    user.groups.add(roles["agents"])
    sign_in(provider, "anna")
    assert "agents" in user.groups.values_list("name", flat=True)


def test_whoever_is_in_no_mapped_group_has_no_role(provider: str, home: Any) -> None:
    sign_in(provider, "bert")
    assert not RoleAssignment.objects.exists()
    assert User.objects.get(email="bert@stadt.example").groups.count() == 0


def test_the_same_person_is_the_same_account(provider: str, home: Any) -> None:
    before = User.objects.create_user("anna.b", "anna@stadt.example", "geheimes-wort-1")
    sign_in(provider, "anna")
    assert User.objects.get(email="anna@stadt.example").pk == before.pk
    assert before.groups.filter(name="staff").exists()


def test_an_unchecked_address_takes_over_nobodys_account(provider: str, home: Any) -> None:
    before = User.objects.create_user("carl.c", "carl@stadt.example", "geheimes-wort-1", is_superuser=True)
    client, _answer = sign_in(provider, "carl")
    assert client.session.get("_auth_user_id") != str(before.pk)
    assert not before.groups.exists()


def test_an_answer_nobody_asked_for_signs_nobody_in(provider: str, home: Any) -> None:
    client = Client()
    answer = client.get(f"{urlsplit(CALLBACK).path}?code=erfunden&state=erfunden")
    assert answer.status_code in (200, 401, 403)
    assert "_auth_user_id" not in client.session


def test_a_provider_that_is_away_is_said_and_no_server_error(home: Any, settings: Any) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{probe.getsockname()[1]}"
    apps = site.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    apps[0]["settings"]["server_url"] = closed
    answer = Client(raise_request_exception=False).post("/accounts/oidc/staff/login/")
    assert answer.status_code < 500
    assert "_auth_user_id" not in Client().session


def test_the_sign_in_page_offers_the_service_only_when_there_is_one(home: Any, settings: Any) -> None:
    assert "/accounts/oidc/staff/login/" in Client().get("/accounts/login/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}
    settings.STAFF_OIDC_URL = ""
    assert "/accounts/oidc/staff/login/" not in Client().get("/accounts/login/").content.decode()
