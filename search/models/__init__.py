"""Tables of the search: the projection, the way to Elasticsearch, words, and what is learned."""

from .entries import Level, PendingObject, SearchEntry, SearchPosting
from .language import Synonym
from .shipping import SearchIndex, Shipment

__all__ = ["Level", "PendingObject", "SearchEntry", "SearchIndex", "SearchPosting", "Shipment", "Synonym"]
