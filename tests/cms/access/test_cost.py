"""What a reader may see costs the same whatever the number of restrictions."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.access.models import AccessRule
from cms.access.pages import visible_pages
from cms.access.rules import rule_book, satisfied_rule_ids
from tests.conftest import client_of, make_page, restrict

pytestmark = pytest.mark.django_db


def restricted_pages(home: Any, count: int) -> None:
    for number in range(count):
        group = Group.objects.create(name=f"Gruppe {number}")
        restrict(make_page(home, f"Seite {number}"), group)


@pytest.mark.parametrize("count", [1, 20, 200])
def test_a_listing_costs_the_same_with_any_number_of_restrictions(
    home: Any, citizen: Any, client: Any, count: int
) -> None:
    restricted_pages(home, count)
    member = client_of(citizen)
    citizen.groups.add(Group.objects.get(name="Gruppe 0"))
    list(visible_pages(citizen))  # the process reads new rules once
    with CaptureQueriesContext(connection) as anonymous:
        assert len(visible_pages(None).filter(depth=3)) == 0
    with CaptureQueriesContext(connection) as signed_in:
        assert len(visible_pages(citizen).filter(depth=3)) == 1
    assert len(anonymous) == 2  # which rules are new; the pages
    assert len(signed_in) == 4  # and groups and unit; roles and absences were read once for this reader
    member.get("/aemter/")
    with CaptureQueriesContext(connection) as page:
        assert member.get("/aemter/").status_code == 200
    assert len(page) == PAGE_FOR_A_MEMBER


#: SQL queries of /aemter/ for somebody signed in, whatever the number of restrictions.
PAGE_FOR_A_MEMBER = 11


def test_a_new_rule_counts_at_once(home: Any, citizen: Any) -> None:
    page = make_page(home, "Vorher öffentlich")
    assert page.page_ptr in visible_pages(citizen)
    group = Group.objects.create(name="Neu")
    restrict(page, group)
    assert page.page_ptr not in visible_pages(citizen)
    citizen.groups.add(group)
    assert page.page_ptr in visible_pages(citizen)
    assert AccessRule.objects.for_groups(group).describe() == "Neu"


def test_a_rule_that_was_committed_late_counts_as_well(citizen: Any) -> None:
    AccessRule.objects.create(pk=90_000, key="late", clauses=[[{"who": "public"}]])
    assert 90_000 in satisfied_rule_ids(citizen)
    AccessRule.objects.create(pk=80_000, key="earlier", clauses=[[{"who": "public"}]])
    assert 80_000 in satisfied_rule_ids(citizen)
    assert rule_book.clauses(80_000) == [[{"who": "public"}]]
