"""What a template draws of a step: questions, texts, fieldsets, rows of groups, nested as the form has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.forms import BoundField
from django.template.defaultfilters import filesizeformat
from django.utils.html import linebreaks

from cms.records.richtext import rendered

from ..definition.structure import FIELDSET, GROUP, Field, text_in
from ..definition.types import TYPES
from ..definition.types.files import KINDS, kinds_of, largest, most
from ..definition.types.parts import PartsWidget
from .stepform import Place, StepForm, row_limits, rows_name


@dataclass
class Part:
    """One input of a question that has several."""

    widget: dict[str, Any]
    errors: list[str]


@dataclass
class Item:
    """One thing on the page; ``kind``: field, file, content, output, fieldset, group, row."""

    kind: str
    key: str = ""
    label: str = ""
    help: str = ""
    example: str = ""
    unit: str = ""
    bound: BoundField | None = None
    value: Any = None
    path: str = ""
    name: str = ""
    #: Whether rules ask for the answer: the page asks the server anew when it changes.
    asks: bool = False
    prefilled: bool = False
    #: Who vouches for the answer, which nobody changes here.
    vouched: bool = False
    number: int = 0
    can_add: bool = False
    can_remove: bool = False
    required: bool = False
    #: Of groups: that too few rows are filled in.
    error: str = ""
    #: Of questions for files: what is taken, how many in all and how many more.
    kinds: str = ""
    accept: str = ""
    size: str = ""
    most: int = 0
    room: int = 0
    #: What is wrong with the answer; of several inputs only what is about all of them.
    errors: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    is_map: bool = False
    #: Whether its input shows words of the form.
    has_options: bool = False
    items: list[Item] = field(default_factory=list)


def anchor(bound: BoundField, code: str = "") -> str:
    """Return the id of the input that an error with this code is about; of several inputs the first if it names none."""
    widget = bound.field.widget
    number = widget.names.index(code) if isinstance(widget, PartsWidget) and code in widget.names else 0
    return bound.id_for_label or f"{bound.auto_id}_{number}"


def layout(form: StepForm, *, prefilled: set[str] | None = None, scans: Mapping[str, str] | None = None) -> list[Item]:
    """Return what the step's page shows now, in order. ``scans``: file -> what the virus scanner says of it."""
    return _Layout(form, prefilled or set(), scans or {}).of(form.step.fields)


def content_html(one: Field, language: str) -> str:
    """Return the text between questions as safe HTML."""
    texts = one.settings.get("html")
    html = text_in(texts, language) if isinstance(texts, dict) else ""
    return rendered(html) or linebreaks(text_in(one.help, language), autoescape=True)


class _Layout:
    def __init__(self, form: StepForm, prefilled: set[str], scans: Mapping[str, str]) -> None:
        self.form, self.language, self.prefilled, self.scans = form, form.language, prefilled, scans
        self.by_path: dict[str, Place] = form.places
        self.tested = {test.field for rule in form.definition.rules for test in rule.tests}

    def of(self, fields: tuple[Field, ...], group: str = "", row: int = 0) -> list[Item]:
        return [item for one in fields if (item := self._item(one, group, row))]

    def _item(self, one: Field, group: str, row: int) -> Item | None:
        path = f"{group}.{row}.{one.key}" if group else one.key
        item = Item(
            kind="field",
            key=one.key,
            path=path,
            label=text_in(one.label, self.language),
            help=text_in(one.help, self.language),
            example=text_in(one.example, self.language),
            unit=TYPES[one.type].unit(one),
            has_options=one.type in ("choice", "multiple_choice"),
            required=path in self.form.evaluated.required,
            asks=one.key in self.tested,
        )
        if one.type == "hidden":
            return None
        if one.type == FIELDSET:
            item.kind, item.items = "fieldset", self.of(one.fields, group, row)
            return item if item.items else None
        if one.type == GROUP:
            return self._group(one, item)
        if one.type == "content":
            item.kind, item.help = "content", content_html(one, self.language)
            return item if self._is_shown(path) else None
        if one.type == "calculated":
            value = self._answer(path)
            if value is None or path not in self.form.evaluated.shown:
                return None
            item.kind, item.value = "output", TYPES[one.type].display(one, value, self.language)
            return item
        place = self.by_path[path]
        if self.form.holds(path):
            item.kind, item.vouched = "output", True
            item.value = TYPES[one.type].display(one, self.form.stored_value(place), self.language)
            return item
        if not self.form.has(place):
            return None
        item.bound, item.name = self.form.bound(place), place.name
        item.prefilled = one.key in self.prefilled
        # Django lets the input refer to the hint where there is a help text; ours is more than that.
        item.bound.help_text = item.help or item.example or item.prefilled
        item.errors, item.parts = list(item.bound.errors), []
        if isinstance(item.bound.field.widget, PartsWidget):
            self._parts(item, item.bound)
            item.is_map = one.type == "map_point"
        if one.type == "file":
            self._file(one, item, self.form.stored_value(place) or [])
        return item

    def _parts(self, item: Item, bound: BoundField) -> None:
        """Give each input its own errors, and leave those about the whole to the question."""
        found = bound.errors.as_data()
        names = bound.field.widget.names
        item.errors = [text for error in found if error.code not in names for text in error.messages]
        for name, drawn in zip(names, bound.subwidgets[0].data["subwidgets"], strict=True):
            part = Part(drawn, [text for error in found if error.code == name for text in error.messages])
            if part.errors:
                drawn["attrs"]["aria-describedby"] = f"{drawn['attrs']['id']}_error"
            elif not item.errors:
                drawn["attrs"].pop("aria-invalid", None)
            drawn["attrs"].pop("aria-label", None)
            item.parts.append(part)

    def _file(self, one: Field, item: Item, given: list[Any]) -> None:
        item.kind, item.most = "file", most(one)
        item.value = [{**file, "scan": self.scans.get(str(file.get("id")), "")} for file in given]
        item.kinds = ", ".join(str(KINDS[kind][2]) for kind in kinds_of(one))
        item.accept = ",".join(ending for kind in kinds_of(one) for ending in KINDS[kind][1])
        item.size, item.room = filesizeformat(largest(one)), max(item.most - len(given), 0)

    def _group(self, one: Field, item: Item) -> Item | None:
        if not self._is_shown(one.key):
            return None
        count = self.form.rows[one.key]
        least, limit = row_limits(one)
        item.kind, item.name, item.number = "group", rows_name(one.key), count
        item.can_add, item.error = count < limit, self.form.lacking.get(one.key, "")
        for row in range(count):
            item.items.append(
                Item(
                    kind="row",
                    key=f"{one.key}-{row}",
                    label=item.label,
                    number=row + 1,
                    can_remove=count > least,
                    items=self.of(one.fields, one.key, row),
                )
            )
        return item

    def _is_shown(self, path: str) -> bool:
        return self.form.whole or path in self.form.evaluated.shown

    def _answer(self, path: str) -> Any:
        found: Any = self.form.evaluated.answers
        for part in path.split("."):
            try:
                found = found[int(part)] if isinstance(found, list) else found[part]
            except (KeyError, IndexError):
                return None
        return found
