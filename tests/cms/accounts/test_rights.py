"""Roles in scope and time become groups and Wagtail's permissions; deputies have them as well; the reasons are told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Page

from cms.access.forms import AudienceForm
from cms.accounts import rights
from cms.accounts.explain import explain, people_who_may
from cms.accounts.models import DerivedGroup, RoleAssignment, RoleSettings, User
from cms.directory.deputies import represented_by
from cms.directory.models import Absence, OrganisationUnit, Person
from cms.jobs.models import Worker
from plugins.services.models import Service
from tests.conftest import client_of, make_location, make_page, make_service, make_unit, make_user, restrict

pytestmark = pytest.mark.django_db
Scope = RoleAssignment.Scope
HOUR = timedelta(hours=1)


@pytest.fixture
def anna(roles: dict[str, Group]) -> User:
    return make_user("anna")


def names(user: User) -> set[str]:
    return set(User.objects.get(pk=user.pk).groups.values_list("name", flat=True))


def make_person(user: User | None, name: str, unit: OrganisationUnit | None = None) -> Person:
    return Person.objects.create(slug=name.lower(), last_name=name, account=user, unit=unit)


def test_a_role_in_the_whole_city_is_its_group(anna: User, roles: Any) -> None:
    row = rights.assign(user=anna, role=roles["editors"])
    assert names(anna) == {"editors"}
    rights.withdraw(assignment=row)
    assert names(anna) == set()


def test_a_membership_given_directly_stays(anna: User, roles: Any) -> None:
    anna.groups.add(roles["editors"])
    rights.withdraw(assignment=rights.assign(user=anna, role=roles["editors"]))
    assert names(anna) == {"editors"}


def test_a_role_on_a_page_reaches_what_is_below_and_nothing_else(anna: User, roles: Any, home: Any) -> None:
    museum, other = make_page(home, "Museum"), make_page(home, "Presse")
    below = make_page(museum, "Ausstellung")
    rights.assign(user=anna, role=roles["editors"], scope=Scope.PAGE, scope_id=museum.pk)
    assert below.permissions_for_user(anna).can_edit()
    assert below.permissions_for_user(anna).can_publish()
    assert not other.permissions_for_user(anna).can_edit()
    client = client_of(anna)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[below.pk])).status_code == 200
    assert client.get(reverse("wagtailadmin_pages:edit", args=[other.pk])).status_code in (302, 403)
    assert not anna.has_perm("directory.change_person"), "the role's other rights don't come along"


def test_two_roles_on_two_pages_stay_apart(anna: User, roles: Any, home: Any) -> None:
    bert = make_user("bert")
    one, two = make_page(home, "Eins"), make_page(home, "Zwei")
    rights.assign(user=anna, role=roles["section editors"], scope=Scope.PAGE, scope_id=one.pk)
    rights.assign(user=bert, role=roles["section editors"], scope=Scope.PAGE, scope_id=two.pk)
    assert not two.permissions_for_user(anna).can_edit()
    assert not one.permissions_for_user(bert).can_edit()


def test_the_derived_group_goes_with_its_last_member(anna: User, roles: Any, home: Any) -> None:
    row = rights.assign(user=anna, role=roles["editors"], scope=Scope.PAGE, scope_id=home.pk)
    assert DerivedGroup.objects.count() == 1
    rights.withdraw(assignment=row)
    assert DerivedGroup.objects.count() == 0
    assert not Group.objects.filter(name__contains="#").exists()


def test_a_role_begins_and_ends_at_its_time(anna: User, roles: Any, intranet: Any, monkeypatch: Any) -> None:
    now = timezone.now()
    rights.assign(user=anna, role=roles["staff"], starts=now + HOUR, ends=now + 2 * HOUR)
    client = client_of(anna)
    for moment, expected in ((now, 302), (now + 1.5 * HOUR, 200), (now + 3 * HOUR, 302)):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        status = client.get("/intranet/").status_code
        assert (200 if status == 200 else 302) == expected, moment


def test_the_job_ends_roles_of_people_who_are_not_here(anna: User, roles: Any) -> None:
    now = timezone.now()
    rights.assign(user=anna, role=roles["staff"], ends=now + HOUR)
    assert rights.derive_all_due(now + 2 * HOUR) == 1
    assert names(anna) == set()
    assert rights.derive_all_due(now + 3 * HOUR) == 0


@pytest.mark.parametrize(
    "wrong", [{"scope": Scope.PAGE}, {"scope_id": 7}, {"starts": timezone.now(), "ends": timezone.now() - HOUR}]
)
def test_half_a_scope_and_a_window_in_reverse_are_refused(anna: User, roles: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="role"):
        rights.assign(user=anna, role=roles["staff"], **wrong)


def test_nobody_gives_or_takes_roles_without_the_right(anna: User, roles: Any, editor_user: User) -> None:
    with pytest.raises(PermissionDenied):
        rights.assign(user=anna, role=roles["staff"], by=editor_user)
    row = rights.assign(user=anna, role=roles["staff"])
    with pytest.raises(PermissionDenied):
        rights.withdraw(assignment=row, by=editor_user)
    for path in ("/admin/roles-of-people/", "/admin/roles-of-people/new/", "/admin/who-may/", "/admin/invitations/"):
        assert client_of(editor_user).get(path).status_code in (302, 403), path


# --- units and single records


@pytest.fixture
def office(roles: Any, home: Any) -> dict[str, Any]:
    """Two offices; a team below the first; a person, a location and a service of each."""
    first, second = make_unit("Bürgeramt", "33"), make_unit("Kulturamt", "42")
    team = make_unit("Pass-Team", "33.1", parent=first)
    place = make_location("Stadthaus")
    place.units.set([first])
    place.save()
    return {
        "first": first,
        "second": second,
        "team": team,
        "place": place,
        "mine": make_person(None, "Nah", team),
        "foreign": make_person(None, "Fern", second),
        "service": make_service("Pass beantragen", unit=team),
        "foreign_service": make_service("Museum besuchen", unit=second),
    }


EDIT = {
    "mine": "wagtailsnippets_directory_person:edit",
    "foreign": "wagtailsnippets_directory_person:edit",
    "team": "wagtailsnippets_directory_organisationunit:edit",
    "second": "wagtailsnippets_directory_organisationunit:edit",
    "place": "wagtailsnippets_directory_location:edit",
    "service": "wagtailsnippets_services_service:edit",
    "foreign_service": "wagtailsnippets_services_service:edit",
}


def test_a_role_in_a_unit_reaches_the_records_of_the_unit_and_below(anna: User, roles: Any, office: Any) -> None:
    rights.assign(user=anna, role=roles["editors"], scope=Scope.UNIT, scope_id=office["first"].pk)
    client = client_of(anna)
    statuses = {name: client.get(reverse(view, args=[office[name].pk])).status_code for name, view in EDIT.items()}
    allowed = {name for name, status in statuses.items() if status == 200}
    assert allowed == {"mine", "team", "place", "service"}, statuses
    for view in ("history", "delete", "usage"):
        path = reverse(f"wagtailsnippets_directory_person:{view}", args=[office["foreign"].pk])
        assert client.get(path).status_code in (302, 403), view
    client.post(reverse("wagtailsnippets_directory_person:delete", args=[office["foreign"].pk]))
    assert Person.objects.filter(pk=office["foreign"].pk).exists()
    assert client.get(reverse("wagtailsnippets_directory_person:list")).status_code == 200
    assert client.get(reverse("wagtailsnippets_directory_person:add")).status_code in (302, 403)


def test_bulk_actions_do_not_reach_further(anna: User, roles: Any, office: Any) -> None:
    rights.assign(user=anna, role=roles["editors"], scope=Scope.UNIT, scope_id=office["first"].pk)
    path = reverse("wagtail_bulk_action", args=["directory", "person", "delete"])
    client_of(anna).post(f"{path}?id={office['foreign'].pk}")
    assert Person.objects.filter(pk=office["foreign"].pk).exists()


def test_an_audience_may_name_a_role_in_a_unit(anna: User, roles: Any, office: Any, editor_user: User) -> None:
    form = AudienceForm({"units": [office["team"].pk], "role": roles["agents"].pk})
    assert form.is_valid(), form.errors
    rule = form.save()
    hidden = make_service("Nur für den Dienst", access_rule=rule)
    assert str(office["team"]) in rule.describe()

    def sees(user: User) -> bool:
        return Service.objects.visible_to(User.objects.get(pk=user.pk)).filter(pk=hidden.pk).exists()

    row = rights.assign(user=anna, role=roles["agents"], scope=Scope.UNIT, scope_id=office["second"].pk)
    assert not sees(anna), "in another office"
    rights.assign(user=anna, role=roles["agents"], scope=Scope.UNIT, scope_id=office["first"].pk)
    assert sees(anna), "in the office above"
    office["team"].parent = office["second"]
    office["team"].save()
    rights.withdraw(assignment=row)
    assert not sees(anna), "the team has moved away"
    rights.assign(user=editor_user, role=roles["agents"])
    assert sees(editor_user), "in the whole city"


def test_a_role_without_units_is_no_audience(roles: Any) -> None:
    assert "units" in AudienceForm({"role": roles["agents"].pk}).errors


def test_a_role_on_one_record(anna: User, roles: Any, office: Any) -> None:
    scope_id = f"service:{office['service'].pk}"
    rights.assign(user=anna, role=roles["editors"], scope=Scope.RECORD, scope_id=scope_id)
    client = client_of(anna)
    assert client.get(reverse(EDIT["service"], args=[office["service"].pk])).status_code == 200
    assert client.get(reverse(EDIT["service"], args=[office["foreign_service"].pk])).status_code in (302, 403)


def test_a_role_without_the_permission_gives_nothing(anna: User, roles: Any, office: Any) -> None:
    rights.assign(user=anna, role=roles["section editors"], scope=Scope.UNIT, scope_id=office["first"].pk)
    assert client_of(anna).get(reverse(EDIT["mine"], args=[office["mine"].pk])).status_code in (302, 403)


# --- deputies


@pytest.fixture
def away(anna: User, roles: Any) -> dict[str, Any]:
    """Anna is an editor and away today; Bert stands in."""
    bert = make_user("bert")
    people = {"anna": make_person(anna, "Anna"), "bert": make_person(bert, "Bert")}
    rights.assign(user=anna, role=roles["editors"])
    today = timezone.localdate()
    absence = Absence.objects.create(person=people["anna"], first_day=today, last_day=today, deputy=people["bert"])
    return {**people, "user": bert, "absence": absence}


def test_deputies_have_the_role_only_where_it_says_so(away: Any, roles: Any) -> None:
    assert names(away["user"]) == set()
    rule = RoleSettings.objects.create(group=roles["editors"], for_deputies=True)
    assert names(away["user"]) == {"editors"}
    rule.for_deputies = False
    rule.save()
    assert names(away["user"]) == set()


def test_the_deputys_role_ends_with_the_absence(away: Any, roles: Any) -> None:
    RoleSettings.objects.create(group=roles["editors"], for_deputies=True)
    away["absence"].delete()
    assert names(away["user"]) == set()


def test_the_deputys_role_ends_by_the_calendar(away: Any, roles: Any) -> None:
    RoleSettings.objects.create(group=roles["editors"], for_deputies=True)
    assert rights.derive_all_due(timezone.now() + timedelta(days=2)) >= 1
    assert names(away["user"]) == set()


def test_when_the_deputy_is_away_the_next_one_stands_in_for_both(away: Any) -> None:
    carl = make_user("carl")
    third = make_person(carl, "Carl")
    today = timezone.localdate()
    Absence.objects.create(person=away["bert"], first_day=today, last_day=today, deputy=third)
    Absence.objects.create(person=third, first_day=today, last_day=today, deputy=away["anna"])  # a circle ends
    assert represented_by(carl) == {away["anna"], away["bert"]}
    assert represented_by(carl, today + timedelta(days=1)) == set()


def test_what_a_deputy_lends_is_not_lent_on_as_ones_own(away: Any, roles: Any) -> None:
    RoleSettings.objects.create(group=roles["editors"], for_deputies=True)
    (held,) = rights.held_by(away["user"])
    assert held.instead_of == away["anna"]
    assert not RoleAssignment.objects.filter(user=away["user"]).exists()


@pytest.mark.parametrize(("days", "who"), [(-1, "bert"), (1, "anna")])
def test_an_absence_in_reverse_or_for_oneself_is_refused(away: Any, days: int, who: str) -> None:
    absence = Absence(person=away["anna"], first_day=date(2026, 5, 5), deputy=away[who])
    absence.last_day = absence.first_day + timedelta(days=days)
    with pytest.raises(Exception, match=r"Tag|selbst|day|themselves"):
        absence.full_clean()


# --- why?


def test_the_screen_says_who_may_what_and_why(anna: User, roles: Any, home: Any) -> None:
    page = make_page(home, "Museum")
    boss = make_user("chefin", first_name="Greta", last_name="Chef", is_superuser=True)
    rights.assign(
        user=anna, role=roles["editors"], scope=Scope.PAGE, scope_id=page.pk, by=boss, note="Elternzeitvertretung"
    )
    answer = client_of(boss).get(reverse("who_may"), {"page": page.pk, "person": anna.pk}).content.decode()
    for words in ("Elternzeitvertretung", "Greta Chef", "Museum"):
        assert words in answer
    everybody = client_of(boss).get(reverse("who_may"), {"page": page.pk}).content.decode()
    assert "anna@mainz.example" in everybody
    assert "chefin@mainz.example" in everybody
    assert client_of(boss).get(reverse("who_may"), {"page": "x", "person": "y"}).status_code == 200


def test_why_somebody_sees_a_protected_page(anna: User, roles: Any, home: Any) -> None:
    page = make_page(home, "Intern")
    restrict(page, roles["staff"])
    assert not explain(anna, page)[0].allowed
    rights.assign(user=anna, role=roles["staff"], note="Neu im Haus")
    seen = explain(User.objects.get(pk=anna.pk), page)[0]
    assert seen.allowed
    assert any("Neu im Haus" in reason for reason in seen.reasons)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_yes_has_a_reason_and_is_what_wagtail_says(roles: Any, home: Any, data: st.DataObject) -> None:
    pages = list(Page.objects.filter(path__startswith=home.path)[:4])
    while len(pages) < 4:
        pages.append(make_page(pages[-1], f"Seite {len(pages)}"))
    user = User.objects.create_user(
        f"u{User.objects.count()}-{Worker.objects.count()}", f"u{User.objects.count()}@x.example"
    )
    for _number in range(data.draw(st.integers(0, 3))):
        role = roles[data.draw(st.sampled_from(["editors", "section editors", "staff"]))]
        page = data.draw(st.sampled_from([None, *pages]))
        rights.assign(user=user, role=role, scope=Scope.PAGE if page else Scope.CITY, scope_id=page.pk if page else "")
    user = User.objects.get(pk=user.pk)
    for page in pages:
        tester = page.permissions_for_user(user)
        answers = {answer.action: answer for answer in explain(user, page)}
        truth = [
            True,
            tester.can_add_subpage(),
            tester.can_edit(),
            tester.can_publish(),
            tester.can_delete(),
            tester.can_lock(),
        ]
        assert [answer.allowed for answer in answers.values()] == truth
        assert all(answer.reasons for answer in answers.values() if answer.allowed)
        listed = {person.pk for person, _answers in people_who_may(page)}
        assert (user.pk in listed) == any(truth[1:])


def test_roles_are_given_in_the_admin(roles: Any, home: Any, anna: User) -> None:
    boss = make_user("chefin", is_superuser=True)
    client = client_of(boss)
    unit = make_unit()
    values = {
        "user": anna.pk,
        "role": roles["editors"].pk,
        "unit": unit.pk,
        "page": "",
        "starts": "",
        "ends": "",
        "note": "Projekt",
    }
    both = client.post("/admin/roles-of-people/new/", {**values, "page": home.pk})
    assert both.status_code == 200
    assert not RoleAssignment.objects.exists()
    past = client.post("/admin/roles-of-people/new/", {**values, "ends": "2020-01-01 08:00"})
    assert past.status_code == 200
    assert "Projekt" in past.content.decode(), "nothing typed is lost"
    assert client.post("/admin/roles-of-people/new/", values).status_code == 302
    row = RoleAssignment.objects.get()
    assert (row.scope, row.scope_id, row.given_by) == (Scope.UNIT, str(unit.pk), boss)
    assert "Projekt" in client.get("/admin/roles-of-people/").content.decode()
    client.post(f"/admin/roles-of-people/delete/{row.pk}/")
    assert not RoleAssignment.objects.exists()


def test_the_list_of_roles_costs_the_same_with_many(roles: Any, home: Any, anna: User) -> None:
    client = client_of(make_user("chefin", is_superuser=True))

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get("/admin/roles-of-people/").status_code == 200
        return len(found)

    rights.assign(user=anna, role=roles["staff"], scope=Scope.PAGE, scope_id=home.pk)
    rights.assign(user=anna, role=roles["staff"], scope=Scope.UNIT, scope_id=make_unit().pk)
    queries()
    few = queries()
    for number in range(8):
        unit = make_unit(f"Amt {number}", str(number))
        rights.assign(user=anna, role=roles["staff"], scope=Scope.UNIT, scope_id=unit.pk)
    queries()
    assert queries() == few


# --- second factor


def test_a_role_can_ask_for_a_second_factor(anna: User, roles: Any, home: Any, intranet: Any) -> None:
    rights.assign(user=anna, role=roles["staff"])
    client = client_of(anna)
    assert client.get("/intranet/").status_code == 200
    RoleSettings.objects.create(group=roles["staff"], second_factor=True)
    answer = client.get("/intranet/")
    assert answer.status_code == 302
    assert answer["Location"] == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200, "no circle"
    assert Client().get("/").status_code == 200, "the public is not asked"
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(anna, generate_totp_secret())
    assert client.get("/intranet/").status_code == 200


def test_whoever_has_a_second_factor_is_asked_for_it(anna: User, home: Any) -> None:
    from allauth.mfa.totp.internal.auth import (
        TOTP,
        format_hotp_value,
        generate_totp_secret,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    secret = generate_totp_secret()
    TOTP.activate(anna, secret)
    client = Client()
    answer = client.post("/accounts/login/", {"login": "anna", "password": "geheimes-wort-1"})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get("/accounts/").status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert client.get("/accounts/").status_code == 302
    counter = next(iter(yield_hotp_counters_from_time()))
    client.post(reverse("mfa_authenticate"), {"code": format_hotp_value(hotp_value(secret, counter))})
    assert client.get("/accounts/").status_code == 200


def test_permissions_of_the_model_are_enough_without_roles(office: Any, anna: User) -> None:
    for codename in ("change_person", "view_person"):
        anna.user_permissions.add(Permission.objects.get(codename=codename, content_type__app_label="directory"))
    anna.user_permissions.add(Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin"))
    path = reverse(EDIT["foreign"], args=[office["foreign"].pk])
    assert client_of(anna).get(path).status_code == 200
