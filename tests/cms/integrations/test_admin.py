"""Integrations in the admin: who gets in, and what is shown once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.idp.oidc.models import Client as OAuthClient
from django.urls import reverse
from wagtail.models import ModelLogEntry

from cms.integrations import services
from cms.integrations.models import ApiKey, Integration
from cms.operations.demo import demo_keys
from tests.cms.integrations.calls import Caller, problem
from tests.conftest import client_of, make_user

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"mog_[a-z0-9]{8}_[\w-]{43}")


@pytest.fixture
def manager(roles: Any) -> Any:
    return client_of(make_user("schnittstelle", roles["integration managers"]))


@pytest.fixture
def page(integration: Integration) -> str:
    return reverse("integration", args=[integration.pk])


def test_a_new_integration_has_an_account_and_no_role(manager: Any, roles: Any) -> None:
    values = {"name": "Ratsinformation", "purpose": "", "contact": "rat@mainz.example", "is_active": "on"}
    answer = manager.post(reverse("integrations:add"), values)
    made = Integration.objects.get()
    assert answer.url == reverse("integration", args=[made.pk])
    assert not made.account.has_usable_password()
    assert "noch keine Rolle" in manager.get(answer.url).content.decode()


def test_a_key_is_shown_once(manager: Any, page: str) -> None:
    values = {"deed": "key", "key-name": "Server 1", "key-scopes": ["notices:write"], "key-requests_a_minute": "5"}
    answer = manager.post(page, values)
    [text] = SECRET.findall(answer.content.decode())
    assert "no-store" in answer.headers["Cache-Control"]
    assert Caller(text)("post", "/api/v1/notices/", {"headline": {"de": "x"}}).status_code == 201
    shown = manager.get(page).content.decode()
    assert text not in shown
    assert text[:12] in shown
    assert "notices:write" in shown
    assert not any(text in str(row) for row in ModelLogEntry.objects.values())


def test_a_key_is_replaced_and_revoked(manager: Any, integration: Integration, page: str) -> None:
    key, old = services.create_key(integration=integration, name="Server 1")
    answer = manager.post(reverse("rotate_api_key", args=[key.pk]), {"days": "1"})
    [new] = SECRET.findall(answer.content.decode())
    assert Caller(old)("get", "/api/v1/units/").status_code == Caller(new)("get", "/api/v1/units/").status_code == 200
    assert manager.post(reverse("revoke_api_key", args=[key.pk])).url == page
    problem(Caller(old)("get", "/api/v1/units/"), 401, "not-signed-in")
    again = manager.post(reverse("rotate_api_key", args=[key.pk]), {"days": "1"}, follow=True)
    assert "gilt nicht mehr" in again.content.decode()


def test_asking_changes_nothing(manager: Any, integration: Integration) -> None:
    key = services.create_key(integration=integration, name="Server 1")[0]
    for name in ("rotate_api_key", "revoke_api_key"):
        assert manager.get(reverse(name, args=[key.pk])).status_code == 200
    assert ApiKey.objects.get().state == ApiKey.State.VALID


@pytest.mark.parametrize(
    "wrong", [{"key-scopes": "nichts"}, {"key-expires_at": "2020-01-01 12:00"}, {"key-requests_a_minute": "0"}, {"key-name": ""}]
)  # fmt: skip
def test_a_wrong_form_makes_no_key(manager: Any, page: str, wrong: dict[str, str]) -> None:
    assert manager.post(page, {"deed": "key", "key-name": "x", **wrong}).status_code == 200
    assert not ApiKey.objects.exists()


def test_a_client_is_made_and_removed(manager: Any, page: str) -> None:
    answer = manager.post(page, {"deed": "client", "client-name": "Server 2", "client-scopes": ["notices:write"]})
    made = OAuthClient.objects.get()
    assert made.pk in answer.content.decode()
    assert made.check_secret(re.findall(r'id="secret"[^>]* value="([^"]+)"', answer.content.decode())[0])
    assert manager.post(reverse("remove_oauth_client", args=[made.pk])).url == page
    assert not OAuthClient.objects.exists()


def test_clients_of_others_are_none_of_ours(manager: Any, roles: Any) -> None:
    OAuthClient.objects.create(id="x", name="x")
    assert manager.post(reverse("remove_oauth_client", args=["x"])).status_code == 404


def test_the_last_writes_are_named(manager: Any, caller_with: Any, page: str) -> None:
    caller = caller_with("notices:write")
    caller("post", "/api/v1/notices/", {"headline": {"de": "Brücke gesperrt"}})
    shown = manager.get(page).content.decode()
    assert "Brücke gesperrt" in shown
    assert caller.key[:12] in shown


def test_others_see_nothing(integration: Integration, page: str, editor_user: Any, client: Any) -> None:
    key = services.create_key(integration=integration, name="x")[0]
    made = services.create_client(integration=integration, name="x", scopes=[])[0]
    addresses = [page, reverse("integrations:index"), reverse("integrations:add"), reverse("integrations:edit", args=[integration.pk]),
                 reverse("rotate_api_key", args=[key.pk]), reverse("revoke_api_key", args=[key.pk]),
                 reverse("remove_oauth_client", args=[made.pk])]  # fmt: skip
    editor = client_of(editor_user)
    for address in addresses:
        for who in (client, editor):
            for answer in (who.get(address), who.post(address, {"deed": "key", "key-name": "x", "days": "1"})):
                assert answer.status_code in (302, 403, 405), address
                assert key.prefix not in answer.content.decode()
    assert ApiKey.objects.get().state == ApiKey.State.VALID
    assert OAuthClient.objects.count() == 1


def test_out_of_use_is_said(manager: Any, integration: Integration, page: str) -> None:
    values = {"name": integration.name, "contact": integration.contact, "purpose": "x"}
    assert manager.post(reverse("integrations:edit", args=[integration.pk]), values).url == page
    assert "außer Betrieb" in manager.get(page).content.decode()


def test_the_demo_has_a_key_that_writes(roles: Any) -> None:
    from cms.integrations.demo import load
    from cms.operations.demo import read_fixture

    for _time in range(2):
        load(read_fixture("integrations"), lambda line: None)
    [row] = demo_keys()
    assert Caller(row["key"])("post", "/api/v1/notices/", {"headline": {"de": "x"}}).status_code == 201
