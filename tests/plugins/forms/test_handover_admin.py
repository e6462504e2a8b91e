"""The list of hand-overs and the targets of a form in the admin: who sees and does what."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from cms.accounts import rights
from cms.accounts.models import RoleAssignment, User
from plugins.forms.models import HandOver, HandOverTarget
from tests.conftest import client_of, make_unit, make_user
from tests.plugins.forms.conftest import submitted, webhook_to
from tests.plugins.forms.filled import make_form
from tests.plugins.forms.specialist_system import SECRET

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
CODES = ("view_handover", "change_handover", "change_handovertarget", "access_admin")


@pytest.fixture
def clerk(dog_form: Any) -> Client:
    """Somebody with the rights for the unit of the dogs alone."""
    role = Group.objects.create(name="dog clerks")
    role.permissions.set(Permission.objects.filter(codename__in=CODES))
    user = make_user("hundeamt")
    RoleAssignment.objects.create(user=user, role=role, scope="unit", scope_id=str(dog_form.unit.pk))
    rights.derive(user)
    return client_of(User.objects.get(pk=user.pk))


@pytest.fixture
def failed(dog_form: Any) -> HandOver:
    """One of the dogs, given up, and one of another unit's form."""
    webhook_to(dog_form, "https://93.184.216.34/")
    other = make_form(slug="baum", unit=make_unit("Grünamt", "67", slug="gruenamt"))
    webhook_to(other, "https://93.184.216.34/", name="baeume")
    submitted(other)
    submitted(dog_form)
    HandOver.objects.update(state="given_up", last_error="HTTP 422")
    return HandOver.objects.get(name="fach")


def test_the_list_shows_the_unit_and_nothing_else(clerk: Client, failed: HandOver) -> None:
    text = clerk.get(reverse("form_hand_overs")).content.decode()
    assert failed.submission.case.reference in text
    assert "HTTP 422" in text
    assert "baeume" not in text
    assert HandOver.objects.get(name="baeume").submission.case.reference not in text
    assert "Erika" not in text
    assert clerk.get(reverse("form_hand_overs"), {"state": "done"}).status_code == 200
    assert clerk.get(reverse("form_hand_overs"), {"state": "x", "form": "y", "p": "x"}).status_code == 200


def test_who_has_no_right_sees_no_list(failed: HandOver, editor_user: User, citizen: User) -> None:
    assert client_of(citizen).get(reverse("form_hand_overs")).status_code == 302
    assert Client().get(reverse("form_hand_overs")).status_code == 302
    nobody = make_user("niemand")
    nobody.user_permissions.add(Permission.objects.get(codename="access_admin"))
    answer = client_of(nobody).get(reverse("form_hand_overs"))
    assert answer.status_code == 302
    assert client_of(nobody).get(reverse("form_targets", args=[failed.target.form_id])).status_code == 302


def test_the_button_sends_again_what_is_ones_own(clerk: Client, failed: HandOver) -> None:
    foreign = HandOver.objects.get(name="baeume")
    clerk.post(reverse("form_hand_over_retry"), {"hand_over": str(foreign.pk)})
    foreign.refresh_from_db()
    assert foreign.state == "given_up"
    clerk.post(reverse("form_hand_over_retry"), {"hand_over": str(failed.pk)})
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.last_error) == ("waiting", 0, "")
    clerk.post(reverse("form_hand_over_retry"))
    foreign.refresh_from_db()
    assert foreign.state == "given_up"
    assert clerk.post(reverse("form_hand_over_retry"), {"hand_over": "9" * 30}).status_code == 404
    assert clerk.get(reverse("form_hand_over_retry")).status_code == 405


def test_targets_are_set_up_and_their_secrets_never_shown(clerk: Client, dog_form: Any) -> None:
    page = reverse("form_target_new", args=[dog_form.pk]) + "?back_end=webhook"
    assert clerk.get(reverse("form_targets", args=[dog_form.pk])).status_code == 200
    assert "Geheimnis" in clerk.get(page).content.decode()
    values = {"name": "fach", "use": "always", "order": "0", "active": "on", "files": "none"}
    bad = clerk.post(page, {**values, "url": "https://127.0.0.1/", "secret": SECRET})
    assert "öffentlichen Internet" in bad.content.decode()
    assert not HandOverTarget.objects.exists()
    clerk.post(page, {**values, "url": "https://93.184.216.34/", "secret": SECRET})
    target = HandOverTarget.objects.get()
    assert (target.options["url"], target.secrets) == ("https://93.184.216.34/", {"secret": SECRET})
    edit = reverse("form_target", args=[dog_form.pk, target.pk])
    assert SECRET not in clerk.get(edit).content.decode()
    clerk.post(edit, {**values, "name": "neu", "url": "https://93.184.216.34/x", "secret": ""})
    target.refresh_from_db()
    assert (target.name, target.secrets) == ("neu", {"secret": SECRET})
    clerk.post(edit, {"deed": "delete"})
    assert not HandOverTarget.objects.exists()


def test_a_target_of_another_unit_is_not_touched(clerk: Client, failed: HandOver) -> None:
    foreign = HandOverTarget.objects.get(name="baeume")
    edit = reverse("form_target", args=[foreign.form_id, foreign.pk])
    assert clerk.get(edit).status_code == 302
    assert clerk.get(reverse("form_target", args=[failed.target.form_id, foreign.pk])).status_code == 404
    clerk.post(edit, {"deed": "delete"})
    assert HandOverTarget.objects.filter(pk=foreign.pk).exists()


def test_a_target_with_a_history_stays(clerk: Client, failed: HandOver) -> None:
    edit = reverse("form_target", args=[failed.target.form_id, failed.target_id])
    answer = clerk.post(edit, {"deed": "delete"}, follow=True)
    assert "Verlauf" in answer.content.decode()
    assert HandOverTarget.objects.filter(pk=failed.target_id).exists()


def test_few_queries_for_many_rows(clerk: Client, dog_form: Any, django_assert_max_num_queries: Any) -> None:
    webhook_to(dog_form, "https://93.184.216.34/")
    for _number in range(20):
        submitted(dog_form)
    clerk.get(reverse("form_hand_overs"))
    with django_assert_max_num_queries(40):
        clerk.get(reverse("form_hand_overs"))
