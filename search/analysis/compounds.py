"""Split German compounds into the words they are made of.

The known words come from two places: a list written for this project (:mod:`search.analysis.nouns`)
and the public words of the index itself, so a splitter learns a city's own vocabulary. A part counts
as known in any inflection and with the usual linking letters ("Gebühren-", "Anmelde-", "Hunde-").
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from search.analysis.stemming import stem

MIN_PART = 3
MIN_WORD = 7
MAX_WORD = 50
_LINKS = ("", "s", "es", "e", "n", "en", "er", "ns", "ens")
# Pieces that begin or end words without being words of a compound.
_NO_PART = frozenset(
    [
        "ung",
        "heit",
        "keit",
        "lich",
        "isch",
        "bar",
        "sam",
        "haft",
        "chen",
        "lein",
        "ieren",
        "ier",
        "ierung",
        "tion",
        "ion",
        "tat",
        "ent",
        "emp",
        "ver",
        "zer",
        "bei",
        "den",
        "der",
        "des",
        "dem",
        "die",
        "das",
        "ein",
        "eine",
        "einer",
        "eines",
        "ist",
        "ins",
        "ich",
        "sich",
        "und",
        "auf",
        "aus",
        "ang",
        "ing",
        "ern",
        "ten",
        "ter",
        "ste",
        "sten",
        "end",
        "ende",
        "in",
        "inn",
        "innen",
        "an",
        "ab",
        "zu",
        "um",
        "mit",
        "von",
        "vor",
        "nach",
        "uns",
        "ihr",
        "ihn",
        "ihm",
        "wer",
        "wie",
        "was",
        "mal",
        "per",
        "pro",
        "gen",
        "ger",
        "gar",
        "gel",
        "len",
        "ler",
        "leit",
        "ling",
        "ringen",
        "ringe",
        "tag",
        "sein",
        "art",
    ]
)


class Splitter:
    """Splits words over one fixed vocabulary; cheap to ask again for the same word."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._known = frozenset(
            stemmed for word in vocabulary if len(word) >= MIN_PART and (stemmed := stem(word, "de")) not in _NO_PART
        )
        self.split = lru_cache(maxsize=100_000)(self._split)

    def _piece(self, piece: str, *, last: bool) -> str | None:
        """The stem under which the vocabulary knows this piece, if it does."""
        if len(piece) < MIN_PART or piece in _NO_PART:
            return None
        stemmed = stem(piece, "de")
        if stemmed in self._known and stemmed not in _NO_PART:
            return stemmed
        if last:
            return None
        for link in _LINKS[1:]:
            if piece.endswith(link) and len(piece) - len(link) >= MIN_PART:
                stemmed = stem(piece[: -len(link)], "de")
                if stemmed in self._known and stemmed not in _NO_PART:
                    return stemmed
        return None

    def _split(self, word: str) -> tuple[str, ...]:
        """Stems of the parts, left to right; empty when the word is no compound we know."""
        length = len(word)
        if not MIN_WORD <= length <= MAX_WORD or not word.isalpha():
            return ()
        # best[i]: cheapest way to cut word[:i]. Few long parts beat many short ones.
        best: list[tuple[float, tuple[str, ...]] | None] = [None] * (length + 1)
        best[0] = (0.0, ())
        for end in range(MIN_PART, length + 1):
            for start in range(end - MIN_PART + 1):
                before = best[start]
                if before is None or (start == 0 and end == length):
                    continue
                stemmed = self._piece(word[start:end], last=end == length)
                if stemmed is None:
                    continue
                cost = before[0] + 1.0 + (1.5 if end - start == 3 else 0.4 if end - start == 4 else 0)
                current = best[end]
                if current is None or cost < current[0]:
                    best[end] = (cost, (*before[1], stemmed))
        whole = best[length]
        return whole[1] if whole else ()
