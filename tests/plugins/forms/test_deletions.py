"""The deletion log: who sees it, what is in it; and files nobody has any more."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from cms.accounts.models import RoleAssignment
from plugins.forms.filling import keeping
from plugins.forms.models import Deletion, FillingFile, Form
from tests.conftest import client_of, make_unit, make_user
from tests.plugins.forms.filled import ANIMALS, OWNER, Person, make_form

pytestmark = pytest.mark.django_db
LOG = "/admin/forms/deletions/"


@pytest.fixture
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def two(home: Any) -> tuple[Form, Form]:
    """Two forms of two units with a line each, and a line of no form."""
    first = make_form(unit=make_unit("Steueramt", "21"))
    second = make_form(slug="anderes", unit=make_unit("Ordnungsamt", "30"))
    Deletion.objects.create(form=first, reason="retention", submissions=11, files=3)
    Deletion.objects.create(form=second, reason="person", submissions=27)
    Deletion.objects.create(reason="orphan", files=99)
    return first, second


def officer(name: str, unit: Any = None) -> Any:
    group = Group.objects.create(name=f"data protection {name}")
    group.permissions.set(Permission.objects.filter(codename__in=["access_admin", "view_deletion"]))
    if unit is None:
        return make_user(name, group)
    admin = Group.objects.create(name=f"admin {name}")
    admin.permissions.set(Permission.objects.filter(codename="access_admin"))
    user = make_user(name, admin)
    RoleAssignment.objects.create(user=user, role=group, scope=RoleAssignment.Scope.UNIT, scope_id=str(unit.pk))
    return user


def seen(client: Client) -> set[int]:
    """Return the numbers of the lines that somebody sees, on the page and in the file."""
    page, table = client.get(LOG).content.decode(), client.get(f"{LOG}?format=csv").content.decode()
    found = {number for number in (11, 27, 99) if f"<td>{number}</td>" in page}
    assert found == {number for number in (11, 27, 99) if f";{number}" in table}
    return found


def test_the_city_s_officer_sees_all_the_unit_s_those_of_the_unit(two: tuple[Form, Form]) -> None:
    assert seen(client_of(officer("dsb"))) == {11, 27, 99}
    assert seen(client_of(officer("amt", two[0].unit))) == {11}


def test_an_owner_sees_those_of_the_own_forms(two: tuple[Form, Form]) -> None:
    editor = Group.objects.create(name="plain")
    editor.permissions.set(Permission.objects.filter(codename="access_admin"))
    owner = make_user("owner", editor)
    assert client_of(owner).get(LOG).status_code in (302, 403)
    Form.objects.filter(pk=two[1].pk).update(owner=owner)
    assert seen(client_of(owner)) == {27}


def test_nobody_else_opens_it(two: tuple[Form, Form], citizen: Any) -> None:
    for client in (Client(), client_of(citizen)):
        answer = client.get(LOG)
        assert answer.status_code in (302, 403)
        assert "<td>11</td>" not in answer.content.decode()


def test_one_form_alone_and_bad_numbers(two: tuple[Form, Form]) -> None:
    client = client_of(officer("dsb"))
    page = client.get(LOG, {"form": two[0].pk}).content.decode()
    assert "<td>11</td>" in page
    assert "<td>27</td>" not in page
    for bad in ("x", "99999999999999999999", "²", "-1"):
        assert client.get(LOG, {"form": bad}).status_code == 200
    assert "no-store" in client.get(LOG)["Cache-Control"]


def test_files_that_work_that_was_cut_off_left_behind_are_deleted(home: Any, own_storage: None) -> None:
    person = Person(make_form()).begin().send(OWNER).send(ANIMALS)
    kept = FillingFile.objects.create(
        filling=person.filling,
        identifier="3f0f0c7e-52f9-4f9e-9d3f-1f3b5d4c2a10",
        field="insurance",
        sealed_name="x",
        content=ContentFile(b"kept", name="kept"),
        size=4,
        kind="text/plain",
        sha256="0",
    ).content.name
    old, young = (default_storage.save(f"forms/{name}", ContentFile(b"x")) for name in ("old", "young"))
    past = time.time() - (keeping.LEFT_ALONE + timedelta(hours=1)).total_seconds()
    for name in (kept, old):
        os.utime(default_storage.path(name), (past, past))
    assert keeping.erase_due.func() == 1
    assert [default_storage.exists(name) for name in (kept, old, young)] == [True, False, True]
    entry = Deletion.objects.get()
    assert (entry.reason, entry.files, entry.form) == ("orphan", 1, None)
    assert keeping.erase_orphans() == 0
