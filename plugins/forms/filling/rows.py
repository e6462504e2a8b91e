"""Rows of repeating groups in what was posted: one more, one less."""

from __future__ import annotations

from django.http import QueryDict

from ..posted import whole_number
from .stepform import StepForm, rows_name


def with_row(form: StepForm, group: str) -> QueryDict:
    """Return what was posted with one more row, empty, at the end of the group."""
    data = form.data.copy()
    data[rows_name(group)] = str(form.rows[group] + 1)
    return data


def without_row(form: StepForm, group: str, removed: int) -> QueryDict:
    """Return what was posted without a row: those below move up."""
    data, prefix = QueryDict(mutable=True), f"f-{group}-"
    for name, values in form.data.lists():
        if name.startswith(prefix):
            number, _hyphen, rest = name.removeprefix(prefix).partition("-")
            place = whole_number(number)
            if place in (-1, removed):
                continue
            name = f"{prefix}{place - (place > removed)}-{rest}"
        data.setlist(name, values)
    data[rows_name(group)] = str(form.rows[group] - 1)
    return data


def has_row(form: StepForm, group: str, row: str) -> bool:
    """Return whether the step shows that row."""
    return group in form.groups and 0 <= whole_number(row) < form.rows[group]
