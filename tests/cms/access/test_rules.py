"""Interned rules and who satisfies them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from cms.access.models import AccessRule, principal
from cms.access.rules import accepts, reader_levels, satisfied_rule_ids
from tests.conftest import make_user

pytestmark = pytest.mark.django_db


def test_equal_clauses_are_one_row_whatever_their_order(roles: Any) -> None:
    a, b = principal("group:1"), principal("group:2")
    assert AccessRule.objects.intern([[a, b], [principal("signed-in")]]) == AccessRule.objects.intern(
        [[principal("signed-in")], [b, a, a]]
    )


def test_a_clause_with_the_public_restricts_nothing() -> None:
    assert AccessRule.objects.intern([[principal("public"), principal("group:1")]]) == AccessRule.objects.public()


def test_every_clause_must_be_satisfied() -> None:
    clauses = [[principal("group:1")], [principal("group:2"), principal("group:3")]]
    now = timezone.now()
    assert accepts(clauses, frozenset({"group:1", "group:3"}), now)
    assert not accepts(clauses, frozenset({"group:1"}), now)


def test_a_time_window_holds_from_start_until_before_end() -> None:
    now = timezone.now()
    clause = [[principal("public", start=now.isoformat(), end=(now + timedelta(hours=1)).isoformat())]]
    rule = AccessRule.objects.intern(clause)
    assert rule.pk in satisfied_rule_ids(AnonymousUser(), at=now)
    assert rule.pk not in satisfied_rule_ids(AnonymousUser(), at=now - timedelta(seconds=1))
    assert rule.pk not in satisfied_rule_ids(AnonymousUser(), at=now + timedelta(hours=1))


def test_an_inactive_member_of_staff_is_the_public(roles: Any, staff_rule: AccessRule) -> None:
    user = make_user("weg", roles["staff"], is_active=False)
    assert staff_rule.pk not in satisfied_rule_ids(user)
    assert reader_levels(user) == {"public"}


def test_a_rule_without_groups_accepts_nobody(staff_user: Any) -> None:
    assert AccessRule.objects.for_groups().pk not in satisfied_rule_ids(staff_user)


def test_rules_say_in_german_who_may_see(staff_rule: AccessRule) -> None:
    assert staff_rule.describe() == "Beschäftigte"
    assert AccessRule.objects.public().describe() == "öffentlich"


def test_only_agents_read_agent_texts(agent_user: Any, staff_user: Any, citizen: Any) -> None:
    assert reader_levels(agent_user) == {"public", "staff", "agent"}
    assert reader_levels(staff_user) == {"public", "staff"}
    assert reader_levels(citizen) == {"public"}
