"""Add and remove rows of a repeating group in what was posted; the files of a row go with it."""

from __future__ import annotations

from django.http import QueryDict

from ..models import Filling
from ..posted import whole_number
from . import files
from .content import Content
from .stepform import StepForm, rows_name


def add(form: StepForm, group: str) -> str:
    """Give the group one more row; return the id of its place on the page."""
    data = form.data.copy()
    data[rows_name(group)] = str(form.rows[group] + 1)
    form.data = data
    return f"row-{group}-{form.rows[group]}"


def remove(form: StepForm, group: str, row: str, *, filling: Filling, content: Content) -> str:
    """Take one row out: those below move up, with their files. Returns the id of the group, "" for a row there is not."""
    removed, data = whole_number(row), QueryDict(mutable=True)
    if group not in form.groups or not 0 <= removed < form.rows[group]:
        return ""
    for name, values in form.data.lists():
        prefix = f"f-{group}-"
        if name.startswith(prefix):
            number, _hyphen, rest = name.removeprefix(prefix).partition("-")
            place = whole_number(number)
            if place in (-1, removed):
                continue
            name = f"{prefix}{place - (place > removed)}-{rest}"
        data.setlist(name, values)
    data[rows_name(group)] = str(form.rows[group] - 1)
    form.data = data
    rows = content.answers.get(group)
    if isinstance(rows, list) and removed < len(rows):
        for row_files in [value for value in rows[removed].values() if isinstance(value, list)]:
            for one in list(row_files):
                if isinstance(one, dict) and "id" in one:
                    files.drop(filling=filling, content=content, identifier=str(one["id"]))
        del rows[removed]
        content.changed[group] = filling.revision + 1
    return f"group-{group}"
