"""Where people land after signing in, and what a failed attempt says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "geheimes-wort-1"


def sign_in(client: Any, login: str, password: str = PASSWORD, **values: str) -> Any:
    return client.post("/accounts/login/", {"login": login, "password": password, **values})


def test_name_and_mail_are_equal(client: Any, home: Any, citizen: Any) -> None:
    for login in (citizen.username, citizen.email):
        assert sign_in(client, login).status_code == 302
        assert "_auth_user_id" in client.session
        client.logout()


def test_wrong_password_and_unknown_name_say_the_same(client: Any, home: Any, staff_user: Any) -> None:
    answers = [sign_in(client, login, "falsch") for login in (staff_user.username, "gibt-es-nicht")]
    said = [str(answer.context["form"].non_field_errors()) for answer in answers]
    assert said[0] == said[1]
    assert said[0]
    assert "_auth_user_id" not in client.session


def test_an_inactive_account_does_not_get_in(client: Any, home: Any, roles: Any) -> None:
    sign_in(client, make_user("weg", roles["staff"], is_active=False).username)
    assert "_auth_user_id" not in client.session


def test_an_editor_may_open_the_admin_after_signing_in(client: Any, intranet: Any, editor_user: Any) -> None:
    assert sign_in(client, editor_user.username, next="/admin/")["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_page_asked_for_is_shown_after_signing_in(client: Any, intranet: Any, staff_user: Any) -> None:
    asked = client.get("/intranet/")["Location"]
    answer = client.post(asked, {"login": staff_user.username, "password": PASSWORD})
    assert answer["Location"] == "/intranet/"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_a_foreign_site(client: Any, home: Any, staff_user: Any, target: str) -> None:
    assert "evil" not in sign_in(client, staff_user.username, next=target)["Location"]


def test_signing_out_closes_the_portal(client: Any, intranet: Any, staff_user: Any) -> None:
    sign_in(client, staff_user.username)
    assert client.get("/intranet/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/intranet/").status_code == 302
