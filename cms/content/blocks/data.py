"""Blocks of data: tables and charts."""

from __future__ import annotations

import zlib
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock

from .. import charts
from .table_segments import TranslatedTable

DATA = _("Data")
#: Widths of the two drawings of a chart; style sheets show the one that fits.
NARROW, WIDE = 340, 700
MOST_CELLS, LONGEST_CELL = 3_000, 2_000


def table(rows: list[list[Any]], caption: Any = "") -> dict[str, Any]:
    """Return the value of a table block whose first row is the header."""
    return {
        "data": rows,
        "first_row_is_table_header": True,
        "first_col_is_header": False,
        "table_header_choice": "row",
        "table_caption": caption,
    }


def example_table() -> dict[str, Any]:
    """Return a table for the preview."""
    rows = [(_("Bin"), _("Emptied")), (_("Paper"), _("every four weeks")), (_("Organic waste"), _("every two weeks"))]
    return table([[str(cell) for cell in row] for row in rows], str(_("Bins")))


class HeadedTableBlock(TranslatedTable, TableBlock):
    """A table with header cells."""

    def clean(self, value: Any) -> Any:
        """Insist on header cells that say something, and on a size people can read. Raises ValidationError."""
        result = super().clean(value)
        if not result or self.is_deferred_validation:
            return result
        data = result.get("data") or []
        problem = None
        if result.get("table_header_choice") not in {"row", "column", "both"}:
            problem = _("Say which cells are headers: without them a table can't be followed when it is read aloud.")
        elif not any(cell for row in data for cell in row):
            problem = _("The table is empty.")
        elif sum(len(row) for row in data) > MOST_CELLS:
            problem = _("The table is too large. Offer it as a document, or split it.")
        elif any(len(str(cell or "")) > LONGEST_CELL for row in data for cell in row):
            problem = _("A cell holds a whole text. Use paragraphs for that.")
        elif result["table_header_choice"] in {"row", "both"} and not all(
            str(cell or "").strip() for cell in data[0][1:]
        ):
            problem = _("A header cell of the first row is empty.")
        if problem:
            raise ValidationError(problem)
        return result


class ChartDataBlock(TranslatedTable, TableBlock):
    """The numbers of a chart: names in the first row and column, numbers in between."""

    def clean(self, value: Any) -> Any:
        """Refuse what is no number, naming the cell. Raises ValidationError."""
        if value:  # headers are given by what the block is
            value = {**value, "table_header_choice": "both"}
        result = super().clean(value)
        if not self.is_deferred_validation:
            try:
                charts.parse((result or {}).get("data") or [])
            except ValidationError as error:
                raise ValidationError(error.messages) from error
        return result

    def get_searchable_content(self, value: Any) -> list[str]:
        """Return the names, without the numbers."""
        data = (value or {}).get("data") or [[]]
        return [str(cell) for cell in [*data[0], *(row[0] for row in data[1:] if row)] if cell]


class ChartBlock(blocks.StructBlock):
    """Figures as a chart that needs no script, with the table they come from."""

    title = blocks.CharBlock(max_length=150, label=_("Title"))
    kind = blocks.ChoiceBlock(
        choices=[
            (charts.BAR, _("bars side by side: compare values")),
            (charts.STACKED, _("stacked bars: parts of a whole")),
            (charts.LINE, _("lines: development over time")),
        ],
        default=charts.BAR,
        label=_("Kind"),
        search_index=False,
    )
    summary = blocks.TextBlock(
        max_length=600,
        label=_("What the figures say"),
        help_text=_("One or two sentences, for all who don't see the chart or have no time for it."),
    )
    unit = blocks.CharBlock(
        required=False,
        max_length=60,
        label=_("Unit of measure"),
        help_text=_("For example million euros."),
        search_index=False,
    )
    data = ChartDataBlock(
        label=_("Numbers"),
        help_text=_(
            "Names of the columns in the first row, names of the rows in the first column. Numbers like 1.234,5."
        ),
    )
    source = blocks.CharBlock(required=False, max_length=200, label=_("Source"))

    class Meta:
        icon = "order"
        label = _("Chart")
        group = DATA
        description = _("Figures as bars or lines, with a table that says the same.")
        template = "content/blocks/chart.html"

    def get_preview_value(self) -> Any:
        """Return an example."""
        rows = [["", str(_("Arrivals")), str(_("Departures"))], ["2023", "14,2", "12,9"], ["2024", "13,8", "13,1"]]
        return self.normalize(
            {
                "title": _("Moves to and from the city"),
                "kind": charts.BAR,
                "summary": _("More people come than leave."),
                "unit": _("thousands"),
                "data": table(rows),
            }
        )

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add ``plots`` (narrow and wide), ``legend``, ``header`` and ``rows``; nothing when stored numbers are broken."""
        context = super().get_context(value, parent_context)
        try:
            figures = charts.parse((value["data"] or {}).get("data") or [])
        except ValidationError:
            return context
        context |= {
            "plots": [
                ("narrow", charts.draw(value["kind"], figures, width=NARROW)),
                ("wide", charts.draw(value["kind"], figures, width=WIDE)),
            ],
            "legend": list(enumerate(figures.series, start=1)) if len(figures.series) > 1 else [],
            # Two charts that say the same may share their patterns.
            "pattern_id": f"pattern-{zlib.crc32(repr((value['title'], figures)).encode()):x}",
            "table_caption": f"{value['title']} ({value['unit']})" if value["unit"] else value["title"],
            "header": [figures.heading, *figures.series],
            "rows": [[name, *(charts.shown(number) for number in row)] for name, row in figures.rows],
        }
        return context


BLOCKS = [
    (
        "table",
        HeadedTableBlock(
            icon="table",
            label=_("Table"),
            group=DATA,
            description=_("Rows and columns with header cells."),
            template="content/blocks/table.html",
            preview_value=example_table,
        ),
    ),
    ("chart", ChartBlock()),
]
