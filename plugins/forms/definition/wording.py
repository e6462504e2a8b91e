"""Messages with names in them that wait for the reader's language; keys and addresses made of words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import lazystr
from django.utils.text import slugify

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class _Filled:
    """A message and its values; Django's own lazy texts lose their laziness when they are filled in."""

    def __init__(self, message: Any, values: Mapping[str, Any]) -> None:
        self.message, self.values = message, values

    def __str__(self) -> str:
        return str(self.message) % self.values


def said(message: Any, values: Mapping[str, Any]) -> Any:
    """Return the lazy ``message`` with its %(names)s filled in, still lazy."""
    return lazystr(_Filled(message, values))


def address_of(text: str) -> str:
    """Return a part of an address made of words: "Hund für Mainz" is "hund-fuer-mainz"; "" when nothing can be."""
    return slugify(text.lower().translate(UMLAUTS))


def key_of(text: str) -> str:
    """Return a key made of words: "2 Hunde" is "f_2_hunde"."""
    words = address_of(text).replace("-", "_").strip("_")[:50]
    return words if words[:1].isalpha() else f"f_{words}".rstrip("_")
