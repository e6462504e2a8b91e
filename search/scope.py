"""What a reader may see, as both engines need it. The one place where the access filter of the search is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from cms.access.models import AccessRule
from cms.access.rules import reader_levels, rule_ids_for
from cms.plugins.switches import switched_off

from .documents import documents, hidden_page_paths, kinds_of
from .models import Level, SearchEntry
from .near import Near

LEVEL_OF_READER = {"public": Level.PUBLIC, "staff": Level.STAFF, "agent": Level.AGENT}
#: Names of the filters with counts, in the order they are shown.
FACETS = ("kind", "topic", "unit", "district", "language", "audience")
PUBLIC, INTERNAL = "public", "internal"


@dataclass(frozen=True)
class Scope:
    """``rules``, ``levels`` and the moment say what the reader may see; ``kinds`` what exists; ``chosen`` are filters.

    ``chosen``: facet -> values, of which one must fit. ``since`` and ``until`` limit the date, both included.
    """

    rules: frozenset[int]
    levels: tuple[int, ...]
    at: datetime
    kinds: tuple[str, ...]
    hidden_paths: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    public_rule: int = 0
    #: Ids of entries that are left out of this query: an editor hid them, or they stand above the others already.
    without: frozenset[int] = frozenset()
    near: Near | None = None

    def queryset(self) -> QuerySet[SearchEntry]:
        """Return the entries the reader may see, whatever filter is chosen."""
        entries = SearchEntry.objects.filter(is_live=True, rule__in=self.rules, kind__in=self.kinds).filter(
            Q(publish_from=None) | Q(publish_from__lte=self.at), Q(publish_until=None) | Q(publish_until__gt=self.at)
        )
        if self.hidden_paths:
            entries = entries.exclude(kind="page", page_path__in=self.hidden_paths)
        if self.languages:
            entries = entries.filter(language__in=self.languages)
        if self.since:
            entries = entries.filter(date__gte=self.since)
        if self.until:
            entries = entries.filter(date__lte=self.until)
        if self.without:
            entries = entries.exclude(pk__in=self.without)
        if self.near:  # a rectangle; who counts leaves out its corners
            entries = entries.filter(**self.near.box())
        return entries

    def misses(self, row: dict[str, Any]) -> set[str]:
        """Return the filters that an entry, given as dict of its columns, does not pass."""
        values = self.values(row)
        return {name for name, wanted in self.chosen.items() if not set(wanted) & set(values[name])}

    def values(self, row: dict[str, Any]) -> dict[str, list[str]]:
        """Return facet -> values of an entry given as dict of its columns."""
        return {
            "kind": [row["kind"]],
            "topic": row["topics"],
            "unit": [str(row["unit_id"])] if row["unit_id"] else [],
            "district": [row["district"]] if row["district"] else [],
            "language": [row["language"]],
            "audience": [PUBLIC if row["rule_id"] == self.public_rule else INTERNAL],
        }


def scope_for(
    reader: Any,
    *,
    languages: tuple[str, ...] = (),
    chosen: dict[str, tuple[str, ...]] | None = None,
    since: date | None = None,
    until: date | None = None,
    near: Near | None = None,
) -> Scope:
    """Return what ``reader`` (user, request or None) may search now. A kind nobody declares is searched when chosen."""
    off = switched_off()
    asked = (chosen or {}).get("kind", ())
    known = set(documents()) - set(kinds_of(off)) if off else set(documents())
    kinds = known | {kind for kind in asked if kind not in documents()}
    return Scope(
        rules=rule_ids_for(reader),
        levels=tuple(sorted(int(LEVEL_OF_READER[name]) for name in reader_levels(reader))),
        at=timezone.now(),
        kinds=tuple(sorted(kinds)),
        hidden_paths=tuple(hidden_page_paths(off).values_list("path", flat=True)) if off else (),
        languages=languages,
        chosen={name: values for name, values in (chosen or {}).items() if values},
        since=since,
        until=until,
        public_rule=public_rule(),
        near=near,
    )


_known_public_rule: dict[str, int] = {}


def public_rule() -> int:
    """Return the id of the public rule; rules are never changed, so it is read once."""
    if "id" not in _known_public_rule:
        _known_public_rule["id"] = AccessRule.objects.public().pk
    return _known_public_rule["id"]


def forget() -> None:
    """For tests: after a rollback other rules get the same ids."""
    _known_public_rule.clear()
