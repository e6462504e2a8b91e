"""A–Z as German readers expect it: umlauts sort with their base letters (DIN 5007-1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OTHER = "#"


def sort_key(title: str) -> str:
    """Return the key that sorts "Ä" with "A" and "ß" as "ss"."""
    decomposed = unicodedata.normalize("NFKD", title.casefold().replace("ß", "ss"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def first_letter(title: str) -> str:
    """Return the letter a title is filed under, or "#"."""
    key = sort_key(title.lstrip(" \u200b„“\"'(")).upper()
    return key[0] if key and key[0] in LETTERS else OTHER


def by_letter(titled: Iterable[tuple[str, T]]) -> list[tuple[str, Sequence[tuple[str, T]]]]:
    """Return (letter, sorted (title, value) pairs) for A to Z with empty letters, and "#" when needed."""
    shelves: dict[str, list[tuple[str, T]]] = {letter: [] for letter in LETTERS}
    for title, value in titled:
        shelves.setdefault(first_letter(title), []).append((title, value))
    for shelf in shelves.values():
        shelf.sort(key=lambda pair: sort_key(pair[0]))
    return list(shelves.items())
