"""What was answered, for people to read: the summary page, the PDF, whoever signs as well."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..definition.logic import Evaluated
from ..definition.structure import FIELDSET, GROUP, Definition, Field, text_in
from ..definition.types import TYPES
from ..reference import read_once
from .stepform import EMPTY


@dataclass
class Line:
    """One answer; of a heading (``level`` > 0) only the label. ``lines``: what was written in several."""

    label: str
    value: str = ""
    level: int = 0
    path: str = ""
    #: Whether the identity provider vouches for it.
    vouched: bool = False
    #: What to look at again, though it is no error.
    doubts: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The value line by line."""
        return self.value.splitlines() or [""]


#: What follows stands below no heading any more.
END = Line("", level=1)


@dataclass
class Part:
    """The answers of one step."""

    key: str
    title: str
    lines: list[Line] = field(default_factory=list)

    @property
    def blocks(self) -> list[tuple[str, list[Line]]]:
        """The lines between two headings, with the heading above them; "" for those at the top."""
        found: list[tuple[str, list[Line]]] = [("", [])]
        for line in self.lines:
            if line.level:
                found.append((line.label, []))
            else:
                found[-1][1].append(line)
        return [(heading, lines) for heading, lines in found if heading or lines]


@read_once()
def summary(
    definition: Definition, found: Evaluated, language: str, *, doubts: bool = False, vouched: Container[str] = ()
) -> list[Part]:
    """Return all answers by step; questions that were asked and left out say so with an empty value.

    ``vouched``: paths of answers that the identity provider vouches for.
    ``doubts``: also what to look at again, for whoever can still change it; a list of streets is read for that.
    """
    parts = []
    for key in found.steps:
        step = definition.step(key)
        part = Part(key, text_in(step.title, language))
        _lines(part.lines, step.fields, found.answers, found, language, prefix="")
        for line in part.lines:
            line.vouched = line.path in vouched
        if doubts:
            _doubt(part.lines, found.answers, {item.key: item for item in step.walk()}, language)
        parts.append(part)
    return parts


def _doubt(lines: list[Line], answers: Mapping[str, Any], fields: Mapping[str, Field], language: str) -> None:
    for line in lines:
        group, _dot, rest = line.path.partition(".")
        number, _dot, key = rest.partition(".")
        value = answers[group][int(number)].get(key) if key else answers.get(line.path)
        if line.value:
            line.doubts = tuple(
                TYPES[fields[key or line.path].type].warnings(fields[key or line.path], value, language)
            )


def _lines(
    lines: list[Line],
    fields: tuple[Field, ...],
    answers: Mapping[str, Any],
    found: Evaluated,
    language: str,
    prefix: str,
) -> None:
    for one in fields:
        path = prefix + one.key
        label = text_in(one.label, language)
        if one.type == FIELDSET:
            inner: list[Line] = []
            _lines(inner, one.fields, answers, found, language, prefix)
            if inner:
                lines += [Line(label, level=1), *inner, END] if label else inner
        elif one.type == GROUP:
            for number, row in enumerate(answers.get(one.key) or []):
                lines.append(Line(f"{label} {number + 1}", level=1))
                _lines(lines, one.fields, row, found, language, f"{path}.{number}.")
            if answers.get(one.key):
                lines.append(END)
        elif one.answers and one.type != "hidden":
            value = answers.get(one.key)
            if value in EMPTY and path not in found.shown:
                continue
            lines.append(Line(label, shown(one, value, language), path=path))


def shown(one: Field, value: Any, language: str) -> str:
    """Return an answer as people read it, "" for none."""
    if value in EMPTY:
        return ""
    if one.type == "file":
        return "\n".join(str(file.get("name", "")) for file in value)
    return TYPES[one.type].display(one, value, language)
