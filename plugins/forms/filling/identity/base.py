"""What every identity provider can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

#: Trust levels of eIDAS (Regulation (EU) 910/2014, Article 8), the weakest first; "" is nobody.
LEVELS = ("", "low", "substantial", "high")


class NotIdentified(Exception):
    """The answer of the provider can't be trusted. Nothing personal is in the text."""


class GaveUp(NotIdentified):
    """The person has stopped at the provider."""


class Unreachable(Exception):
    """The provider does not answer at the moment."""


@dataclass(frozen=True)
class Person:
    """Who somebody is. ``level``: one of LEVELS; ``claims``: name of a field's setting ``prefill`` -> answer as JSON."""

    level: str
    claims: Mapping[str, Any] = field(default_factory=dict)


class IdentityProvider(ABC):
    """A service that vouches for who somebody is. Its settings are checked when it is used first.

    ``name`` is part of addresses and stays; ``label`` is what people know it as; ``levels`` it can reach.
    """

    name = ""
    label: Any = ""
    levels: tuple[str, ...] = ()

    @abstractmethod
    def is_set_up(self) -> bool:
        """Return whether the installation has it."""

    def reaches(self, request: HttpRequest, level: str) -> bool:
        """Return whether it may vouch for whoever asks at this level; "" asks for none."""
        return not level or level in self.levels

    @abstractmethod
    def begin(self, request: HttpRequest, *, level: str, back: str) -> str:
        """Return the address to send the person to; ``back``: absolute address that ends it. Raises Unreachable."""

    @abstractmethod
    def finish(self, request: HttpRequest, *, back: str) -> Person:
        """Return who came back. Raises NotIdentified, GaveUp, Unreachable."""
