"""What apps let others read and write through the API (manifest kinds ``resources`` and ``scopes``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


def needs_nothing_more(thing: Any, values: Mapping[str, Any]) -> Iterable[str]:
    """Return no further scopes."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Writes:
    """How integrations write things of a resource; what each may, its account may: the functions check that.

    ``scope``: what their keys need, one of the app's ``scopes``. ``source``: a ``cms.api.sources.SourceSerializer`` of
    all that can be set, in all languages; it reads bodies and makes answers. ``rows()``: all things, whoever may see
    them; ``may(account, thing)``: whether the account may change it. ``create(by=account, **values)`` and
    ``change(by=account, thing=thing, **values)`` return the thing, ``actions`` maps the last word of an address to
    ``function(by=account, thing=thing)``; None and {}: not offered. They raise Django's PermissionDenied and
    ValidationError, and Conflict of ``cms.api.errors``. ``needs(thing or None, values)``: further scopes that this needs.
    """

    scope: str
    source: type
    rows: Callable[[], Any]
    may: Callable[[Any, Any], bool]
    create: Callable[..., Any] | None = None
    change: Callable[..., Any] | None = None
    actions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    needs: Callable[[Any, Mapping[str, Any]], Iterable[str]] = needs_nothing_more


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One kind of thing below ``/api/v1/``: a list, and each thing under its number.

    ``kind`` as in events and search ("service"), ``path`` its address ("services"). ``rows(reader)`` returns the
    queryset of what a reader (request, account or None) may see, with all that ``serializer`` needs read along;
    ``detail_rows`` and ``detail_serializer`` for one thing, where it says more than the list. ``filters``: a FilterSet of
    django-filter, or None. ``ordering``: name of a unique, indexed column the list is paged by. ``prepare(thing, reader)``
    adds to one thing what its ``detail_serializer`` needs beyond its row. ``writes``: how it is written, None where it
    is only read. ``page``: name of the address on the site that lists these things ("services:index"), "" without one.
    """

    kind: str
    path: str
    rows: Callable[[Any], Any]
    serializer: type
    detail_rows: Callable[[Any], Any] | None = None
    detail_serializer: type | None = None
    filters: type | None = None
    prepare: Callable[[Any, Any], Any] | None = None
    ordering: str = "pk"
    writes: Writes | None = None
    page: str = ""


@dataclass(frozen=True, kw_only=True)
class Deprecation:
    """That an address of the API goes away: since when one should not use it, when it ends, what to use instead.

    Attribute ``deprecation`` of a view; sent as the headers of RFC 9745 and RFC 8594 and said by the schema.
    """

    since: date
    ends: date | None = None
    successor: str = ""
