"""What is kept about a person can be handed out and erased, whatever app keeps it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from wagtail.log_actions import log
from wagtail.models import PageLogEntry

from cms.accounts import leaving, rights
from cms.accounts.models import RoleAssignment, User
from cms.notifications.models import Mail, Preference
from tests.conftest import make_page, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def vera(roles: Any, home: Any) -> User:
    """A citizen with a little of everything."""
    user = make_user("vera", first_name="Vera", last_name="Vollständig")
    rights.assign(user=user, role=roles["extranet"])
    Preference.objects.create(user=user, topic="x", rhythm="daily")
    Mail.objects.create(recipient=user, address=user.email, subject="Bescheid", message_id="<1>")
    log(make_page(home, "Seite"), "wagtail.edit", user=user)
    return user


def signed_in(user: User) -> Client:
    """A client that has just entered its password, as deleting and downloading ask for."""
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": "geheimes-wort-1"})
    client.post("/accounts/reauthenticate/", {"password": "geheimes-wort-1"})
    return client


def test_everything_is_handed_out(vera: User) -> None:
    answer = signed_in(vera).get("/accounts/data/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "private" in answer["Cache-Control"]
    found = json.loads(answer.content)
    assert found["accounts"]["account"][0]["last_name"] == "Vollständig"
    assert found["accounts"]["roles"][0]["role"] == "extranet"
    assert found["notifications"]["mails"][0]["subject"] == "Bescheid"
    assert found["notifications"]["wishes"][0]["rhythm"] == "daily"
    assert found["accounts"]["edits"][0]["action"] == "wagtail.edit"
    assert found["accounts"]["sessions"]


def test_nothing_of_others_is_handed_out(vera: User) -> None:
    other = make_user("otto", last_name="Fremd")
    Mail.objects.create(recipient=other, address=other.email, subject="Geheim", message_id="<2>")
    text = json.dumps(leaving.export(vera))
    assert "Fremd" not in text
    assert "Geheim" not in text


def test_everything_is_erased_and_the_history_stays_without_the_name(vera: User) -> None:
    client = signed_in(vera)
    assert client.post("/accounts/delete/", {}).status_code == 200, "not without the tick"
    assert client.post("/accounts/delete/", {"sure": "on"}).status_code == 302
    assert not User.objects.filter(pk=vera.pk).exists()
    for model in (RoleAssignment, Preference, Mail):
        assert not model.objects.exists(), model
    assert PageLogEntry.objects.get(action="wagtail.edit").user_id is None
    assert client.get("/accounts/").status_code == 302


def test_deleting_asks_for_the_password_again_after_a_while(vera: User) -> None:
    client = signed_in(vera)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 10_000
    session.save()
    answer = client.post("/accounts/delete/", {"sure": "on"})
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert User.objects.filter(pk=vera.pk).exists()


def test_the_last_administrator_stays(roles: Any, home: Any) -> None:
    boss = make_user("chefin", is_superuser=True)
    answer = signed_in(boss).post("/accounts/delete/", {"sure": "on"})
    assert answer.status_code == 200
    assert User.objects.filter(pk=boss.pk).exists()
    make_user("vertretung", is_superuser=True)
    signed_in(boss).post("/accounts/delete/", {"sure": "on"})
    assert not User.objects.filter(pk=boss.pk).exists()


def test_a_plugin_that_cannot_erase_stops_the_whole(vera: User, monkeypatch: Any) -> None:
    from cms.notifications.privacy import DATA

    def fail(user: Any) -> int:
        raise RuntimeError

    object.__setattr__(DATA[0], "erase", fail)
    try:
        with pytest.raises(RuntimeError):
            leaving.erase(user=vera)
    finally:
        object.__setattr__(DATA[0], "erase", lambda user: Mail.objects.filter(recipient=user).delete()[0])
    assert RoleAssignment.objects.exists()
