"""Which rules a reader satisfies. Computed once a request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone

from .models import PUBLIC, SIGNED_IN, AccessRule

STAFF_GROUP = "staff"
AGENT_GROUP = "agents"


def principals_of(user: Any) -> frozenset[str]:
    """Return the principals ``user`` acts as; an inactive user acts as the public."""
    if user is None or not user.is_authenticated or not user.is_active:
        return frozenset({PUBLIC})
    groups = {f"group:{pk}" for pk in user.groups.values_list("pk", flat=True)}
    return frozenset({PUBLIC, SIGNED_IN, *groups})


def accepts(clauses: list[list[dict[str, str]]], principals: frozenset[str], at: datetime) -> bool:
    """Return whether every clause has a member among ``principals`` whose time window contains ``at``."""
    return all(any(item["who"] in principals and _in_window(item, at) for item in clause) for clause in clauses)


def _in_window(item: dict[str, str], at: datetime) -> bool:
    start, end = item.get("from"), item.get("until")
    return (not start or datetime.fromisoformat(start) <= at) and (not end or at < datetime.fromisoformat(end))


def satisfied_rule_ids(user: Any, *, at: datetime | None = None) -> frozenset[int]:
    """Return the ids of all rules ``user`` satisfies at the time ``at`` (default: now).

    Superusers satisfy every rule: they may read everything in the admin anyway.
    """
    at = at or timezone.now()
    rules = AccessRule.objects.values_list("pk", "clauses")
    if user is not None and user.is_active and user.is_superuser:
        return frozenset(pk for pk, _ in rules)
    principals = principals_of(user)
    return frozenset(pk for pk, clauses in rules if accepts(clauses, principals, at))


def rule_ids_for(reader: Any) -> frozenset[int]:
    """Return the satisfied rule ids of a user, of a request (kept on it), or of None (the public)."""
    if isinstance(reader, HttpRequest):
        if not hasattr(reader, "_satisfied_rule_ids"):
            reader._satisfied_rule_ids = satisfied_rule_ids(getattr(reader, "user", None))  # type: ignore[attr-defined]
        return reader._satisfied_rule_ids  # type: ignore[attr-defined]
    # DRF wraps the request.
    inner = getattr(reader, "_request", None)
    if isinstance(inner, HttpRequest):
        return rule_ids_for(inner)
    return satisfied_rule_ids(reader if reader is not None else AnonymousUser())


def reader_levels(reader: Any) -> frozenset[str]:
    """Return which texts a reader may search: always "public"; "staff" and "agent" by group membership."""
    if isinstance(reader, HttpRequest):
        if not hasattr(reader, "_reader_levels"):
            reader._reader_levels = reader_levels(getattr(reader, "user", None))  # type: ignore[attr-defined]
        return reader._reader_levels  # type: ignore[attr-defined]
    inner = getattr(reader, "_request", None)
    if isinstance(inner, HttpRequest):
        return reader_levels(inner)
    if reader is None or not reader.is_authenticated or not reader.is_active:
        return frozenset({"public"})
    if reader.is_superuser:
        return frozenset({"public", "staff", "agent"})
    names = set(reader.groups.filter(name__in=[STAFF_GROUP, AGENT_GROUP]).values_list("name", flat=True))
    return frozenset({"public"} | ({"staff"} if names else set()) | ({"agent"} if AGENT_GROUP in names else set()))
