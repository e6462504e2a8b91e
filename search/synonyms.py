"""What else a query could mean: synonyms are applied to the query, so they work on every engine and at once."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import replace

from .analysis import Analyzer, Concept, QueryPlan, Term, derive, stem
from .models import Synonym

#: How much a word counts that nobody typed, against one that somebody typed.
WEIGHT, STRENGTH = 0.9, 0.9
#: Seconds after which other processes have noticed a change. Here it counts at once.
NOTICED_AFTER = 5
Phrase = tuple[str, ...]


class _Memory:
    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.groups: dict[str, dict[Phrase, set[str]]] = {}
        self.until = 0.0


_memory = _Memory()


def forget() -> None:
    """Make the next query read the synonyms again."""
    _memory.forget()


def _stems(phrase: str, analyzer: Analyzer, language: str) -> Phrase:
    """Return what a query of these words is compared by: stems, without stop words."""
    concepts = analyzer.query(phrase, (language,), 3).concepts
    return tuple(stem(concept.text, language) for concept in concepts if not concept.extra)


def _groups(analyzer: Analyzer) -> dict[str, dict[Phrase, set[str]]]:
    """Return language -> stems of what is typed -> what else is looked for."""
    if time.monotonic() >= _memory.until:
        found: dict[str, dict[Phrase, set[str]]] = defaultdict(lambda: defaultdict(set))
        for row in Synonym.objects.filter(is_active=True):
            phrases = row.phrases()
            for number, phrase in enumerate(phrases):
                key = _stems(phrase, analyzer, row.language)
                if key and (number == 0 or not row.one_way):
                    found[row.language][key] |= set(phrases) - {phrase}
                    if len(key) == 1:  # as part of a compound it comes without its ending
                        found[row.language][(derive(key[0], row.language),)] |= set(phrases) - {phrase}
        _memory.groups, _memory.until = found, time.monotonic() + NOTICED_AFTER
    return _memory.groups


def expand(plan: QueryPlan, analyzer: Analyzer, languages: tuple[str, ...]) -> QueryPlan:
    """Return ``plan`` with the synonyms of its words and of its neighbouring words, up to three, looked for as well."""
    for language in languages:
        groups = _groups(analyzer).get(language)
        if not groups:
            continue
        typed = [
            (place, stem(concept.text, language)) for place, concept in enumerate(plan.concepts) if not concept.extra
        ]
        for first in range(len(typed)):
            for length in (1, 2, 3):
                places = typed[first : first + length]
                others = groups.get(tuple(text for _place, text in places))
                if others and len(places) == length:
                    for place, _text in places:
                        plan.concepts[place] = _with(plan.concepts[place], others, analyzer, language)
        for place, _text in typed:
            plan.concepts[place] = _with_parts(plan.concepts[place], groups, analyzer, language)
    return plan


def _with(concept: Concept, others: set[str], analyzer: Analyzer, language: str) -> Concept:
    """Return the concept with each other phrase as one more way to say it."""
    added: list[Term] = []
    way = 1 + max(term.way for term in concept.terms)
    for number, phrase in enumerate(sorted(others), start=way):
        meant = [one for one in analyzer.query(phrase, (language,), 3).concepts if not one.extra]
        for place, one in enumerate(meant):
            stemmed, parts = stem(one.text, language), analyzer.parts(one.text, language)
            for term in analyzer.word_terms(stemmed, parts, language, group=2 * number, slot=10 * place):
                share = STRENGTH * term.strength / len(meant)
                added.append(replace(term, weight=term.weight * WEIGHT, strength=share))
    return replace(concept, terms=(*concept.terms, *added))


def _with_parts(concept: Concept, groups: dict[Phrase, set[str]], analyzer: Analyzer, language: str) -> Concept:
    """Return the concept with synonyms of the parts of its compound: "Autosteuer" is looked for as "Kfz-Steuer"."""
    parts = [term for term in concept.terms if term.stream == "p" and term.group == 1]
    if len(parts) < 2:
        return concept
    known = {(term.stream, term.text) for term in concept.terms}
    added: list[Term] = []
    for part in parts:
        for phrase in sorted(groups.get((part.text,), ())):
            meant = [one for one in analyzer.query(phrase, (language,), 2).concepts if not one.extra]
            text = derive(stem(meant[0].text, language), language) if len(meant) == 1 else ""
            if text and ("p", text) not in known:
                known.add(("p", text))
                added.append(replace(part, text=text, weight=part.weight * WEIGHT, strength=part.strength * STRENGTH))
    return replace(concept, terms=(*concept.terms, *added))
