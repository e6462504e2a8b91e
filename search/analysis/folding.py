"""Fold words so that different spellings of the same word become equal.

``ü`` and ``ue``, ``ß`` and ``ss``, upper and lower case, accents, ligatures, full-width letters and
invisible characters (soft hyphens, zero-width spaces from copied office texts) must not keep a
reader from finding a page.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
# Keeps tab and line breaks: they separate words. NUL and friends would be refused by PostgreSQL.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPECIAL = str.maketrans(
    {
        "ß": "ss",
        "æ": "a",
        "œ": "o",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ı": "i",
        "ẞ": "ss",
    }
)


def clean(text: str) -> str:
    """Remove what no reader sees and what a database refuses; the rest stays as written."""
    text = _CONTROL.sub(" ", text)
    text = _SURROGATE.sub(" ", text)
    return _INVISIBLE.sub("", text)


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """The spelling-independent form of one word."""
    word = _INVISIBLE.sub("", word)
    word = unicodedata.normalize("NFKC", word).lower().translate(_SPECIAL)
    decomposed = unicodedata.normalize("NFD", word)
    word = "".join(char for char in decomposed if unicodedata.category(char) != "Mn")
    return _fold_digraphs(word)


def _fold_digraphs(word: str) -> str:
    """``ae oe ue`` written for umlauts; not the ``ue`` of "neue", "Steuer" or "Quelle"."""
    if "e" not in word:
        return word
    kept: list[str] = []
    for index, char in enumerate(word):
        before = word[index - 1] if index else ""
        if char == "e" and before in ("a", "o"):
            continue
        if char == "e" and before == "u" and index >= 2 and word[index - 2] not in "aeiouq":
            continue
        if char == "e" and before == "u" and index == 1:
            continue
        kept.append(char)
    return "".join(kept)
