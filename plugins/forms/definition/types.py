"""The types of fields."""

from __future__ import annotations

#: Name of a type -> what it is.
TYPES: dict[str, object] = {}
