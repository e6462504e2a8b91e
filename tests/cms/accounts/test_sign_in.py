"""Signing in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from cms.accounts.models import User
from tests.conftest import client_of

pytestmark = pytest.mark.django_db


def test_staff_lands_in_the_intranet(client: Any, intranet: Any, staff_user: Any) -> None:
    answer = client.post("/accounts/login/", {"login": "mitarbeit", "password": "geheimes-wort-1"})
    assert answer.status_code == 302
    assert answer["Location"] == "/intranet/"


def test_mail_works_as_well_and_a_wrong_password_is_said(client: Any, home: Any, staff_user: Any) -> None:
    answer = client.post("/accounts/login/", {"login": "mitarbeit@mainz.example", "password": "falsch"})
    assert answer.status_code == 200
    assert "mitarbeit@mainz.example" in answer.content.decode()  # nothing typed is lost
    assert (
        client.post("/accounts/login/", {"login": "mitarbeit@mainz.example", "password": "geheimes-wort-1"}).status_code
        == 302
    )


PASSWORD = "langes-geheimes-wort"


def register(client: Any, email: str = "vera@example.org") -> Any:
    return client.post("/accounts/signup/", {"email": email, "password1": PASSWORD})


def link_in(body: str, start: str) -> str:
    found = re.search(rf"({re.escape(start)}\S+)", body)
    assert found, body
    return found[1]


def test_citizens_register_and_confirm_their_address(client: Any, home: Any) -> None:
    assert register(client).status_code == 302
    user = User.objects.get(email="vera@example.org")
    assert "vera" not in user.username
    assert client.get("/accounts/").status_code == 302, "not signed in before the address is confirmed"
    link = link_in(mail.outbox[0].body, "/accounts/confirm-email/")
    assert client.get(link).status_code == 200, "programs follow links: looking confirms nothing"
    assert not EmailAddress.objects.get(user=user).verified
    client.post(link)
    assert EmailAddress.objects.get(user=user).verified
    other = Client()
    other.post("/accounts/login/", {"login": "vera@example.org", "password": PASSWORD})
    assert other.get("/accounts/").status_code == 200


def test_registering_again_does_not_tell_that_there_is_an_account(client: Any, home: Any, citizen: User) -> None:
    known, unknown = register(client, citizen.email), register(Client(), "neu@example.org")
    assert known["Location"] == unknown["Location"]
    assert User.objects.filter(email=citizen.email).count() == 1


@pytest.mark.parametrize(
    "values", [{}, {"email": "keine-adresse", "password1": PASSWORD}, {"email": "a@b.example", "password1": "kurz"}]
)
def test_a_bad_registration_is_explained_next_to_the_field(client: Any, home: Any, values: dict[str, str]) -> None:
    answer = client.post("/accounts/signup/", values)
    assert answer.status_code == 200
    assert "field__error" in answer.content.decode()
    assert values.get("email", "") in answer.content.decode()


def test_registering_can_be_closed(client: Any, home: Any, settings: Any) -> None:
    settings.CITIZENS_REGISTER = False
    register(client)
    assert not User.objects.filter(email="vera@example.org").exists()


def test_a_mailed_link_signs_in_after_a_click(client: Any, home: Any, citizen: User) -> None:
    answer = client.post("/accounts/login/code/", {"email": citizen.email})
    assert answer.status_code == 302
    link = link_in(mail.outbox[0].body, "/accounts/login/code/confirm/")
    page = client.get(link)
    assert page.status_code == 200
    assert client.get("/accounts/").status_code == 302, "following the link alone signs nobody in"
    code = link.rpartition("=")[2]
    assert f'value="{code}"' in page.content.decode()
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert client.get("/accounts/").status_code == 200


def test_the_link_is_of_no_use_in_another_browser(client: Any, home: Any, citizen: User) -> None:
    client.post("/accounts/login/code/", {"email": citizen.email})
    link = link_in(mail.outbox[0].body, "/accounts/login/code/confirm/")
    thief = Client()
    thief.get(link)
    thief.post("/accounts/login/code/confirm/", {"code": link.rpartition("=")[2]})
    assert thief.get("/accounts/").status_code == 302


def test_codes_are_not_sent_to_strangers_but_nobody_notices(client: Any, home: Any, citizen: User) -> None:
    known = client.post("/accounts/login/code/", {"email": citizen.email})
    unknown = Client().post("/accounts/login/code/", {"email": "niemand@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_guessing_a_code_ends_after_three_attempts(client: Any, home: Any, citizen: User) -> None:
    client.post("/accounts/login/code/", {"email": citizen.email})
    code = link_in(mail.outbox[0].body, "/accounts/login/code/confirm/").rpartition("=")[2]
    for _attempt in range(3):
        client.post("/accounts/login/code/confirm/", {"code": "AAAAAA"})
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert client.get("/accounts/").status_code == 302


def test_guessing_a_password_is_limited(client: Any, home: Any, citizen: User, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
    for _attempt in range(5):
        client.post("/accounts/login/", {"login": citizen.email, "password": "falsch"})
    answer = client.post("/accounts/login/", {"login": citizen.email, "password": "geheimes-wort-1"})
    assert answer.status_code in (200, 429)
    assert client.get("/accounts/").status_code == 302


def test_sessions_are_listed_and_ended(home: Any, citizen: User) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        client.post(
            "/accounts/login/",
            {"login": citizen.email, "password": "geheimes-wort-1"},
            headers={"user-agent": "Lesegerät"},
        )
    assert "Lesegerät" in here.get("/accounts/sessions/").content.decode()
    here.post("/accounts/sessions/")
    assert here.get("/accounts/").status_code == 200
    assert there.get("/accounts/").status_code == 302


def test_allauths_pages_have_our_look(home: Any, citizen: User) -> None:
    client = client_of(citizen)
    for path in ("/accounts/email/", "/accounts/password/change/", "/accounts/second-factor/", "/accounts/sessions/"):
        page = client.get(path, follow=True)
        assert page.status_code == 200, path
        assert "site-header" in page.content.decode(), path
        assert page.content.decode().count("<h1") == 1, path
