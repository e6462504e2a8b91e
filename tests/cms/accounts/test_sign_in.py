"""Signing in."""

from __future__ import annotations

from typing import Any

import pytest

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


def test_nobody_registers_alone(client: Any, home: Any) -> None:
    from cms.accounts.models import User

    client.post(
        "/accounts/signup/",
        {"email": "x@y.example", "username": "x", "password1": "geheimes-wort-1", "password2": "geheimes-wort-1"},
    )
    assert not User.objects.filter(username="x").exists()
