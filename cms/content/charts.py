"""Charts as numbers for a template: bars, lines and stacked bars, drawn on the server without any script.

A table of texts becomes ``Figures`` (or errors that name the cell); ``draw`` lays them out for a given width.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

BAR, LINE, STACKED = "bar", "line", "stacked"
MOST_SERIES, MOST_CATEGORIES = 5, 40
#: German notation: 1.234,5 or 1 234,5; also −3 with the sign of typographers.
NUMBER = re.compile(r"[-−]?(\d+|\d{1,3}([. \u00a0\u202f]\d{3})+)(,\d+)?", re.ASCII)
LARGEST = Decimal("1e12")
#: Sizes of the drawing in its own units, which are pixels at full size.
ROW, LABEL_LINE, FONT = 22, 20, 15
#: Rough width of a character of the label's font.
CHARACTER = 7.6


@dataclass(frozen=True)
class Figures:
    """What is charted: names of the series, and for each category its values; None where nothing is known."""

    series: list[str]
    rows: list[tuple[str, list[Decimal | None]]]
    heading: str = ""


def parse(data: list[list[Any]]) -> Figures:
    """Return the figures of a table: first row names of series, first column names of categories. Empty edges are cut.

    Raises ValidationError with one message for each thing that is wrong, naming its cell as spreadsheets do ("B3").
    """
    texts = [[str(cell if cell is not None else "").strip() for cell in row] for row in data]
    width = max((number for row in texts for number, cell in enumerate(row, start=1) if cell), default=0)
    height = max((number for number, row in enumerate(texts, start=1) if any(row)), default=0)
    texts = [(row + [""] * width)[:width] for row in texts[:height]]
    if width < 2 or height < 2:
        raise ValidationError(_("Enter names in the first row and the first column, and numbers in between."))
    problems = []
    if width - 1 > MOST_SERIES:
        problems.append(_("At most %(number)d columns of numbers can be told apart.") % {"number": MOST_SERIES})
    if height - 1 > MOST_CATEGORIES:
        problems.append(_("At most %(number)d rows fit into a chart.") % {"number": MOST_CATEGORIES})
    for row, column in [*((0, one) for one in range(1, width)), *((one, 0) for one in range(1, height))]:
        if not texts[row][column]:
            problems.append(_("Cell %(cell)s: the name is missing.") % {"cell": cell_name(row, column)})
    rows: list[tuple[str, list[Decimal | None]]] = []
    for number, row_texts in enumerate(texts[1:], start=1):
        values: list[Decimal | None] = []
        for column, text in enumerate(row_texts[1:], start=1):
            value = number_of(text)
            if text and value is None:
                names = {"cell": cell_name(number, column), "text": text[:40]}
                problems.append(
                    _("Cell %(cell)s: “%(text)s” is no number. Write it like 1.234,5; the unit has a field of its own.")
                    % names
                )
            values.append(value)
        rows.append((row_texts[0], values))
    if not problems and all(value is None for _name, values in rows for value in values):
        problems.append(_("There is no number yet."))
    if problems:
        raise ValidationError([ValidationError(problem) for problem in problems[:8]])
    return Figures(series=texts[0][1:], rows=rows, heading=texts[0][0])


def number_of(text: str) -> Decimal | None:
    """Return the number a German text means ("1.234,5"), None for anything else."""
    if not NUMBER.fullmatch(text):
        return None
    value = Decimal(re.sub(r"[. \u00a0\u202f]", "", text).replace("−", "-").replace(",", "."))
    return value if abs(value) < LARGEST else None


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell (both from 0) as spreadsheets have it: (2, 1) is "B3"."""
    return f"{chr(ord('A') + column % 26)}{row + 1}"


def shown(value: Decimal | float | None) -> str:
    """Return a number in the active language's notation; "–" for none."""
    if value is None:
        return "–"
    exact = Decimal(str(value)).normalize()
    digits = max(0, -int(exact.as_tuple().exponent))
    return str(number_format(exact, decimal_pos=digits, force_grouping=True)).replace("-", "−")


@dataclass(frozen=True)
class Bar:
    """One bar: ``series`` from 1 chooses colour and pattern."""

    x: float
    y: float
    width: float
    height: float
    series: int
    title: str
    text: str = ""
    text_x: float = 0
    text_y: float = 0


@dataclass(frozen=True)
class Label:
    """A text of the drawing; ``anchor``: start, middle or end."""

    text: str
    x: float
    y: float
    anchor: str = "start"


@dataclass(frozen=True)
class Curve:
    """A line: parts between gaps, and its points."""

    series: int
    parts: list[str]
    points: list[tuple[float, float, str]]


@dataclass
class Plot:
    """A drawing of one width."""

    width: int
    height: int = 0
    bars: list[Bar] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    #: Lines of the scale: (x1, y1, x2, y2, is it zero).
    grid: list[tuple[float, float, float, float, bool]] = field(default_factory=list)


def draw(kind: str, figures: Figures, *, width: int) -> Plot:
    """Return the drawing. Bars lie, with their names above them, so that long names fit on narrow screens."""
    if kind == LINE:
        return _lines(figures, width)
    return _bars(figures, width, stacked=kind == STACKED)


def steps(low: float, high: float, wanted: int = 5) -> list[float]:
    """Return round numbers for a scale from at most ``low`` to at least ``high``."""
    raw = (high - low) / wanted if high > low else 1.0
    power = 10 ** math.floor(math.log10(raw))
    step = next(power * one for one in (1, 2, 2.5, 5, 10) if power * one >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, max(last, first + 1) + 1)]


def _bars(figures: Figures, width: int, *, stacked: bool) -> Plot:
    values = [[value or Decimal(0) for value in row] for _name, row in figures.rows]
    if stacked:
        low = min(float(sum(value for value in row if value < 0)) for row in values)
        high = max(float(sum(value for value in row if value > 0)) for row in values)
    else:
        low, high = min(float(min(row)) for row in values), max(float(max(row)) for row in values)
    scale = steps(min(0.0, low), max(0.0, high), 4 if width < 500 else 6)
    plot = Plot(width)
    # Room for the number at a bar's end, or for half of the scale's first and last number.
    widest = max(len(shown(value)) for _name, row in figures.rows for value in row) * CHARACTER
    ends = max(len(shown(number)) for number in scale) * CHARACTER / 2
    left = max(ends, widest + 8 if low < 0 and not stacked else 0) + 2
    right = width - max(ends, widest + 8 if not stacked else 0) - 2

    def x(value: float) -> float:
        return left + (right - left) * (value - scale[0]) / (scale[-1] - scale[0])

    y = 8.0
    for (name, row), numbers in zip(figures.rows, values, strict=True):
        for line in _wrapped(name, width):
            plot.labels.append(Label(line, 2, y + FONT))
            y += LABEL_LINE
        y += 4
        below = above = 0.0
        for series, (known, number) in enumerate(zip(row, numbers, strict=True), start=1):
            value, title = float(number), f"{name}, {figures.series[series - 1]}: {shown(known)}"
            if not stacked:
                start, end = sorted((x(0), x(value)))
                if known is not None:
                    text_x = end + 6 if value >= 0 else start - 6 - len(shown(known)) * CHARACTER
                    plot.bars.append(_bar(start, y, end - start, series, title, shown(known), text_x))
                y += ROW + 2
            elif value:
                base = above if value > 0 else below
                start, end = sorted((x(base), x(base + value)))
                plot.bars.append(_bar(start, y, end - start, series, title))
                above, below = (above + value, below) if value > 0 else (above, below + value)
        y += ROW + 12 if stacked else 10
    for number in scale:
        plot.grid.append((round(x(number), 1), 4, round(x(number), 1), y, number == 0))
        plot.labels.append(Label(shown(number), round(x(number), 1), y + LABEL_LINE, "middle"))
    plot.height = math.ceil(y + LABEL_LINE + 8)
    return plot


def _bar(x: float, y: float, width: float, series: int, title: str, text: str = "", text_x: float = 0) -> Bar:
    return Bar(round(x, 1), y, round(max(width, 1), 1), ROW, series, title, text, round(text_x, 1), y + FONT + 1)


def _lines(figures: Figures, width: int) -> Plot:
    known = [float(value) for _name, row in figures.rows for value in row if value is not None]
    low, high = min(known), max(known)
    # The zero belongs to the scale unless the values lie far away from it: then small changes would be flat.
    if not 0 < (high - low) < min(abs(low), abs(high)) / 2:
        low, high = min(0.0, low), max(0.0, high)
    scale = steps(low, high)
    height = 300 if width < 500 else 360
    plot = Plot(width, height + 2 * LABEL_LINE)
    left = max(len(shown(number)) for number in scale) * CHARACTER + 10
    right, top, bottom = width - 16.0, 12.0, float(height)

    def y(value: float) -> float:
        return round(bottom - (bottom - top) * (value - scale[0]) / (scale[-1] - scale[0]), 1)

    count = len(figures.rows)
    places = [left + 12 + (right - left - 24) * (number / (count - 1) if count > 1 else 0.5) for number in range(count)]
    for number in scale:
        plot.grid.append((round(left, 1), y(number), right, y(number), number == 0))
        plot.labels.append(Label(shown(number), round(left - 6, 1), y(number) + 5, "end"))
    widest = max(len(name) for name, _row in figures.rows) * CHARACTER + 14
    every = max(1, math.ceil(widest * count / (right - left)))
    for number, (name, _row) in enumerate(figures.rows):
        if number % every == 0:
            shortened = name if len(name) <= 16 else f"{name[:15]}…"
            anchor = "start" if number == 0 else "end" if number == count - 1 else "middle"
            plot.labels.append(Label(shortened, round(places[number], 1), bottom + LABEL_LINE + 2, anchor))
    for index, series in enumerate(figures.series):
        parts, points, part = [], [], []
        for place, (name, row) in zip(places, figures.rows, strict=True):
            if row[index] is None:
                parts.append(part)
                part = []
                continue
            point = (round(place, 1), y(float(row[index])))
            part.append(f"{point[0]},{point[1]}")
            points.append((*point, f"{name}, {series}: {shown(row[index])}"))
        plot.curves.append(Curve(index + 1, [" ".join(one) for one in [*parts, part] if len(one) > 1], points))
    return plot


def _wrapped(name: str, width: int) -> list[str]:
    """Return ``name`` in at most three lines that fit."""
    fits = max(10, int(width / CHARACTER))
    lines, line = [], ""
    for word in name.split():
        if line and len(line) + 1 + len(word) > fits:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    lines.append(line)
    lines = [one if len(one) <= fits else f"{one[: fits - 1]}…" for one in lines]
    return lines if len(lines) <= 3 else [*lines[:2], f"{lines[2][: fits - 1]}…"]
