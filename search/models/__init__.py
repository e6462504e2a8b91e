"""Tables of the search: the projection, the way to Elasticsearch, words, what editors decide, what is learned."""

from .curation import BestBet, JudgedQuery
from .entries import Level, PendingObject, SearchEntry, SearchPosting
from .language import Synonym
from .learning import LoggedQuery, SearchTodo
from .shipping import SearchIndex, Shipment

#: Tables that no page of the public shows; entries are, in lists by topic.
UNSEEN = [
    "search.BestBet", "search.JudgedQuery", "search.LoggedQuery", "search.PendingObject", "search.SearchIndex",
    "search.SearchPosting", "search.SearchTodo", "search.Shipment", "search.Synonym",
]  # fmt: skip

__all__ = [
    "BestBet",
    "JudgedQuery",
    "Level",
    "LoggedQuery",
    "PendingObject",
    "SearchEntry",
    "SearchIndex",
    "SearchPosting",
    "SearchTodo",
    "Shipment",
    "Synonym",
]
