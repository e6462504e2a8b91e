"""Hints for Leichte Sprache after DIN SPEC 33429: what a machine can see. Testing readers decide."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.records.richtext import plain

MAX_WORDS = 12
MAX_LETTERS = 13

_SENTENCE = re.compile(r"[^.!?:\n]+[.!?:]?")
_WORD = re.compile(r"[A-Za-zÄÖÜäöüß]+(?:[-·][A-Za-zÄÖÜäöüß]+)*")
_LONG = re.compile(rf"\b[A-Za-zÄÖÜäöüß]{{{MAX_LETTERS + 1},}}\b")
_GENITIVE = re.compile(r"\b(?:des|eines|meines|Ihres|dieses|jedes)\s+(?:\w+(?:en|er)\s+)?[A-ZÄÖÜ]\w*s\b")
_PASSIVE = re.compile(
    r"\b(?:wird|werden|wurde|wurden)\b[^.!?]*?\b(?:\w*ge\w+(?:t|en)|\w+iert|(?:be|ver|er|ent|zer)\w+(?:t|en))\b(?=\s*[.!?,])",
    re.I,
)
_SUBJUNCTIVE = re.compile(
    r"\b(?:würde|würden|könnte|könnten|hätte|hätten|wäre|wären|sollte|sollten|müsste|müssten|dürfte)\b", re.I
)
_ABBREVIATION = re.compile(r"\b(?:z\.\s?B\.|d\.\s?h\.|u\.\s?a\.|usw\.|bzw\.|ggf\.|etc\.|inkl\.|ca\.|vgl\.|evtl\.)")
_NUMERAL = re.compile(r"\b(?:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|hundert|tausend)\b", re.I)
_SIGN = re.compile(r"[§%&/;„“()]")


@dataclass(frozen=True)
class Hint:
    """``rule``: what it is about; ``text``: what to do; ``words``: where it was found."""

    rule: str
    text: str | Promise
    words: str


RULES = (
    ("compound", _("Divide long words with a hyphen or a point in the middle: Müll-Abfuhr, Müll·abfuhr."), _LONG),
    ("genitive", _("Say it without the genitive: “das Haus von der Stadt”."), _GENITIVE),
    ("passive", _("Say who does it: “Wir prüfen den Antrag”."), _PASSIVE),
    ("subjunctive", _("Say what is, not what would be."), _SUBJUNCTIVE),
    ("abbreviation", _("Write the words out."), _ABBREVIATION),
    ("number", _("Write numbers in figures."), _NUMERAL),
    ("sign", _("Leave out special signs, or explain them."), _SIGN),
)


def hints_for_text(text: str) -> list[Hint]:
    """Return what could be easier in a German text, in the order of the rules; each words once a rule."""
    found = [
        Hint("sentence", _("Write shorter sentences: one statement each, at most 12 words."), sentence.strip())
        for sentence in _SENTENCE.findall(text)
        if len(_WORD.findall(sentence)) > MAX_WORDS
    ]
    for rule, advice, pattern in RULES:
        words = dict.fromkeys(match.group(0).strip() for match in pattern.finditer(text))
        found += [Hint(rule, advice, word) for word in words]
    return found


def hints(page: Any) -> list[Hint]:
    """Return the hints for title, summary and body of a page, of the draft in memory as well."""
    parts = [page.title, getattr(page, "summary", "")]
    for child in getattr(page, "body", None) or []:
        parts += [plain(str(part)) for part in child.block.get_searchable_content(child.value)]
        if child.block_type == "rich_text":
            parts.append("")
    return hints_for_text("\n".join(part for part in parts if part))
