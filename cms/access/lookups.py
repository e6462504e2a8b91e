"""A comparison with a long list of ids as one parameter: an SQL text per id would make many rules slow."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import ForeignKey, Lookup


@ForeignKey.register_lookup
class AmongIds(Lookup):
    """``rule__among=ids``: like ``in``, but the ids travel as one array (PostgreSQL) or JSON text (SQLite)."""

    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Iterable[int], connection: Any) -> tuple[str, list[Any]]:
        """Return the placeholder and the one parameter."""
        ids = sorted(value)
        return "%s", [ids if connection.vendor == "postgresql" else json.dumps(ids)]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return the condition for SQLite."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        among = "IN (SELECT value FROM json_each"
        return f"{left} {among}({right}))", [*left_params, *right_params]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return the condition for PostgreSQL."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right}::bigint[])", [*left_params, *right_params]
