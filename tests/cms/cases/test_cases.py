"""Cases, their history, and who reads what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from cms.accounts import rights
from cms.accounts.leaving import erase as erase_account
from cms.accounts.leaving import export
from cms.accounts.models import RoleAssignment, User
from cms.cases import references, services
from cms.cases.models import Case, CaseEntry, CaseLink, EntryText, OnlyAdded
from cms.cases.services import Opened
from tests.cms.cases.conftest import MAIL, make_case
from tests.conftest import make_unit, make_user

pytestmark = pytest.mark.django_db


def test_address_text_and_link_lie_unreadable(opened: Opened) -> None:
    services.add_entry(case=opened.case, verb="note", text="Der Hund heißt Bello.", public=True)
    row = Case.objects.get()
    assert row.mail
    assert MAIL not in row.mail
    assert services.mail_of(row) == MAIL
    assert "Bello" not in EntryText.objects.get().text
    assert opened.secret not in CaseLink.objects.get().digest
    assert services.find(opened.secret) == row
    assert services.find(opened.secret.lower().replace("-", "")) == row
    assert services.find(references.new_code()) is None
    assert services.find("") is None


def test_a_taken_reference_is_not_given_twice(opened: Opened, monkeypatch: Any) -> None:
    words = iter([opened.case.reference, opened.case.reference, references.new_reference(date(2026, 1, 1))])
    monkeypatch.setattr(services, "new_reference", lambda _day: next(words))
    assert make_case().case.reference != opened.case.reference


def test_links_survive_a_new_secret_key(opened: Opened, settings: Any) -> None:
    with override_settings(SECRET_KEY="x" * 60, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert services.find(opened.secret) == opened.case
    with override_settings(SECRET_KEY="x" * 60):
        assert services.find(opened.secret) is None


def test_further_links_end(opened: Opened) -> None:
    secret = services.new_link(case=opened.case)
    assert services.find(secret) == opened.case
    CaseLink.objects.filter(until__isnull=False).update(until=timezone.now())
    assert services.find(secret) is None
    assert services.find(opened.secret) == opened.case


def test_steps_and_states_leave_entries(opened: Opened) -> None:
    case = opened.case
    services.move(case=case, step=1)
    services.move(case=case, step=1)
    services.expect(case=case, on=date(2026, 12, 24))
    services.set_state(case=case, state="done", text="Die Marke kommt mit der Post.")
    row = Case.objects.get()
    assert (row.step, row.state, row.expected_on) == (1, "done", date(2026, 12, 24))
    assert list(row.entries.values_list("verb", flat=True)) == ["opened", "moved", "expected", "state"]
    with pytest.raises(ValueError, match="step"):
        services.move(case=case, step=3)
    with pytest.raises(ValueError, match="lost"):
        services.set_state(case=case, state="lost")


def test_the_history_is_only_added_to(opened: Opened) -> None:
    entry = CaseEntry.objects.get()
    entry.verb = "else"
    for deed in (
        entry.save,
        entry.delete,
        lambda: CaseEntry.objects.update(verb="x"),
        CaseEntry.objects.all().delete,
        lambda: CaseEntry.objects.bulk_update([entry], ["verb"]),
    ):
        with pytest.raises(OnlyAdded):
            deed()


@pytest.mark.parametrize("statement", ["UPDATE cases_caseentry SET verb = 'x'", "DELETE FROM cases_caseentry"])
def test_the_database_keeps_it_too(opened: Opened, statement: str) -> None:
    with pytest.raises(DatabaseError, match="entries of cases are kept"), transaction.atomic():
        connection.cursor().execute(statement)
    assert CaseEntry.objects.get().verb == "opened"


def test_erasing_leaves_the_skeleton(opened: Opened, staff_user: User) -> None:
    case = opened.case
    services.add_entry(case=case, verb="note", text="Der Hund heißt Bello.", public=True)
    services.erase(case=case)
    services.erase(case=case)
    row = Case.objects.get()
    assert (row.mail, row.account, row.links.count(), EntryText.objects.count()) == ("", None, 0, 0)
    assert list(row.entries.values_list("verb", flat=True)) == ["opened", "note", "erased"]
    assert services.find(opened.secret) is None


def test_an_account_that_goes_takes_finished_cases_along(opened: Opened, citizen: User) -> None:
    done = make_case(account=citizen).case
    services.set_state(case=done, state="done", text="Fertig.")
    assert {row["reference"] for row in export(citizen)["cases"]["cases"]} == {opened.case.reference, done.reference}
    erase_account(user=citizen)
    open_row, done_row = Case.objects.get(pk=opened.case.pk), Case.objects.get(pk=done.pk)
    assert open_row.account is None
    assert services.mail_of(open_row) == MAIL  # the office still has to answer
    assert done_row.erased_at
    assert done_row.mail == ""


def test_an_account_that_wrote_entries_can_be_deleted(opened: Opened, roles: Any) -> None:
    clerk = make_user("amt", is_superuser=True)
    make_user("chef", is_superuser=True)
    services.add_entry(case=opened.case, verb="note", text="x", public=True, by=clerk)
    assert export(clerk)["cases"]["entries"][0]["case"] == opened.case.reference
    erase_account(user=clerk)
    assert EntryText.objects.get().by is None


@pytest.fixture
def clerk(roles: Any) -> tuple[User, Group]:
    role = Group.objects.create(name="clerks")
    codes = ["view_case", "change_case"]
    role.permissions.set(Permission.objects.filter(content_type__app_label="cases", codename__in=codes))
    return make_user("sachbearbeitung"), role


def test_cases_are_seen_by_their_person_and_their_unit(opened: Opened, clerk: Any, citizen: User, unit: Any) -> None:
    user, role = clerk
    below = make_unit("Hundesteuer", slug="hundesteuer", parent=unit)
    other_unit = make_unit("Bauamt", slug="bauamt")
    lower, foreign = make_case(unit=below).case, make_case(unit=other_unit).case
    homeless = make_case(unit=None).case
    assert not Case.objects.visible_to(user).exists()
    RoleAssignment.objects.create(user=user, role=role, scope="unit", scope_id=str(unit.pk))
    user = User.objects.get(pk=user.pk)
    rights.derive(user)
    assert set(Case.objects.visible_to(user)) == {opened.case, lower}
    assert set(Case.objects.visible_to(citizen)) == {opened.case}
    services.add_entry(case=lower, verb="note", text="x", public=False, by=user)
    for case in (foreign, homeless):
        with pytest.raises(PermissionDenied):
            services.add_entry(case=case, verb="note", text="x", public=False, by=user)
    with pytest.raises(PermissionDenied):
        services.move(case=opened.case, step=1, by=citizen)


def test_old_links_are_cleared(opened: Opened) -> None:
    services.new_link(case=opened.case)
    CaseLink.objects.filter(until__isnull=False).update(until=timezone.now() - timedelta(days=2))
    services.new_link(case=opened.case)
    assert CaseLink.objects.filter(case=opened.case).count() == 2
