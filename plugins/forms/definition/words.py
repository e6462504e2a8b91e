"""Tests of a rule in words, for the builder and for the paper."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from .structure import Test

#: Tests as clauses that follow "if"; a language may put the verb at the end.
CLAUSES: dict[str, Any] = {
    "equals": _("“%(label)s” says “%(value)s”"),
    "not_equals": _("“%(label)s” does not say “%(value)s”"),
    "in": _("“%(label)s” says one of these: %(value)s"),
    "not_in": _("“%(label)s” says none of these: %(value)s"),
    "contains": _("“%(label)s” names “%(value)s”"),
    "not_contains": _("“%(label)s” does not name “%(value)s”"),
    "less": _("“%(label)s” is less than %(value)s"),
    "at_most": _("“%(label)s” is at most %(value)s"),
    "more": _("“%(label)s” is more than %(value)s"),
    "at_least": _("“%(label)s” is at least %(value)s"),
    "answered": _("“%(label)s” is filled in"),
    "empty": _("“%(label)s” is left empty"),
}


def clause(test: Test, label: str, value: str) -> str:
    """Return a test as a clause, such as “Breed” says “other”; ``label``: of its question, ``value``: as it is read."""
    pattern = CLAUSES.get(test.op)
    return str(pattern) % {"label": label, "value": value} if pattern else f"{label} {test.op} {value}"
