"""From texts to index tokens and from a query to what it looks for.

Every word gives tokens in several streams, which rank differently:

- ``s`` stems of the words as written,
- ``p`` stems of the words and of the parts of compounds ("Hundesteuer": hundesteuer, hund, steuer), nouns in -ung
  like their verbs,
- ``g`` pieces of four letters, for misspellings and compounds that nobody could split,
- ``t`` a whole title, alternative title or keyword, for readers who type exactly that,
- ``w`` words of titles and keywords, for suggestions while typing.

The weight of a term in an entry (the part of BM25 that doesn't depend on how rare the term is, over all
fields: BM25F) is rounded to a few levels and becomes part of the token: ``s5steuer``. An ordinary
inverted index thereby ranks by BM25 without reading documents.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from search.analysis.compounds import Splitter
from search.analysis.folding import clean, fold
from search.analysis.stemming import derive, stem
from search.analysis.stopwords import is_stop_word
from search.analysis.words import Word, words

#: Grows when the same text gives other tokens: entries are then built again by the next rebuild.
ANALYSIS_VERSION = 3
LEVELS = {"s": 8, "p": 8, "g": 4}
# Lengths (in tokens of a stream) at which a text counts as neither short nor long; corpus averages of
# municipal texts, fixed so that a token's level doesn't change when other entries change.
SHORT_PIVOT = {"s": 3.5, "p": 5.0, "g": 35.0}
LONG_PIVOT = {"s": 70.0, "p": 95.0, "g": 600.0}
K1, B_SHORT, B_LONG = 2.0, 0.65, 0.5
GRAM = 4
GRAM_MIN_WORD = 5
MAX_TOKEN = 60
MAX_INDEXED_CHARS = 200_000
MAX_TITLE_TOKEN = 80


@dataclass(frozen=True, slots=True)
class Field:
    """A text to be indexed: ``short`` ones are titles and keywords."""

    text: str
    weight: float
    short: bool = False


def grams(word: str) -> list[str]:
    """Overlapping pieces of a word with its edges marked, so that beginnings weigh more than middles."""
    padded = f"_{word}_"
    return [padded[start : start + GRAM] for start in range(len(padded) - GRAM + 1)]


def squash(text: str) -> str:
    """A title as one token, whatever its spaces and hyphens."""
    return "".join(word.text for word in words(clean(text)) if not word.extra)[:MAX_TITLE_TOKEN]


@dataclass(frozen=True, slots=True)
class _Streams:
    s: list[str]
    p: list[str]
    g: list[str]


class Analyzer:
    """Analysis with one vocabulary of compound parts."""

    def __init__(self, splitter: Splitter) -> None:
        self.splitter = splitter
        self.parts = lru_cache(maxsize=100_000)(self._parts)

    def _parts(self, word: str, language: str) -> tuple[str, ...]:
        """Stems of the parts of a compound; only German closes its compounds up."""
        return () if language == "en" else tuple(derive(part, language) for part in self.splitter.split(word))

    def _streams(self, text: str, language: str) -> _Streams:
        streams = _Streams([], [], [])
        for word in words(text):
            if len(word.text) > MAX_TOKEN:
                continue
            stemmed = stem(word.text, language)
            if is_stop_word(word.text, language):
                continue
            streams.s.append(stemmed)
            streams.p.append(derive(stemmed, language))
            streams.p.extend(self.parts(word.text, language))
            if len(word.text) >= GRAM_MIN_WORD:
                streams.g.extend(grams(word.text))
        return streams

    def tokens(self, fields: Iterable[Field], language: str) -> list[str]:
        """Index tokens of the fields one reader level may search."""
        weights: dict[str, Counter[str]] = {"s": Counter(), "p": Counter(), "g": Counter()}
        for item in fields:
            streams = self._streams(clean(item.text[:MAX_INDEXED_CHARS]), language)
            for name in ("s", "p", "g"):
                terms: list[str] = getattr(streams, name)
                pivot, b = (SHORT_PIVOT[name], B_SHORT) if item.short else (LONG_PIVOT[name], B_LONG)
                scale = item.weight / (1 - b + b * len(terms) / pivot) if terms else 0.0
                for term, count in Counter(terms).items():
                    weights[name][term] += scale * count  # type: ignore[assignment]
        return [
            f"{name}{_level(name, weight)}{term}" for name, terms in weights.items() for term, weight in terms.items()
        ]

    def title_tokens(self, titles: Iterable[str]) -> list[str]:
        """Tokens that only titles, alternative titles and keywords have."""
        found: dict[str, None] = {}
        for title in titles:
            if squashed := squash(title):
                found[f"t{squashed}"] = None
            for word in words(clean(title)):
                if len(word.text) <= MAX_TOKEN:
                    found[f"w{word.text}"] = None
        return list(found)

    def query(self, text: str, languages: Iterable[str], max_words: int) -> QueryPlan:
        """What a query looks for. Stop words are left out unless the query has no other words."""
        languages = tuple(dict.fromkeys(languages)) or ("de",)
        found = [word for word in words(clean(text)) if len(word.text) <= MAX_TOKEN]
        useful = [word for word in found if not all(is_stop_word(word.text, language) for language in languages)]
        # Stop words aren't in the index; a query of nothing else looks for titles and suggestions only.
        kept: dict[str, Word] = {}
        for word in useful:
            kept.setdefault(word.text, word)
        chosen = list(kept.values())
        plan = QueryPlan(squashed=squash(text), shortened=len(chosen) > max_words)
        chosen = chosen[:max_words]
        # Who writes capitals as German does tells which words are nouns: these say what the question is about.
        nouns = languages[0] != "en" and any(word.noun for word in chosen)
        for word in chosen:
            weight = EXTRA if word.extra else 1.0
            if nouns and not word.noun and word.text.isalpha():
                weight *= NO_NOUN
            plan.concepts.append(self._concept(word, languages, weight))
        if not chosen:
            plan.only_stop_words = [word.text for word in found][:max_words]
        return plan

    @staticmethod
    def word_terms(stemmed: str, parts: tuple[str, ...], language: str, *, group: int, slot: int = 0) -> list[Term]:
        """Return what counts as finding a word: the word itself (``group``), or its parts together (``group`` + 1)."""
        whole = derive(stemmed, language)
        found = [
            Term("s", stemmed, STEM_WEIGHT, group=group, slot=slot),
            Term("p", whole, PART_WEIGHT, group=group, slot=slot),
        ]
        parts = tuple(part for part in dict.fromkeys(parts) if part != whole)
        share = 1.0 / max(1, len(parts))
        return found + [
            Term("p", part, PART_WEIGHT, strength=share, group=group + 1, slot=slot + place)
            for place, part in enumerate(parts)
        ]

    def _concept(self, word: Word, languages: tuple[str, ...], weight: float) -> Concept:
        terms: dict[tuple[str, str], Term] = {}
        for number, language in enumerate(languages):
            stemmed = stem(word.text, language)
            for term in self.word_terms(stemmed, self.parts(word.text, language), language, group=2 * number):
                terms.setdefault((term.stream, term.text), term)
        pieces = dict.fromkeys(grams(word.text)) if len(word.text) >= GRAM_MIN_WORD else {}
        need = max(2, round(GRAM_COVERAGE * len(pieces)))
        for piece in pieces:
            terms[("g", piece)] = Term("g", piece, GRAM_WEIGHT, strength=GRAM_STRENGTH / len(pieces), need=need)
        return Concept(word.text, word.extra, tuple(terms.values()), (word.start, word.end), weight)


STEM_WEIGHT, PART_WEIGHT, GRAM_WEIGHT = 0.7, 1.0, 0.4
GRAM_COVERAGE, GRAM_STRENGTH = 0.5, 0.8
#: What words count that come on top of the typed ones, and words in small letters where others are capital.
EXTRA, NO_NOUN = 0.5, 0.5


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for. ``strength``: how much of its word is found when it is found.

    The terms of one ``way`` are one way to say the word (in a language, as a synonym): of the ways the best counts.
    For how much was found, the slots of a ``group`` add up (parts of a compound), and in a slot the strongest counts.
    """

    stream: str
    text: str
    weight: float
    strength: float = 1.0
    need: int = 1
    group: int = 0
    slot: int = 0

    @property
    def way(self) -> int:
        """Return the number of the way: a word as a whole and its parts are one."""
        return self.group // 2


@dataclass(frozen=True, slots=True)
class Concept:
    """One word of the query with everything that counts as finding it, and what it counts among the words."""

    text: str
    extra: bool
    terms: tuple[Term, ...]
    span: tuple[int, int] = (0, 0)
    weight: float = 1.0


@dataclass(slots=True)
class QueryPlan:
    """A query after analysis."""

    squashed: str = ""
    concepts: list[Concept] = field(default_factory=list)
    only_stop_words: list[str] = field(default_factory=list)
    shortened: bool = False


def _level(stream: str, weight: float) -> int:
    levels = LEVELS[stream]
    return min(levels - 1, int(levels * weight / (K1 + weight)))


_SPACES = re.compile(r"\s+")


def normalise_query(text: str, max_length: int) -> str:
    """A query as it is shown again: clean, one space between words, cut at a word."""
    text = _SPACES.sub(" ", clean(text)).strip()
    if len(text) > max_length:
        text = text[:max_length].rsplit(" ", 1)[0] if " " in text[:max_length] else text[:max_length]
    return text


__all__ = ["Analyzer", "Concept", "Field", "QueryPlan", "Term", "clean", "fold", "grams", "normalise_query", "squash"]
