"""One step of a form as a Django form: which questions are asked now, and what the posted answers are."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..definition.logic import Evaluated, Index, evaluate, page_of
from ..definition.structure import FIELDSET, GROUP, Definition, Field, Step, text_in
from ..definition.types import TYPES
from ..posted import whole_number

#: Types whose answers come from us, never from what is posted.
OURS = frozenset({"hidden", "calculated"})
#: Answers that say nothing.
EMPTY: tuple[Any, ...] = (None, "", [], {})
SHOWN = "_shown"


@dataclass(frozen=True)
class Place:
    """A question where it stands: ``path`` as the rules name it ("dogs.0.name"), ``name`` in the HTML ("f-dogs-0-name")."""

    path: str
    name: str
    field: Field
    group: str = ""
    row: int = 0


def name_of(path: str) -> str:
    """Return the name in the HTML; keys hold no hyphen, so nothing is mixed up, and none begins with "_"."""
    return "f-" + path.replace(".", "-")


def rows_name(group: str) -> str:
    """Return the name of the field that holds how many rows a group has."""
    return f"_rows-{group}"


def row_limits(group: Field) -> tuple[int, int]:
    """Return how many rows a group has at least and at most."""
    kind: Any = TYPES[GROUP]
    least, most = kind.limits(group)
    return max(least, 1 if group.required else 0), most


def places(fields: tuple[Field, ...], rows: Mapping[str, int], group: str = "", row: int = 0) -> Iterator[Place]:
    """Yield every question among ``fields`` that people answer, rows of groups one after the other."""
    for field in fields:
        if field.type == GROUP:
            for number in range(rows[field.key]):
                yield from places(field.fields, rows, field.key, number)
        elif field.type == FIELDSET:
            yield from places(field.fields, rows, group, row)
        elif field.answers and field.type not in OURS:
            path = f"{group}.{row}.{field.key}" if group else field.key
            yield Place(path, name_of(path), field, group, row)


class StepForm(forms.Form):
    """The questions of one step.

    ``answers``: all answers of the filling. With ``data`` (what was posted, or typed before) the form is bound. Afterwards
    ``given`` holds the answers of the step as JSON, ``evaluated`` what the rules make of all answers together, ``grew``
    whether they ask more than the page had shown. ``quiet``: what was typed is shown without finding fault with it.
    ``found``: errors that were found before, HTML name -> messages (files). ``whole``: all questions stand on the page, also
    those that are not asked at the moment, as on paper; their answers don't count all the same. ``fixed``: paths of answers
    that stay as they are, whatever is posted.
    """

    def __init__(
        self,
        *,
        definition: Definition,
        step: Step,
        answers: Mapping[str, Any],
        language: str,
        data: QueryDict | None = None,
        quiet: bool = False,
        found: Mapping[str, list[str]] | None = None,
        whole: bool = False,
        fixed: Container[str] = (),
    ) -> None:
        super().__init__(data, use_required_attribute=False)
        self.whole, self.fixed = whole, fixed
        self.definition, self.step, self.language = definition, step, language
        self.quiet, self.found = quiet, found or {}
        self.groups = {field.key: field for field in step.walk() if field.type == GROUP}
        self.rows = {key: self._row_count(group, answers) for key, group in self.groups.items()}
        self.places = {place.path: place for place in places(step.fields, self.rows)}
        self.stored = self._padded(answers)
        self.fresh = forms.Form(use_required_attribute=False)
        self.grew = False
        #: Groups in which too few rows are filled in -> what to say.
        self.lacking: dict[str, str] = {}
        if data is None:
            self.evaluated = evaluate(definition, self.stored)
            self.given: dict[str, Any] = {}
            self._ask(path for path in self.places if whole or path in self.evaluated.shown)
        else:
            self._read(data)

    def _row_count(self, group: Field, answers: Mapping[str, Any]) -> int:
        least, most = row_limits(group)
        if self.is_bound:
            text = self.data.get(rows_name(group.key), "")
            return min(whole_number(text, most if text.isascii() and text.isdigit() else 0), most)
        given = answers.get(group.key)
        return min(max(len(given) if isinstance(given, list) else 0, least, 1), most)

    def _padded(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Give each group of the step as many rows as are shown, so that the rules look at each."""
        padded = dict(answers)
        for key, count in self.rows.items():
            stored = answers.get(key)
            rows = [dict(row) for row in stored] if isinstance(stored, list) else []
            padded[key] = [*rows, *({} for _ in range(count - len(rows)))][:count]
        return padded

    def _stored(self, place: Place) -> Any:
        if place.group:
            return self.stored[place.group][place.row].get(place.field.key)
        return self.stored.get(place.field.key)

    def _field(self, place: Place, *, required: bool) -> forms.Field:
        if place.field.type == "file":
            made: forms.Field = forms.Field(required=False, widget=forms.FileInput())
        else:
            made = TYPES[place.field.type].form_field(place.field, self.language, required=required)
        made.label = text_in(place.field.label, self.language)
        made.required = required and place.field.type != "file"
        return made

    def _ask(self, paths: Any) -> None:
        for path in paths:
            place = self.places[path]
            if path in self.fixed:
                continue
            self.fields[place.name] = self._field(place, required=path in self.evaluated.required)
            stored = self._stored(place)
            if stored not in EMPTY and place.field.type != "file":
                self.initial[place.name] = TYPES[place.field.type].from_json(stored)

    # --- what was posted -----------------------------------------------------------------------------

    def _read(self, data: QueryDict) -> None:
        seen = set(data[SHOWN].split()) if SHOWN in data and not self.whole else set(self.places)
        seen = {path for path in seen if path not in self.fixed}
        for path, place in self.places.items():
            if path in seen:
                self.fields[place.name] = self._field(place, required=place.field.required)
        self.full_clean()
        self.given = self._given(seen)
        self.evaluated = evaluate(self.definition, {**self.stored, **self.given})
        for path, place in self.places.items():
            shown, required = path in self.evaluated.shown, path in self.evaluated.required
            if not shown:
                self.errors.pop(place.name, None)
                if self.whole:
                    self.fields[place.name].required = False
                else:
                    self.fields.pop(place.name, None)
            elif path in self.fixed:
                continue
            elif path not in seen:
                self.grew = True
                self.fresh.fields[place.name] = self._field(place, required=required)
                if (stored := self._stored(place)) not in EMPTY and place.field.type != "file":
                    self.fresh.initial[place.name] = TYPES[place.field.type].from_json(stored)
            elif required != place.field.required:
                self._ask_again(place, required=required)
        self._order()
        if self.quiet:
            self.errors.clear()
        elif not self.grew:
            self._find_fault()

    def _ask_again(self, place: Place, *, required: bool) -> None:
        """Clean once more, as the rules require the answer, or no longer do."""
        field = self.fields[place.name] = self._field(place, required=required)
        self._bound_fields_cache.pop(place.name, None)
        self.errors.pop(place.name, None)
        value = field.widget.value_from_datadict(self.data, self.files, place.name)
        try:
            self.cleaned_data[place.name] = field.clean(value)
        except ValidationError as error:
            self.add_error(place.name, error)

    def _given(self, seen: set[str]) -> dict[str, Any]:
        """Return what was posted as JSON; questions the page did not show keep the answer they had."""
        given: dict[str, Any] = {key: [{} for _ in range(count)] for key, count in self.rows.items()}
        for path, place in self.places.items():
            value = self._stored(place)
            if path in seen and place.field.type != "file":
                value = None
                if place.name in self.cleaned_data:
                    value = TYPES[place.field.type].to_json(self.cleaned_data[place.name])
            if place.group:
                if value not in EMPTY:
                    given[place.group][place.row][place.field.key] = value
            else:
                given[path] = None if value in EMPTY else value
        return given

    def _find_fault(self) -> None:
        for name, messages in self.found.items():
            for message in messages:
                self.add_error(name if name in self.fields else None, message)
        for path, place in self.places.items():
            # What belongs to a paper form is enclosed with it.
            asked = place.field.type == "file" and path in self.evaluated.required and not self.whole
            missing = asked and self._stored(place) in EMPTY
            if missing and place.name in self.fields and place.name not in self.errors:
                self.add_error(place.name, _("Please add a file."))
        for key, group in self.groups.items():
            least = row_limits(group)[0] if key in self.evaluated.shown else 0
            # A row whose own questions have errors has been begun: its errors say enough.
            begun = {place.row for place in self.places.values() if place.group == key and place.name in self.errors}
            begun |= {number for number, row in enumerate(self.given[key]) if row}
            if len(begun) < least:
                self.lacking[key] = ngettext("At least %(n)d is needed.", "At least %(n)d are needed.", least) % {
                    "n": least
                }
                self.add_error(None, ValidationError(self.lacking[key], code=rows_name(key)))
        index = Index.of(self.definition) if self.evaluated.blocks else Index(self.definition)
        for (texts, path), rule in zip(self.evaluated.blocks, self.evaluated.blocked_by, strict=True):
            if page_of(index, path, rule) == self.step.key:
                name = name_of(path) if name_of(path) in self.fields else None
                self.add_error(name, text_in(texts, self.language) or _("You can't go on with these answers."))

    def kept_rows(self, group: str) -> list[dict[str, Any]]:
        """Return the rows of a group in which something was answered."""
        return [row for row in self.given.get(group, []) if row]

    def _order(self) -> None:
        """Let the summary of errors name the questions in the order of the page."""
        self.order_fields([place.name for place in self.places.values()])

    # --- what the page shows --------------------------------------------------------------------------

    @property
    def shown(self) -> str:
        """The questions on the page, for the hidden field that brings them back."""
        return " ".join(path for path, place in self.places.items() if self.has(place) or self.holds(path))

    def holds(self, path: str) -> bool:
        """Return whether the page shows an answer that nobody changes here."""
        return path in self.fixed and path in self.evaluated.shown

    def has(self, place: Place) -> bool:
        """Return whether the page asks it."""
        return place.name in self.fields or place.name in self.fresh.fields

    def bound(self, place: Place) -> forms.BoundField:
        """Return the field for the template."""
        return self[place.name] if place.name in self.fields else self.fresh[place.name]

    def stored_value(self, place: Place) -> Any:
        """Return the answer that is kept."""
        return self._stored(place)

    def accepted(self) -> dict[str, Any]:
        """Return the answers to keep: empty rows and empty answers are None."""
        return {
            key: (self.kept_rows(key) or None) if key in self.groups else value for key, value in self.given.items()
        }


__all__ = ["Evaluated", "Place", "StepForm", "name_of", "places", "row_limits", "rows_name"]
