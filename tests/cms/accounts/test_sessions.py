"""Sessions end after a pause, after a day, with the account, and when somebody ends them."""

from __future__ import annotations

import io
import json
import logging
import time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from cms.accounts.models import User
from cms.accounts.passwords import CityWordsValidator
from cms.logs import json_formatter

pytestmark = pytest.mark.django_db
PASSWORD = "geheimes-wort-1"


def signed_in(user: User, **values: Any) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD, **values})
    assert client.get("/accounts/").status_code == 200
    return client


def later(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    now = time.time() + hours * 3600
    monkeypatch.setattr("cms.accounts.sessions.time.time", lambda: now)


@pytest.mark.parametrize(
    ("hours", "remember", "status"), [(1, "", 200), (3, "", 302), (3, "on", 200), (15 * 24, "on", 302)]
)
def test_a_session_ends_after_a_pause(
    home: Any, citizen: User, monkeypatch: Any, hours: float, remember: str, status: int
) -> None:
    client = signed_in(citizen, **({"remember": remember} if remember else {}))
    later(monkeypatch, hours)
    assert client.get("/accounts/").status_code == status


def test_a_session_ends_after_a_day_whatever_one_does(home: Any, citizen: User, monkeypatch: Any) -> None:
    client = signed_in(citizen)
    start = time.time()
    for hour in range(1, 14):
        monkeypatch.setattr("cms.accounts.sessions.time.time", lambda hour=hour: start + hour * 3600)
        status = client.get("/accounts/").status_code
        assert status == (200 if hour <= 12 else 302), hour


def test_a_closed_account_is_out_at_once(home: Any, citizen: User) -> None:
    client = signed_in(citizen)
    User.objects.filter(pk=citizen.pk).update(is_active=False)
    assert client.get("/accounts/").status_code == 302


def test_sessions_are_ended_by_the_administration(home: Any, citizen: User, staff_user: User) -> None:
    ended, other = signed_in(citizen), signed_in(staff_user)
    call_command("sign_out", citizen.email, stdout=io.StringIO())
    assert ended.get("/accounts/").status_code == 302
    assert other.get("/accounts/").status_code == 200
    call_command("sign_out", all=True, stdout=io.StringIO())
    assert other.get("/accounts/").status_code == 302
    with pytest.raises(CommandError):
        call_command("sign_out", "niemand")


def test_signing_in_makes_a_new_session(home: Any, citizen: User) -> None:
    client = Client()
    client.get("/accounts/login/")
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    client.post("/accounts/login/", {"login": citizen.email, "password": PASSWORD})
    assert client.session.session_key != before


def test_signing_out_clears_what_the_browser_keeps(home: Any, citizen: User) -> None:
    answer = signed_in(citizen).post("/accounts/logout/")
    assert '"cache"' in answer["Clear-Site-Data"]


@pytest.mark.parametrize("password", ["Mainz2026!!!!", "mogontia-2026", "Passwort12345", "MainzMainzMainz"])
def test_passwords_anybody_here_would_try_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        CityWordsValidator().validate(password)


@pytest.mark.parametrize("password", ["drei Weinstuben in Mainz", "Schoppenglas-und-Spundekäs", "x" * 64])
def test_long_ones_with_such_a_word_are_not(password: str) -> None:
    CityWordsValidator().validate(password)


def test_what_happens_to_accounts_is_logged_without_names(home: Any, citizen: User) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(json_formatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        client = Client()
        client.post("/accounts/login/", {"login": citizen.email, "password": "falsch"})
        client.post("/accounts/login/", {"login": citizen.email, "password": PASSWORD})
        client.post("/accounts/logout/")
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    events = {line["event"]: line for line in lines if line.get("logger") == "cms.accounts.receivers"}
    assert {"sign_in_failed", "signed_in", "signed_out"} <= set(events)
    assert events["signed_in"]["account"] == citizen.pk
    assert events["signed_in"]["timestamp"].endswith("Z")
    assert citizen.email not in written.getvalue()
    assert "falsch" not in written.getvalue()


def test_trace_is_refused(home: Any) -> None:
    assert Client().generic("TRACE", "/").status_code == 405
