"""Invitations into the extranet: a key that works once, in time, for one address, and never for staff."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from cms.accounts import invitations
from cms.accounts.models import Invitation, RoleAssignment, User
from cms.notifications.models import Mail
from tests.conftest import client_of, make_user

pytestmark = pytest.mark.django_db
ANSWERS = {"first_name": "Josef", "last_name": "Winzerhut", "password": "ein-langer-satz-am-rhein"}


@pytest.fixture
def host(roles: Any) -> User:
    """Somebody who may invite."""
    user = make_user("gastgeberin", first_name="Greta", last_name="Gast")
    for app, codename in (("accounts", "add_invitation"), ("accounts", "delete_invitation"),
                          ("accounts", "view_invitation"), ("wagtailadmin", "access_admin")):  # fmt: skip
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user


def invite(host: User, roles: Any, **values: Any) -> str:
    """Invite, and return the path of the link in the mail."""
    invitations.invite(email="josef@verein.example", role=roles["extranet"], by=host, **values)
    found = re.search(r"(/accounts/invitation/\S+)", Mail.objects.latest("pk").text)
    assert found
    return found[1]


def test_who_is_invited_makes_an_account_with_the_role(host: User, roles: Any, home: Any) -> None:
    path = invite(host, roles, message="Bis Montag!", role_ends=timezone.now() + timedelta(days=90))
    client = Client()
    page = client.get(path).content.decode()
    assert "Bis Montag!" in page
    assert "Greta Gast" in page
    assert client.post(path, ANSWERS).status_code == 302
    user = User.objects.get(email="josef@verein.example")
    assert list(user.groups.values_list("name", flat=True)) == ["extranet"]
    assert RoleAssignment.objects.get(user=user).ends
    assert client.get("/accounts/").status_code == 200


def test_the_key_is_not_stored(host: User, roles: Any) -> None:
    key = invite(host, roles).split("/")[-2]
    assert key not in str(Invitation.objects.values().get())


def test_a_link_works_once(host: User, roles: Any, home: Any) -> None:
    path = invite(host, roles)
    Client().post(path, ANSWERS)
    assert Client().get(path).status_code == 410
    assert Client().post(path, ANSWERS).status_code == 410
    assert User.objects.filter(email="josef@verein.example").count() == 1


def test_a_link_expires_and_a_newer_one_replaces_it(host: User, roles: Any, home: Any) -> None:
    old = invite(host, roles)
    new = invite(host, roles)
    assert Client().post(old, ANSWERS).status_code == 410
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().post(new, ANSWERS).status_code == 410
    assert not User.objects.filter(email="josef@verein.example").exists()


def test_a_made_up_key_is_not_found(home: Any) -> None:
    assert Client().get("/accounts/invitation/erfunden/").status_code == 404


def test_bad_answers_are_explained_and_kept(host: User, roles: Any, home: Any) -> None:
    answer = Client().post(invite(host, roles), {**ANSWERS, "password": "kurz"})
    assert answer.status_code == 200
    assert "Winzerhut" in answer.content.decode()
    assert "field__error" in answer.content.decode()


def test_staff_roles_are_not_offered(host: User, roles: Any) -> None:
    with pytest.raises(ValueError, match="not offered"):
        invitations.invite(email="a@b.example", role=roles["staff"], by=host)


def test_inviting_needs_the_right(roles: Any, editor_user: User) -> None:
    with pytest.raises(PermissionDenied):
        invitations.invite(email="a@b.example", role=roles["extranet"], by=editor_user)


def test_invitations_are_sent_in_the_admin(host: User, roles: Any, home: Any) -> None:
    client = client_of(host)
    values = {
        "email": "josef@verein.example",
        "role": roles["extranet"].pk,
        "role_ends": "",
        "language": "de",
        "message": "",
    }
    assert client.post("/admin/invitations/new/", {**values, "email": host.email}).status_code == 200
    assert client.post("/admin/invitations/new/", {**values, "role": roles["staff"].pk}).status_code == 200
    assert not Invitation.objects.exists()
    assert client.post("/admin/invitations/new/", values).status_code == 302
    assert client.post(f"/admin/invitations/{Invitation.objects.get().pk}/again/").status_code == 302
    assert Mail.objects.count() == 2
    listed = client.get("/admin/invitations/").content.decode()
    assert "josef@verein.example" in listed
    # What is to come is named as it is, not as "just now".
    assert (
        date_format(timezone.localtime(Invitation.objects.latest("pk").expires_at), "SHORT_DATETIME_FORMAT") in listed
    )
