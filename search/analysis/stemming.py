"""Light stemming: endings of inflection go, endings that make another word stay.

German words arrive folded (see :mod:`search.analysis.folding`), so the snowball algorithm, which
treats umlauts and ``ue`` specially, would not fit; the rules here are ours.
"""

from __future__ import annotations

from functools import lru_cache

import snowballstemmer

_ENGLISH = snowballstemmer.stemmer("english")


@lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    if not word.isalpha():
        return word
    if language == "en":
        return _ENGLISH.stemWord(word)
    return _german(word)


def _german(word: str) -> str:
    if len(word) < 4:
        return word
    if word.endswith("innen") and len(word) > 8:
        word = word[:-5]
    elif word.endswith("erin") and len(word) > 6:
        word = word[:-2]
    if len(word) > 6 and word.endswith(("ern", "ers", "est")):  # "ändern" stays apart from "and"
        word = word[:-3]
    elif len(word) > 4 and word.endswith(("em", "en", "er", "es")):
        word = word[:-2]
    elif (
        word.endswith("e")
        or word.endswith("n")
        and len(word) > 4
        or word.endswith("s")
        and len(word) > 4
        and word[-2] in "bdfghklmnrt"
    ):
        word = word[:-1]
    return word


def derive(stemmed: str, language: str) -> str:
    """Return what a German noun in -ung shares with its verb: "Anmeldung" and "anmelden" are both "anmeld"."""
    if language != "en":  # Leichte Sprache is German
        for ending in ("ungen", "ung"):
            if stemmed.endswith(ending) and len(stemmed) - len(ending) >= 4:
                return stemmed[: -len(ending)]
    return stemmed
