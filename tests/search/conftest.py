"""Fixtures of the search's tests."""

from .elastic import elastic, engine

__all__ = ["elastic", "engine"]
