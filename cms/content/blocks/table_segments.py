"""Tables for translators: each cell with words is a segment of its own for wagtail-localize, numbers stay as they are."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from wagtail_localize.segments import StringSegmentValue

CAPTION = "caption"


def _cells(rows: list[list[Any]]) -> Iterator[tuple[str, int, int, str]]:
    """Yield (name, row, column, text) of each cell with a letter in it.

    The name comes from the text: a row that is put in or moved leaves the translations of the others where they are.
    """
    seen: Counter[str] = Counter()
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            text = cell.strip() if isinstance(cell, str) else ""
            if any(letter.isalpha() for letter in text):
                seen[text] += 1
                digest = hashlib.sha256(text.encode()).hexdigest()[:16]
                yield f"cell-{digest}-{seen[text]}", row, column, text


class TranslatedTable:
    """Mixin of table blocks."""

    def get_translatable_segments(self, value: Any) -> list[StringSegmentValue]:
        """Return the caption and the cells with words, row by row."""
        value = value or {}
        caption = value.get("table_caption") or ""
        cells = _cells(value.get("data") or [])
        return [
            *([StringSegmentValue(CAPTION, str(caption))] if caption else []),
            *(StringSegmentValue(name, text) for name, _row, _column, text in cells),
        ]

    def restore_translated_segments(self, value: Any, segments: list[StringSegmentValue]) -> Any:
        """Return the table with the texts of ``segments``; what has none stays in the language of the source."""
        texts = {segment.path: segment.render_text() for segment in segments}
        table = deepcopy(value)
        for name, row, column, _text in list(_cells(table["data"])):
            if name in texts:
                table["data"][row][column] = texts[name]
        if CAPTION in texts:
            table["table_caption"] = texts[CAPTION]
        return table
