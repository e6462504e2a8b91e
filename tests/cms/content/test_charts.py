"""Charts read German numbers, name the cell that is wrong, and draw what the table says."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from cms.content import charts
from cms.content.blocks.data import ChartBlock, HeadedTableBlock, table
from tests.conftest import make_page

DATA = [["Jahr", "Zuzug", "Fortzug"], ["2024", "14.200", "−13.100,5"], ["2025", "", "12,9"]]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.234,5", "1234.5"), ("1 234", "1234"), ("-3", "-3"), ("−3,25", "-3.25"), ("0", "0"), ("1234567", "1234567")],
)
def test_german_numbers_are_read(text: str, value: str) -> None:
    assert charts.number_of(text) == Decimal(value)


@pytest.mark.parametrize("text", ["12.5", "1,234.5", "12 %", "1e5", "NaN", "٣", "abc", "1.23", "--1", "", "9" * 30])
def test_what_could_mean_something_else_is_no_number(text: str) -> None:
    assert charts.number_of(text) is None


def test_figures_keep_gaps_apart_from_zero() -> None:
    figures = charts.parse(DATA)
    assert figures.series == ["Zuzug", "Fortzug"]
    assert figures.rows[0] == ("2024", [Decimal("14200"), Decimal("-13100.5")])
    assert figures.rows[1] == ("2025", [None, Decimal("12.9")])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([["", "A"], ["x", "1"], ["y", "zwei"]], "B3"),
        ([["", "A", ""], ["x", "1", "2"]], "C1"),
        ([["", "A"], ["", "1"]], "A2"),
        ([["", *"ABCDEF"], ["x", *"123456"]], "5"),
        ([["", "A"], *[[str(number), "1"] for number in range(41)]], "40"),
        ([["", "A"], ["x", ""]], ""),
        ([], ""),
        ([[None]], ""),
    ],
)
def test_what_is_wrong_is_named(data: Any, said: str) -> None:
    with translation.override("de"), pytest.raises(ValidationError) as error:
        charts.parse(data)
    assert said in " ".join(error.value.messages)


def test_bars_are_as_long_as_their_numbers_and_start_at_zero() -> None:
    plot = charts.draw(charts.BAR, charts.parse([["", "A"], ["x", "10"], ["y", "-5"], ["z", "20"]]), width=700)
    zero = next(x for x, *_rest, is_zero in plot.grid if is_zero)
    ten, five, twenty = plot.bars
    assert ten.x == twenty.x == pytest.approx(zero, abs=0.2)
    assert five.x + five.width == pytest.approx(zero, abs=0.2)
    assert twenty.width == pytest.approx(2 * ten.width, abs=0.3)
    assert ten.width == pytest.approx(2 * five.width, abs=0.3)


def test_stacked_parts_touch_and_negative_ones_go_the_other_way() -> None:
    plot = charts.draw(charts.STACKED, charts.parse([["", "A", "B", "C"], ["x", "10", "20", "-5"]]), width=700)
    first, second, third = plot.bars
    assert second.x == pytest.approx(first.x + first.width, abs=0.2)
    assert third.x + third.width == pytest.approx(first.x, abs=0.2)


def test_a_line_has_a_gap_where_nothing_is_known() -> None:
    data = [["", "A"], ["1", "1"], ["2", "2"], ["3", ""], ["4", "4"], ["5", "5"]]
    curve = charts.draw(charts.LINE, charts.parse(data), width=700).curves[0]
    assert len(curve.parts) == 2
    assert len(curve.points) == 4
    assert curve.points[0][1] > curve.points[-1][1]  # more is higher


@pytest.mark.parametrize("kind", [charts.BAR, charts.LINE, charts.STACKED])
@pytest.mark.parametrize("width", [340, 700])
@pytest.mark.parametrize(
    "data",
    [
        DATA,
        [["", "A"], ["x", "0"]],
        [["", "A"], ["x", "-0,001"], ["y", "-900.000.000"]],
        [["", *"ABCDE"], *[["Donaudampfschifffahrtsgesellschaftskapitän " * 9, *"12345"] for _ in range(40)]],
    ],
)
def test_everything_stays_inside_the_drawing(kind: str, width: int, data: Any) -> None:
    plot = charts.draw(kind, charts.parse(data), width=width)
    assert plot.height > 0
    for bar in plot.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= width + 1
        assert 0 <= bar.y <= bar.y + bar.height <= plot.height
    for curve in plot.curves:
        assert all(0 <= x <= width and 0 <= y <= plot.height for x, y, _title in curve.points)
    assert all(0 <= label.x <= width and 0 <= label.y <= plot.height for label in plot.labels)


def test_numbers_follow_the_readers_language() -> None:
    with translation.override("de"):
        assert charts.shown(Decimal("-1234.50")) == "−1.234,5"
    with translation.override("en"):
        assert charts.shown(Decimal("1234567")) == "1,234,567"
    assert charts.shown(None) == "–"


def chart(**values: Any) -> dict[str, Any]:
    value = {"title": "Zuzug", "kind": "bar", "summary": "Mehr kommen.", "unit": "", "data": table(DATA), "source": ""}
    return value | values


def test_the_editor_is_told_at_the_numbers_which_cell_is_wrong() -> None:
    block = ChartBlock()
    broken = table([["", "A"], ["x", "viel"]])
    with translation.override("de"), pytest.raises(ValidationError) as error:
        block.clean(block.to_python(chart(data=broken)))
    assert "B2" in " ".join(error.value.block_errors["data"].messages)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["bar", "line", "stacked"])
def test_a_page_shows_chart_and_table(client: Any, home: Any, kind: str) -> None:
    make_page(home, "Zahlen", body=json.dumps([{"type": "chart", "value": chart(kind=kind)}]))
    body = client.get("/zahlen/").content.decode()
    assert body.count('class="chart__plot') == 2
    assert "<td>14.200</td>" in body
    assert "<td>–</td>" in body
    assert 'role="img"' in body
    assert " style=" not in body.partition('<figure class="chart">')[2].partition("</figure>")[0]


@pytest.mark.django_db
def test_broken_stored_numbers_take_no_page_down(client: Any, home: Any) -> None:
    for number, data in enumerate((None, {}, {"data": [["x"]]}, table([["", "A"], ["x", "viel"]]))):
        body = [{"type": "chart", "value": chart(data=data)}]
        make_page(home, "Kaputt", slug=f"kaputt-{number}", body=json.dumps(body))
        assert client.get(f"/kaputt-{number}/").status_code == 200


def test_a_table_needs_headers() -> None:
    block = HeadedTableBlock()
    good = table([["Tonne", "Tag"], ["Papier", "Montag"]])
    assert block.clean(dict(good))["first_row_is_table_header"]
    for broken in (
        {**good, "table_header_choice": "neither"},
        table([["", ""], ["", ""]]),
        table([["Tonne", ""], ["Papier", "Montag"]]),
        table([["Tonne", "Tag"], ["x" * 3_000, "Montag"]]),
        table([["Tonne"] * 100] * 40),
    ):
        with pytest.raises(ValidationError) as error:
            block.clean(dict(broken))
        assert "Validation error" not in error.value.messages[0]
