"""Turns German and English text into tokens. Pure Python: no Django, no database, no files."""

from search.analysis.analyzer import Analyzer, Concept, Field, QueryPlan, Term, normalise_query, squash
from search.analysis.compounds import Splitter
from search.analysis.folding import clean, fold
from search.analysis.nouns import NOUNS
from search.analysis.stemming import derive, stem
from search.analysis.stopwords import is_stop_word
from search.analysis.words import Word, words

__all__ = [
    "NOUNS",
    "Analyzer",
    "Concept",
    "Field",
    "QueryPlan",
    "Splitter",
    "Term",
    "Word",
    "clean",
    "derive",
    "fold",
    "is_stop_word",
    "normalise_query",
    "squash",
    "stem",
    "words",
]
