"""One measured figure and what it should reach."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """``name`` as area.what.where, measured ``value``, bound ``reach`` with ``direction`` ">=" or "<="."""

    name: str
    value: float
    reach: float
    direction: str = ">="

    @property
    def reached(self) -> bool:
        """Whether the value is on the right side of the bound."""
        return self.value >= self.reach if self.direction == ">=" else self.value <= self.reach

    def __str__(self) -> str:
        word = "met" if self.reached else "missed"
        return f"{self.name} {self.value:.2f} reach {self.direction}{self.reach:g} {word}"
