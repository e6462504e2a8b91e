"""What else a query could mean: synonyms are applied to the query, so they work on every engine and at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from .analysis import Analyzer, Concept, QueryPlan, Term, derive, stem
from .models import Synonym
from .remembered import Remembered

#: How much a word counts that nobody typed, against one that somebody typed.
WEIGHT, STRENGTH = 0.9, 0.9
MAX_WORDS = 16
Phrase = tuple[str, ...]
Groups = dict[str, dict[Phrase, set[str]]]  # language -> stems of what is typed -> what else is looked for


def stems(phrase: str, analyzer: Analyzer, language: str) -> Phrase:
    """Return what queries are compared by: their words' stems, without stop words."""
    concepts = analyzer.query(phrase, (language,), MAX_WORDS).concepts
    return tuple(stem(concept.text, language) for concept in concepts if not concept.extra)


def groups_of(rows: Iterable[Synonym], analyzer: Analyzer) -> Groups:
    """Return what ``rows`` say, ready to be looked up."""
    found: Groups = defaultdict(lambda: defaultdict(set))
    for row in rows:
        phrases = row.phrases()
        for number, phrase in enumerate(phrases):
            key = stems(phrase, analyzer, row.language)
            if key and (number == 0 or not row.one_way):
                found[row.language][key] |= set(phrases) - {phrase}
                if len(key) == 1:  # as part of a compound it comes without its ending
                    found[row.language][(derive(key[0], row.language),)] |= set(phrases) - {phrase}
    return found


def _read() -> Groups:
    from .indexing import analyzer

    return groups_of(Synonym.objects.filter(is_active=True), analyzer())


remembered = Remembered(_read)
_proposed: ContextVar[Groups | None] = ContextVar("proposed_synonyms", default=None)


@contextmanager
def proposed(groups: Groups) -> Iterator[None]:
    """Search inside as if these were the synonyms."""
    token = _proposed.set(groups)
    try:
        yield
    finally:
        _proposed.reset(token)


def expand(plan: QueryPlan, analyzer: Analyzer, languages: tuple[str, ...]) -> QueryPlan:
    """Return ``plan`` with the synonyms of its words and of its neighbouring words, up to three, looked for as well."""
    known = _proposed.get()
    known = remembered.get() if known is None else known
    for language in languages:
        groups = known.get(language)
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
