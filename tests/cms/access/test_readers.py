"""Who satisfies which rule: administrators, members who leave, rules made of several clauses, redirects of pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.test import RequestFactory
from wagtail.models import Page

from cms.access.models import AccessRule, PageAccess, canonical, principal
from cms.access.pages import visible_pages
from cms.access.rules import reader_levels, rule_ids_for, satisfied_rule_ids
from plugins.services.models import Service
from tests.conftest import client_of, make_page, make_service, make_user, restrict

pytestmark = pytest.mark.django_db


def test_the_administrator_satisfies_every_rule(roles: Any) -> None:
    AccessRule.objects.for_groups()
    admin = make_user("verwaltung", is_superuser=True)
    assert satisfied_rule_ids(admin) == set(AccessRule.objects.values_list("pk", flat=True))
    assert reader_levels(admin) == {"public", "staff", "agent"}


def test_an_inactive_administrator_is_the_public(roles: Any) -> None:
    admin = make_user("früher", is_superuser=True, is_active=False)
    assert satisfied_rule_ids(admin) == satisfied_rule_ids(AnonymousUser())
    assert reader_levels(admin) == {"public"}


def test_who_leaves_the_group_loses_access_with_the_next_request(staff_rule: Any, home: Any, staff_user: Any) -> None:
    path = make_service(access_rule=staff_rule).get_absolute_url()
    client = client_of(staff_user)
    assert client.get(path).status_code == 200
    staff_user.groups.clear()
    assert client.get(path).status_code == 404


def test_signed_in_is_enough_for_a_login_restriction(home: Any, citizen: Any) -> None:
    page = make_page(home, "Nur angemeldet")
    restrict(page)
    assert page.pk not in visible_pages(None).values_list("pk", flat=True)
    assert page.pk in visible_pages(citizen).values_list("pk", flat=True)


def test_a_rule_of_two_clauses_needs_both_groups(roles: Any) -> None:
    staff, editors = (principal(f"group:{roles[name].pk}") for name in ("staff", "editors"))
    make_service(access_rule=AccessRule.objects.intern([[staff], [editors]]))
    one, both = make_user("eins", roles["staff"]), make_user("zwei", roles["staff"], roles["editors"])
    assert not Service.objects.visible_to(one).exists()
    assert Service.objects.visible_to(both).exists()


def test_an_empty_clause_accepts_nobody(staff_user: Any) -> None:
    assert AccessRule.objects.intern([[]]).pk not in satisfied_rule_ids(staff_user)


def test_a_public_time_window_is_not_the_public() -> None:
    windowed = [[principal("public", end="2026-01-01T00:00:00+00:00")]]
    assert canonical(windowed) == windowed
    assert not AccessRule.objects.intern(windowed).is_public


def test_rules_are_read_once_a_request(staff_user: Any, django_assert_num_queries: Any) -> None:
    request = RequestFactory().get("/")
    request.user = staff_user
    rule_ids_for(request)
    with django_assert_num_queries(0):
        rule_ids_for(request)


def test_draft_pages_are_visible_to_nobody(home: Any, staff_user: Any) -> None:
    page = make_page(home, "Entwurf", live=False)
    for reader in (None, staff_user):
        assert page.pk not in visible_pages(reader).values_list("pk", flat=True)


def test_a_page_copied_out_of_a_closed_section_is_as_open_as_its_new_place(intranet: Any, home: Any) -> None:
    source = intranet.get_children().get().specific
    copied = source.copy(to=home, update_attrs={"slug": "kopie"})
    assert copied.pk in visible_pages(None).values_list("pk", flat=True)
    below = source.copy(to=intranet, update_attrs={"slug": "zweite"})
    assert below.pk not in visible_pages(None).values_list("pk", flat=True)


def test_every_page_has_a_rule(intranet: Any) -> None:
    assert Page.objects.count() == PageAccess.objects.count()


def test_a_new_group_can_be_chosen_as_audience_at_once(roles: Any) -> None:
    before = AccessRule.objects.count()
    Group.objects.create(name="Personalrat")
    assert AccessRule.objects.count() == before + 1
