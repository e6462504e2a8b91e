"""Messages with names in them that wait for the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import lazystr


class _Filled:
    """A message and its values; Django's own lazy texts lose their laziness when they are filled in."""

    def __init__(self, message: Any, values: Mapping[str, Any]) -> None:
        self.message, self.values = message, values

    def __str__(self) -> str:
        return str(self.message) % self.values


def said(message: Any, values: Mapping[str, Any]) -> Any:
    """Return the lazy ``message`` with its %(names)s filled in, still lazy."""
    return lazystr(_Filled(message, values))
