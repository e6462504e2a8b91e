"""Cut a text into words, with their place in the text so that hits can be highlighted.

One place in the text may give several words: "Gewerbe-Anmeldung" is also "Gewerbeanmeldung",
"Hundehalter:innen" is "Hundehalter" and "Hundehalterinnen", "06131 12-3456" is one number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from search.analysis.folding import INVISIBLE, fold

_LETTER = r"[^\W\d_]"
_INNER = rf"[\w\u0300-\u036f{INVISIBLE}]"
_WORD = rf"{_LETTER}{_INNER}*|\d{_INNER}*"

# Order matters: the first alternative that matches wins.
_PIECE = re.compile(
    rf"""
    (?P<phone>(?<![\w.])(?:\+|00)?\d{{2,5}}[\s/()-]{{1,3}}(?:\d+[\s/-]{{1,3}})*\d{{2,}}(?![\w.]))
  | (?P<paragraph>§{{1,2}}\s*\d+{_LETTER}?\b)
  | (?P<code>(?<![\w.])\d+(?:\.\d+)+(?![\w]))
  | (?P<gender>{_LETTER}{_INNER}{{2,}}?(?:[:*_·•]|/-?|\()[iI]n(?:nen)?\b\)?)
  | (?P<binnen>{_LETTER}[\u0300-\u036f\w]*[a-zäöüß]In(?:nen)?\b)
  | (?P<chain>(?:{_WORD})(?:[-‐‑–·•](?:{_WORD}))+)
  | (?P<word>{_WORD})
    """,
    re.VERBOSE,
)
_GENDER_SIGN = re.compile(r"(?:[:*_·•]|/-?|\()(?=[iI]n)|(?<=[a-zäöüß])(?=In(?:nen)?\b)")
_CHAIN_SIGN = re.compile(r"[-‐‑–·•]")


@dataclass(frozen=True, slots=True)
class Word:
    """One folded word and the piece of the original text it came from.

    ``extra`` words come on top of the plain ones of the same piece and don't count for its length.
    """

    text: str
    start: int
    end: int
    extra: bool = False
    noun: bool = False


def words(text: str) -> Iterator[Word]:
    """All words of a text in order."""
    for match in _PIECE.finditer(text):
        kind = match.lastgroup
        piece, start, end = match.group(), match.start(), match.end()
        if kind == "word":
            yield Word(fold(piece), start, end, noun=piece[0].isupper())
        elif kind == "chain":
            yield from _chain(piece, start)
        elif kind in ("gender", "binnen"):
            yield from _gender(piece, start, end)
        elif kind == "code":
            yield Word(piece, start, end)
            yield Word(piece.replace(".", ""), start, end, extra=True)
            for part in piece.split("."):
                yield Word(part, start, end, extra=True)
        elif kind == "paragraph":
            number = piece.lstrip("§").strip().lower()
            yield Word(number, start, end)
            yield Word("§" + number, start, end, extra=True)
        else:
            yield from _phone(piece, start, end)


def _chain(piece: str, start: int) -> Iterator[Word]:
    """Words joined by hyphens or mediopoints: each of them, and the closed compound."""
    parts = []
    position = start
    for part in _CHAIN_SIGN.split(piece):
        parts.append(part)
        yield Word(fold(part), position, position + len(part), noun=part[:1].isupper())
        position += len(part) + 1
    joined = fold("".join(parts))
    if not joined.isdigit() and len(joined) <= 60:
        yield Word(joined, start, start + len(piece), extra=True, noun=piece[:1].isupper())


def _gender(piece: str, start: int, end: int) -> Iterator[Word]:
    masculine, ending = _GENDER_SIGN.split(piece.rstrip(")"), maxsplit=1)
    yield Word(fold(masculine), start, end, noun=True)
    yield Word(fold(masculine + ending.lower()), start, end, extra=True, noun=True)


def _phone(piece: str, start: int, end: int) -> Iterator[Word]:
    """A number in groups: found whole, without area code and by its extension alone."""
    groups = re.findall(r"\d+", piece)
    if piece.startswith(("+", "00")):
        # +49 (0)6131 ... and +49 6131 ... are the same number as 06131 ...
        groups = [group for group in groups[1:] if group != "0"]
        if groups:
            groups[0] = "0" + groups[0].lstrip("0")
    for index, group in enumerate(groups):
        yield Word(group, start, end, extra=index > 0)
    for index in range(len(groups) - 1):
        yield Word("".join(groups[index:]), start, end, extra=True)
