"""Filters with counts: which values the results have, and what they are called."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cms.directory.models import OrganisationUnit

from .documents import documents
from .scope import FACETS, INTERNAL, PUBLIC, Scope

LABELS: dict[str, Any] = {
    "kind": _("Kind"),
    "topic": _("Topic"),
    "unit": _("Office"),
    "district": _("District"),
    "language": _("Language"),
    "audience": _("Audience"),
}
AUDIENCES: dict[str, Any] = {PUBLIC: _("public"), INTERNAL: _("internal")}
SHOWN = 8
#: Seconds for which a process remembers what units and topics are called.
REMEMBERED_FOR = 30.0


@dataclass(frozen=True)
class Option:
    """One value with the number of results that have it."""

    value: str
    label: Any
    count: int
    selected: bool


@dataclass(frozen=True)
class Facet:
    """A filter: its parameter, its label, its values with the most frequent first."""

    name: str
    label: Any
    options: list[Option]


def facets_of(counts: dict[str, Counter[str]], scope: Scope, *, staff: bool) -> list[Facet]:
    """Return the facets that let somebody choose. ``staff``: also who may read a result."""
    found = []
    for name in FACETS:
        if name == "audience" and not staff:
            continue
        chosen = scope.chosen.get(name, ())
        values = counts.get(name, Counter())
        wanted = dict.fromkeys([*chosen, *(value for value, _count in values.most_common(SHOWN))])
        labels = _labels(name, scope)
        options = [
            Option(value, labels.get(value, value), values[value], value in chosen)
            for value in wanted
            if name not in ("unit", "topic") or value in labels
        ]
        # One language or one audience is no choice; one kind tells what was found.
        if options and (name == "kind" or chosen or len(options) > 1):
            found.append(Facet(name, LABELS[name], options))
    return found


_names: dict[tuple[str, str], tuple[dict[str, tuple[str, int | None]], float]] = {}


def forget() -> None:
    """Make the next call read the names again."""
    _names.clear()


def _labels(name: str, scope: Scope) -> dict[str, Any]:
    if name == "kind":
        return {kind: document.label for kind, document in documents().items()}
    if name == "language":
        return {code: _(label) for code, label in settings.LANGUAGES}
    if name == "audience":
        return AUDIENCES
    if name == "district":
        return {}
    key = (name, get_language() or "")
    names, until = _names.get(key, ({}, 0.0))
    if time.monotonic() >= until:
        names = _units() if name == "unit" else _topics()
        _names[key] = (names, time.monotonic() + REMEMBERED_FOR)
    # Anybody may put any number into the address: what it stands for is named only to who may see it.
    return {value: label for value, (label, rule) in names.items() if rule is None or rule in scope.rules}


def _units() -> dict[str, tuple[str, int | None]]:
    return {str(unit.pk): (str(unit), unit.access_rule_id) for unit in OrganisationUnit.objects.with_texts()}


def _topics() -> dict[str, tuple[str, int | None]]:
    names: dict[str, tuple[str, int | None]] = {}
    for document in documents().values():
        topics = getattr(document, "topic_names", None)
        names |= {value: (label, None) for value, label in topics().items()} if topics else {}
    return names
