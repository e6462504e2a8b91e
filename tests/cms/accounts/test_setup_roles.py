"""``manage.py setup_roles``: a city without the demo gets its roles, too."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from cms.accounts.roles import EDITORS_GROUP, roles_named
from cms.privacy.roles import DATA_PROTECTION_GROUP

pytestmark = pytest.mark.django_db


def rights(name: str) -> set[str]:
    rows = Group.objects.get(name=name).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def test_all_roles_with_all_their_rights() -> None:
    out = StringIO()
    call_command("setup_roles", stdout=out)
    for name, permissions in roles_named().items():
        assert rights(name) == set(permissions), name
        assert f"{name}: {len(set(permissions))} rights" in out.getvalue()


def test_one_role_leaves_the_others_as_they_are() -> None:
    call_command("setup_roles", stdout=StringIO())
    Group.objects.get(name=EDITORS_GROUP).permissions.clear()
    Group.objects.get(name=DATA_PROTECTION_GROUP).delete()
    call_command("setup_roles", DATA_PROTECTION_GROUP, stdout=StringIO())
    assert rights(EDITORS_GROUP) == set()
    assert "privacy.answer_requests" in rights(DATA_PROTECTION_GROUP)


def test_a_wrong_name_is_named_and_changes_nothing() -> None:
    with pytest.raises(CommandError, match="no role 'editor'"):
        call_command("setup_roles", DATA_PROTECTION_GROUP, "editor")
    assert not Group.objects.filter(name=DATA_PROTECTION_GROUP).exists()
