"""Which rules a reader satisfies. Computed once a request, at a cost that doesn't grow with the number of rules."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Min, Sum
from django.http import HttpRequest
from django.utils import timezone

from cms.caching import versions
from cms.contracts.clock import TimedChange

from .models import PUBLIC, SIGNED_IN, AccessRule

STAFF_GROUP = "staff"
AGENT_GROUP = "agents"
#: How many different sets of principals a process remembers the rules of.
REMEMBERED = 500

Clauses = list[list[dict[str, str]]]
Version = tuple[Any, ...]


def principals_of(user: Any) -> frozenset[str]:
    """Return the principals ``user`` acts as; an inactive user acts as the public.

    ``group:<pk>`` for each group, ``person:<pk>`` for the account itself, ``unit:<pk>`` for the unit the person works
    in and each unit above it, ``role:<group>@<unit>`` for each unit to which a role limited to a unit reaches.
    """
    if user is None or not user.is_authenticated or not user.is_active:
        return frozenset({PUBLIC})
    if isinstance(given := getattr(user, "principals", None), frozenset):  # a reader who is no person
        return given
    groups = {f"group:{pk}" for pk in user.groups.values_list("pk", flat=True)}
    return frozenset({PUBLIC, SIGNED_IN, f"person:{user.pk}", *groups, *_units_of(user), *_roles_of(user)})


def _units_of(user: Any) -> set[str]:
    from cms.directory.models import Person

    paths = Person.objects.filter(account=user).values_list("unit__path", flat=True)
    return {f"unit:{part}" for path in paths for part in (path or "").split("/") if part}


def _roles_of(user: Any) -> set[str]:
    from cms.accounts.rights import units_reached

    return {f"role:{role}@{unit}" for role, unit in units_reached(user)}


def accepts(clauses: Clauses, principals: frozenset[str], at: datetime) -> bool:
    """Return whether every clause has a member among ``principals`` whose time window contains ``at``."""
    return all(any(item["who"] in principals and _in_window(item, at) for item in clause) for clause in clauses)


def _in_window(item: dict[str, str], at: datetime) -> bool:
    start, end = item.get("from"), item.get("until")
    return (not start or datetime.fromisoformat(start) <= at) and (not end or at < datetime.fromisoformat(end))


class RuleBook:
    """All rules, read once by a process, and what each set of principals satisfies until a window opens or closes.

    Rules never change once written, so one small query tells whether the book is current.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything. Tests need it: after a rollback other rules get the same ids."""
        self._version: Version | None = None
        self._seen = ""  # the version of everything public at which the rules were read: they are part of it
        self._clauses: dict[int, Clauses] = {}
        self._moments: list[datetime] = []
        self._answers: OrderedDict[tuple[frozenset[str], int], frozenset[int]] = OrderedDict()

    def satisfied(self, principals: frozenset[str] | None, at: datetime) -> frozenset[int]:
        """Return the ids of the rules that accept ``principals`` at ``at``; None stands for "every rule"."""
        self._bring_up_to_date()
        if principals is None:
            return frozenset(self._clauses)
        # Between two moments at which some window opens or closes, the answer stays the same.
        key = (principals, sum(moment <= at for moment in self._moments))
        answer = self._answers.get(key)
        if answer is None:
            answer = frozenset(pk for pk, clauses in self._clauses.items() if accepts(clauses, principals, at))
            self._answers[key] = answer
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        else:
            self._answers.move_to_end(key)
        return answer

    def clauses(self, pk: int) -> Clauses:
        """Return the clauses of the rule ``pk``; asks the database only about a rule this process has not read yet."""
        if pk not in self._clauses:
            self._bring_up_to_date()
        return self._clauses[pk]

    def next_moment(self, now: datetime) -> datetime | None:
        """Return when the next window opens or closes, None when none will."""
        self._bring_up_to_date()
        return next((moment for moment in self._moments if moment > now), None)

    def _bring_up_to_date(self) -> None:
        seen = versions.of_this_request()
        if seen and seen == self._seen:
            return
        version = self._current_version()
        self._seen = seen
        if version == self._version:
            return
        rules = dict(AccessRule.objects.values_list("pk", "clauses"))
        moments = {
            datetime.fromisoformat(item[edge])
            for clauses in rules.values()
            for clause in clauses
            for item in clause
            for edge in ("from", "until")
            if item.get(edge)
        }
        self._clauses, self._moments = rules, sorted(moments)
        self._answers.clear()
        self._version = version

    @staticmethod
    def _current_version() -> Version:
        # Not the newest id alone: a rule with a smaller one may be committed later. The keys tell apart rules that
        # got the id of one that was rolled back.
        found = AccessRule.objects.aggregate(Count("pk"), Sum("pk"), Min("key"), Max("key"))
        return tuple(found.values())


rule_book = RuleBook()
TIMED = [TimedChange(name="audiences", next_at=rule_book.next_moment)]


def satisfied_rule_ids(user: Any, *, at: datetime | None = None) -> frozenset[int]:
    """Return the ids of all rules ``user`` satisfies at the time ``at`` (default: now).

    Superusers satisfy every rule: they may read everything in the admin anyway.
    """
    at = at or timezone.now()
    if user is not None and user.is_active and user.is_superuser:
        return rule_book.satisfied(None, at)
    return rule_book.satisfied(principals_of(user), at)


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


def reader_may(reader: Any, clauses: Clauses) -> bool:
    """Return whether ``reader`` (user, request or None) satisfies ``clauses`` now. Asks nothing about what is public."""
    if not clauses:
        return True
    user = getattr(reader, "user", None) if isinstance(reader, HttpRequest) else reader
    if user is not None and user.is_active and user.is_superuser:
        return True
    return accepts(clauses, principals_of(user), timezone.now())


def implies(narrow: Clauses, wide: Clauses) -> bool:
    """Return whether everybody who satisfies ``narrow`` satisfies ``wide``, at any time.

    Each clause of ``wide`` must be met by a clause of ``narrow`` none of whose members it refuses. True is certain;
    False may be overcautious where groups happen to have the same members.
    """
    return all(
        any(all(any(_covers(general, item) for general in demanded) for item in given) for given in narrow)
        for demanded in wide
    )


def _covers(general: dict[str, str], item: dict[str, str]) -> bool:
    """Return whether whoever is ``item`` is also ``general``, throughout the item's window."""
    who = general["who"]
    same = (
        who == item["who"] or who == PUBLIC or (who == SIGNED_IN and item["who"] != PUBLIC) or item["who"] == "nobody"
    )
    start, end = general.get("from"), general.get("until")
    starts = not start or bool(
        item.get("from") and datetime.fromisoformat(item["from"]) >= datetime.fromisoformat(start)
    )
    ends = not end or bool(item.get("until") and datetime.fromisoformat(item["until"]) <= datetime.fromisoformat(end))
    return same and starts and ends


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


def satisfies(reader: Any, rule_id: int) -> bool:
    """Return whether ``reader`` (a user or a request) satisfies one rule: for a row that was read for another reason.

    What the public satisfies asks no database: rules never change.
    """
    if accepts(rule_book.clauses(rule_id), frozenset({PUBLIC}), timezone.now()):
        return True
    return rule_id in rule_ids_for(reader)
