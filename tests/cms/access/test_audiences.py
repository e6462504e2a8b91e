"""Audiences with groups, units, people and times, made in the admin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.utils import timezone

from cms.access.forms import AudienceForm
from cms.access.models import AccessRule
from cms.access.rules import satisfied_rule_ids
from cms.directory.models import Location, Person
from tests.conftest import client_of, make_location, make_unit, make_user

pytestmark = pytest.mark.django_db
ADD = "/admin/audiences/new/"


@pytest.fixture
def keeper(roles: Any) -> Any:
    user = make_user("verwaltung")
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "add_accessrule", "view_accessrule"])
    )
    return client_of(user)


def text(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def test_people_of_a_unit_and_those_below_see_a_record(keeper: Any, citizen: Any, staff_user: Any) -> None:
    above = make_unit("Dezernat", "1")
    below = make_unit("Team", "1.1", parent=above)
    Person.objects.create(slug="k", last_name="Kern", unit=below, account=citizen)
    answer = keeper.post(ADD, {"units": [above.pk]}, follow=True)
    assert "Dezernat" in answer.content.decode()
    rule = AccessRule.objects.get(clauses=[[{"who": f"unit:{above.pk}"}]])
    location = make_location("Archiv", access_rule=rule)
    assert list(Location.objects.visible_to(citizen)) == [location]
    assert not Location.objects.visible_to(staff_user).exists()
    Person.objects.update(unit=None)
    assert not Location.objects.visible_to(citizen).exists()


def test_an_embargo_ends_by_itself(keeper: Any, roles: Any, staff_user: Any) -> None:
    lifts = timezone.now().replace(second=0, microsecond=0) + timedelta(days=1)
    assert keeper.post(ADD, {"groups": [roles["staff"].pk], "public_from": text(lifts)}).status_code == 302
    rule = AccessRule.objects.latest("pk").pk
    assert rule in satisfied_rule_ids(staff_user)
    assert rule not in satisfied_rule_ids(AnonymousUser(), at=lifts - timedelta(seconds=1))
    assert rule in satisfied_rule_ids(AnonymousUser(), at=lifts)


def test_one_person_for_some_days(keeper: Any, citizen: Any, staff_user: Any) -> None:
    end = timezone.now().replace(second=0, microsecond=0) + timedelta(days=3)
    assert keeper.post(ADD, {"people": [citizen.pk], "ends": text(end)}).status_code == 302
    rule = AccessRule.objects.latest("pk").pk
    assert rule in satisfied_rule_ids(citizen)
    assert rule not in satisfied_rule_ids(staff_user)
    assert rule not in satisfied_rule_ids(citizen, at=end)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "groups"),
        ({"everybody": "public"}, "starts"),
        ({"everybody": "signed-in", "starts": "2031-01-02 10:00", "ends": "2031-01-01 10:00"}, "ends"),
        ({"everybody": "signed-in", "ends": "2020-01-01 10:00"}, "ends"),
        ({"groups": ["999999"]}, "groups"),
        ({"everybody": "signed-in", "starts": "gestern"}, "starts"),
    ],
)
def test_mistakes_are_named_at_the_field(roles: Any, values: dict[str, Any], field: str) -> None:
    form = AudienceForm(values)
    assert not form.is_valid()
    assert set(form.errors) == {field}


def test_the_same_audience_is_one_row(keeper: Any) -> None:
    before = AccessRule.objects.count()
    keeper.post(ADD, {"everybody": "signed-in"})
    assert AccessRule.objects.count() == before


def test_audiences_are_for_those_with_the_right(roles: Any, editor_user: Any, keeper: Any) -> None:
    rule = AccessRule.objects.signed_in()
    section_editor = make_user("kultur", roles["section editors"])
    for path in (ADD, "/admin/audiences/"):
        assert client_of(section_editor).get(path).status_code == 302, path
        assert client_of(editor_user).get(path).status_code == 200, path
        assert keeper.get(path).status_code == 200, path
    for path in (f"/admin/audiences/edit/{rule.pk}/", f"/admin/audiences/delete/{rule.pk}/"):
        keeper.post(path)
        assert keeper.get(path).status_code in {302, 404}, path
    assert AccessRule.objects.filter(pk=rule.pk).exists()


def test_the_list_costs_the_same_with_many_audiences(keeper: Any, django_assert_max_num_queries: Any) -> None:
    for number in range(15):
        AccessRule.objects.intern([[{"who": f"unit:{number + 1}"}]])
    keeper.get("/admin/audiences/")  # the first request after a change looks what is due
    with django_assert_max_num_queries(26):
        assert keeper.get("/admin/audiences/").status_code == 200
