"""What apps let others read through the API (manifest kind ``resources``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One kind of thing below ``/api/v1/``: a list, and each thing under its number.

    ``kind`` as in events and search ("service"), ``path`` its address ("services"). ``rows(reader)`` returns the
    queryset of what a reader (request, account or None) may see, with all that ``serializer`` needs read along;
    ``detail_rows`` and ``detail_serializer`` for one thing, where it says more than the list. ``filters``: a FilterSet of
    django-filter, or None. ``ordering``: name of a unique, indexed column the list is paged by. ``prepare(thing, reader)``
    adds to one thing what its ``detail_serializer`` needs beyond its row.
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


@dataclass(frozen=True, kw_only=True)
class Deprecation:
    """That an address of the API goes away: since when one should not use it, when it ends, what to use instead.

    Attribute ``deprecation`` of a view; sent as the headers of RFC 9745 and RFC 8594 and said by the schema.
    """

    since: date
    ends: date | None = None
    successor: str = ""
