"""How hard a text is to read: sentences, syllables, capital letters.

Readability is Flesch's reading ease, for German with the constants of T. Amstad, Wie verständlich sind unsere
Zeitungen? (Zürich 1978): 180 - words per sentence - 58.5 * syllables per word; for English 206.835 - 1.015 * words
per sentence - 84.6 * syllables per word. LIX is C.-H. Björnsson, Läsbarhet (1968): words per sentence plus the
percentage of words with more than six letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pyphen
from django.utils.translation import gettext as _

from .findings import Finding, Piece

_WORD = re.compile(r"[^\W\d_]+(?:[-'’·:*][^\W\d_]+)*")
#: A full stop after these ends no sentence.
_SHORT = frozenset(
    [
        "abs",
        "art",
        "bzw",
        "ca",
        "dr",
        "evtl",
        "ggf",
        "inkl",
        "max",
        "min",
        "mind",
        "mo",
        "di",
        "mi",
        "do",
        "fr",
        "sa",
        "so",
        "nr",
        "prof",
        "s",
        "sog",
        "st",
        "str",
        "tel",
        "u",
        "usw",
        "v",
        "vgl",
        "z",
        "zzgl",
        "jan",
        "feb",
        "mär",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "okt",
        "nov",
        "dez",
        "a",
        "b",
        "d",
        "h",
        "i",
        "o",
        "e",
        "g",
        "etc",
        "mr",
        "mrs",
        "ms",
        "no",
        "vs",
    ]
)
_END = re.compile(r"[.!?…]+[\"”“»)]*(?=\s|$)|\n+")
_VOWELS = "aeiouyäöü"
#: Words in capitals that are names of letters, not shouting, up to this length.
_ABBREVIATION = 5
#: Below so many words figures say nothing about a text.
ENOUGH = 60


@dataclass(frozen=True)
class Readability:
    """Figures of a text; ``ease`` from 0 (hard) to 100 (easy)."""

    words: int
    sentences: int
    ease: int
    lix: int

    @property
    def words_a_sentence(self) -> float:
        """The mean length of a sentence."""
        return self.words / max(1, self.sentences)


@lru_cache
def _hyphens(language: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="de_DE" if language == "de" else "en_GB")


def words(text: str) -> list[str]:
    """Return the words of a text, without numbers."""
    return _WORD.findall(text)


def syllables(word: str, language: str) -> int:
    """Return how many syllables ``word`` has: its groups of vowels, one more where a hyphen divides a group (Muse-um)."""
    small = word.lower()
    number = len(re.findall(f"[{_VOWELS}]+", small))
    if language == "en" and small.endswith("e") and not small.endswith("le") and number > 1:
        number -= 1
    inside = (at for at in _hyphens(language).positions(word) if at > 1)
    return max(1, number + sum(small[at - 1] in _VOWELS and small[at] in _VOWELS for at in inside if at < len(small)))


def sentences(text: str) -> list[str]:
    """Split a text at the ends of sentences and lines; not at "z. B.", ordinal numbers or abbreviations."""
    found, start = [], 0
    for match in _END.finditer(text):
        before = re.search(r"(\w+)$", text[start : match.start()])
        is_dot = match.group().startswith(".")
        if is_dot and before and (before.group(1).isdigit() or before.group(1).lower() in _SHORT):
            continue
        if sentence := text[start : match.end()].strip():
            found.append(sentence)
        start = match.end()
    if rest := text[start:].strip():
        found.append(rest)
    return [sentence for sentence in found if words(sentence)]


def readability(text: str, language: str) -> Readability | None:
    """Return the figures of ``text`` in "de" or "en", None when it is too short or in another language."""
    all_words = words(text)
    if len(all_words) < ENOUGH or language not in {"de", "en"}:
        return None
    number = len(sentences(text))
    a_sentence = len(all_words) / number
    a_word = sum(syllables(word, language) for word in all_words) / len(all_words)
    ease = 180 - a_sentence - 58.5 * a_word if language == "de" else 206.835 - 1.015 * a_sentence - 84.6 * a_word
    lix = a_sentence + 100 * sum(len(word) > 6 for word in all_words) / len(all_words)
    return Readability(len(all_words), number, max(0, min(100, round(ease))), round(lix))


def text_of(piece: Piece) -> str:
    """Return the running text of a piece, one line a paragraph; headings and lists end a sentence as well."""
    if piece.soup is not None:
        lines = []
        for tag in piece.soup.find_all(["p", "li", "h2", "h3", "h4", "h5", "h6", "td", "th", "blockquote"]) or [
            piece.soup
        ]:
            if not tag.find(["p", "li"]):
                lines.append(tag.get_text(" ", strip=True))
        return "\n".join(lines)
    return piece.value if piece.kind == "text" else ""


def long_sentences(found: list[Piece], limit: int) -> Iterator[Finding]:
    """Yield the sentences with ``limit`` words and more."""
    for piece in found:
        for sentence in sentences(text_of(piece)):
            number = len(words(sentence))
            if number >= limit:
                yield piece.finding(
                    rule="long_sentence",
                    message=_("A sentence has %(n)d words.") % {"n": number},
                    cure=_("Make two of it: one thought, one sentence."),
                    excerpt=sentence,
                )


def capitals(found: list[Piece]) -> Iterator[Finding]:
    """Yield words and phrases in capital letters; abbreviations such as KITA or BAföG are none."""
    for piece in found:
        text = text_of(piece)
        shouted = [
            word
            for word in words(text)
            if word.isupper()
            and (len(word) > _ABBREVIATION or re.search(rf"\b{re.escape(word)}\s+[A-ZÄÖÜ]{{3,}}\b", text))
        ]
        if shouted:
            yield piece.finding(
                rule="capitals",
                message=_("In capital letters: %(words)s") % {"words": ", ".join(dict.fromkeys(shouted))[:100]},
                cure=_("Write as usual. Capitals are hard to read, and some screen readers spell them."),
                excerpt=shouted[0],
            )
