"""What passwords and second factors must do, whoever changes them."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from tests.conftest import client_of

pytestmark = pytest.mark.django_db
OLD, NEW = "geheimes-wort-1", "drei Weinstuben am Kirschgarten"


def signed_in(user: User, password: str = OLD) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": password})
    return client


def change(client: Client, old: str = OLD, new: str = NEW) -> Any:
    return client.post("/accounts/password/change/", {"oldpassword": old, "password1": new, "password2": new})


def test_changing_needs_the_present_password_and_ends_other_sessions(home: Any, citizen: User) -> None:
    here, there = signed_in(citizen), signed_in(citizen)
    assert change(here, old="falsch").status_code == 200
    assert there.get("/accounts/").status_code == 200
    assert change(here).status_code == 302
    assert there.get("/accounts/").status_code == 302
    assert signed_in(citizen, NEW).get("/accounts/").status_code == 200
    assert mail.outbox[-1].to == [citizen.email], "whoever owns the account is told"


@pytest.mark.parametrize(
    "password", ["ü" * 64, "nur kleine buchstaben und leerzeichen", "  mit leerzeichen am rand  ", "😀" * 14]
)
def test_any_long_password_is_taken_exactly_as_typed(home: Any, citizen: User, password: str) -> None:
    assert change(signed_in(citizen), new=password).status_code == 302
    assert signed_in(citizen, password).get("/accounts/").status_code == 200
    if password.strip() != password:
        assert signed_in(citizen, password.strip()).get("/accounts/").status_code == 302


@pytest.mark.parametrize("password", ["kurz", "passwordpassword"])
def test_short_and_common_passwords_are_refused(home: Any, citizen: User, password: str) -> None:
    assert change(signed_in(citizen), new=password).status_code == 200


def test_password_fields_hide_what_is_typed_and_let_programs_fill_them(home: Any) -> None:
    page = Client().get("/accounts/login/").content.decode()
    field = re.search(r"<input[^>]*name=\"password\"[^>]*>", page)
    assert field
    assert 'type="password"' in field[0]
    assert 'autocomplete="current-password"' in field[0]
    assert "onpaste" not in page


def test_a_new_password_by_mail_does_not_get_around_the_second_factor(home: Any, citizen: User) -> None:
    totp.TOTP.activate(citizen, totp.generate_totp_secret())
    client = Client()
    client.post("/accounts/password/reset/", {"email": citizen.email})
    link = re.search(r"(/accounts/password/reset/key/[^/\s]+/)", mail.outbox[0].body)
    assert link
    form = client.get(link[1], follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert client.get("/accounts/").status_code == 302
    assert client.post("/accounts/login/", {"login": citizen.email, "password": NEW})["Location"] == reverse(
        "mfa_authenticate"
    )


def test_the_admins_own_doors_are_closed(home: Any, editor_user: User) -> None:
    """Wagtail brings a sign-in and a new password of its own; they know neither second factor nor limits."""
    totp.TOTP.activate(editor_user, totp.generate_totp_secret())
    client = Client()
    answer = client.post("/admin/login/", {"username": "redaktion", "password": OLD})
    assert answer.status_code in (302, 405)
    assert client.get("/admin/").status_code == 302
    assert Client().get("/admin/login/?next=/admin/pages/")["Location"] == "/accounts/login/?next=/admin/pages/"
    for path in ("/admin/password_reset/", "/admin/password_reset/done/"):
        assert Client().get(path).status_code in (302, 404), path
    assert 'name="password_change' not in client_of(editor_user).get("/admin/account/").content.decode()


def test_a_code_of_the_app_works_once(home: Any, citizen: User) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(citizen, secret)
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    statuses = []
    for _attempt in range(2):
        client = signed_in(citizen)
        client.post(reverse("mfa_authenticate"), {"code": code})
        statuses.append(client.get("/accounts/").status_code)
    assert statuses == [200, 302]


def test_the_secret_of_the_app_is_not_shown_again(home: Any, citizen: User) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(citizen, secret)
    assert Authenticator.objects.filter(user=citizen).exists()
    assert secret not in signed_in(citizen).get("/accounts/second-factor/", follow=True).content.decode()


def test_changing_the_second_factor_asks_for_the_password_again(home: Any, citizen: User) -> None:
    client = signed_in(citizen)
    for path in ("/accounts/second-factor/totp/activate/", "/accounts/second-factor/webauthn/add/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "reauthenticate" in answer["Location"]


def test_signing_out_is_on_every_page(home: Any, citizen: User) -> None:
    client = signed_in(citizen)
    for path in ("/", "/accounts/", "/suche/"):
        assert reverse("account_logout") in client.get(path).content.decode(), path


def test_passwords_are_stored_by_a_slow_function() -> None:
    script = (
        "import django; django.setup(); from django.contrib.auth.hashers import make_password as m;"
        "a, rounds, *_ = m('x').split('$'); print(a, int(rounds) >= 600_000)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], env={"DJANGO_SETTINGS_MODULE": "cms.settings.development", "PATH": ""},
        capture_output=True, text=True,
    )  # fmt: skip
    assert found.stdout.split() == ["pbkdf2_sha256", "True"], found.stderr[-500:]
