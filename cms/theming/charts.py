"""Small charts of the admin: columns over time and bars beside names, each with its table of numbers.

Drawn by ``theming/columns.html`` and ``theming/bars.html`` with ``theming/charts.css``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

#: In units of the drawing: its width, how high columns get, and how many labels stand below them at most.
WIDTH, HEIGHT, LABELS = 480, 100, 6


@dataclass(frozen=True)
class Series:
    """One row of numbers: what each counts ("handed over")."""

    name: Any
    numbers: Sequence[int]


@dataclass(frozen=True)
class Columns:
    """Columns over time. ``head``: of the first column of the table; ``labels``: (in the table, below the drawing)."""

    head: Any
    labels: Sequence[tuple[str, str]]
    series: Sequence[Series]

    @property
    def width(self) -> int:
        """How wide the drawing is."""
        return WIDTH

    def rows(self) -> list[dict[str, Any]]:
        """Return each moment with its numbers and rectangles, for table and drawing."""
        top = max([number for one in self.series for number in one.numbers] + [1])
        room = WIDTH / max(len(self.labels), 1)
        wide = room * 0.85 / len(self.series)
        every = -(-len(self.labels) // LABELS)
        return [
            {
                "label": label,
                "below": below if place % every == 0 and place * room < WIDTH * 0.92 else "",
                "x": round(place * room, 2),
                "cells": [
                    {
                        "name": one.name,
                        "number": one.numbers[place],
                        "tone": tone,
                        "x": round(place * room + (tone - 1) * wide, 2),
                        "y": round(HEIGHT + 1 - HEIGHT * one.numbers[place] / top, 2),
                        "width": round(max(wide - 1, 1), 2),
                        "height": round(HEIGHT * one.numbers[place] / top, 2),
                    }
                    for tone, one in enumerate(self.series, 1)
                ],
            }
            for place, (label, below) in enumerate(self.labels)
        ]


@dataclass(frozen=True)
class Bar:
    """One name with its number and, in percent of the largest, the length of its bar. ``more``: further cells."""

    name: Any
    number: Any
    width: int
    more: tuple[Any, ...] = ()


def bars(rows: Iterable[tuple[Any, ...]]) -> list[Bar]:
    """Return bars of (name, number, further cells…), the largest in full length."""
    given = list(rows)
    top = max([number for _name, number, *_more in given if isinstance(number, int)] + [1])
    return [
        Bar(name, number, round(100 * number / top) if isinstance(number, int) else 0, tuple(more))
        for name, number, *more in given
    ]
