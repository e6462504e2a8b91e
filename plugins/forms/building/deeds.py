"""What the buttons of the builder do: each deed changes the draft and says what is chosen then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from ..definition import edits
from ..definition.structure import FIELDSET, GROUP, Definition, Field, Option, Rule, Step, from_json
from ..definition.types import TYPES
from ..definition.wording import key_of
from ..models import FieldGroup, Form, FormVersion
from ..posted import whole_number
from . import moving, proofs, services
from .panels import CHOOSE
from .words import Names

NEW_STEP = gettext_lazy("New step")
KINDS = ("form", "step", "field", "rule")


@dataclass(frozen=True)
class Chosen:
    """What the panel shows: "form", "step:dog", "field:breed", "rule:r1"."""

    kind: str
    key: str = ""

    @classmethod
    def read(cls, text: str) -> Chosen:
        """Return what ``text`` names; what is unknown reads as the first step."""
        kind, _colon, key = text.partition(":")
        return cls(kind, key) if kind in KINDS else cls("step")

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}" if self.key else self.kind


@dataclass
class Doing:
    """One POST to the builder; ``version`` is the draft as the deed leaves it."""

    request: HttpRequest
    form: Form
    version: FormVersion
    chosen: Chosen

    def given(self, name: str) -> str:
        """Return what was posted."""
        return self.request.POST.get(name, "")

    def change(self, edit: Callable[[Definition], Definition], words: str) -> None:
        """Store a change. Raises EditError."""
        self.version = services.change_draft(version=self.version, edit=edit, words=words, by=self.request.user)

    def name(self) -> str:
        """Return what the chosen thing is called."""
        return Names(self.version.definition).target(self.chosen.key)


def _where(definition: Definition, chosen: Chosen) -> dict[str, Any]:
    """Return the place for something new: behind the chosen field, in the chosen set, at the end of the step."""
    for step, inside, number, item in edits.places(definition):
        if chosen.kind == "field" and item.key == chosen.key:
            if item.type in (FIELDSET, GROUP):
                return {"step": step, "inside": item.key}
            return {"step": step, "inside": inside, "at": number + 1}
    steps = [step.key for step in definition.steps]
    if not steps:
        raise edits.EditError(_("Add a step first."))
    return {"step": chosen.key if chosen.key in steps else steps[-1]}


def new_field(definition: Definition, kind: str) -> Field:
    """Return a field of a type with a label, and with what it needs to work. Raises EditError."""
    if kind not in TYPES:
        raise edits.EditError(_("There is no such type."))
    taken = edits.keys(definition)
    label = {code: _in_language(code, TYPES[kind].label) for code in definition.languages}
    options: tuple[Option, ...] = ()
    if kind in CHOOSE:
        words = {
            1: {"de": "Erste Möglichkeit", "en": "First option"},
            2: {"de": "Zweite Möglichkeit", "en": "Second option"},
        }
        options = tuple(
            Option(f"option_{number}", {code: texts.get(code, texts["en"]) for code in definition.languages})
            for number, texts in words.items()
        )
    return Field(edits.free_key(taken, key_of(kind)), kind, label=label, options=options)


def _in_language(code: str, text: Any) -> str:
    with override(code):
        return str(text)


def add_step(doing: Doing) -> Chosen:
    """Add a step behind the one that is shown."""
    found: dict[str, str] = {}

    def edit(definition: Definition) -> Definition:
        found["key"] = edits.free_key(edits.keys(definition), f"step_{len(definition.steps) + 1}")
        title = {code: _in_language(code, NEW_STEP) for code in definition.languages}
        shown = doing.given("after")
        at = next((n + 1 for n, step in enumerate(definition.steps) if step.key == shown), None)
        return edits.add_step(definition, Step(found["key"], title=title), at=at)

    doing.change(edit, _("Step added"))
    return Chosen("step", found["key"])


def add_field(doing: Doing) -> Chosen:
    """Add a field of the posted type."""
    found: dict[str, str] = {}
    kind = doing.given("type")

    def edit(definition: Definition) -> Definition:
        item = new_field(definition, kind)
        found["key"] = item.key
        return edits.add_field(definition, item, **_where(definition, doing.chosen))

    doing.change(edit, _("%(type)s added") % {"type": TYPES[kind].label if kind in TYPES else kind})
    return Chosen("field", found["key"])


def insert_group(doing: Doing) -> Chosen:
    """Write the fields of a central group into the form."""
    group = FieldGroup.objects.filter(pk=whole_number(doing.given("group"))).first()
    if group is None:
        raise edits.EditError(_("There is no such field group."))
    fields = from_json({"format": 1, "steps": [{"key": "group", "fields": group.data}]}).steps[0].fields
    found: dict[str, str] = {}

    def edit(definition: Definition) -> Definition:
        taken = edits.keys(definition)
        prefix, number = "", 1
        names = [inner.key for item in fields for inner in item.walk()]
        while any((f"{prefix}_{name}" if prefix else name) in taken for name in names):
            number += 1
            prefix = f"{group.key.replace('-', '_')}_{number}"
        found["key"] = f"{prefix}_{names[0]}" if prefix else names[0] if names else ""
        marked = tuple(edits.replace(item, settings={**item.settings, "group": group.key}) for item in fields)
        return edits.add_group(definition, marked, prefix=prefix, **_where(definition, doing.chosen))

    doing.change(edit, _("Field group “%(title)s” inserted") % {"title": group.title})
    return Chosen("field", found["key"])


def add_rule(doing: Doing) -> Chosen:
    """Add a rule; when a field is chosen, about that field."""
    found: dict[str, str] = {}

    def edit(definition: Definition) -> Definition:
        found["key"] = edits.free_key({rule.key for rule in definition.rules}, f"r{len(definition.rules) + 1}")
        return edits.add_rule(definition, Rule(found["key"]))

    doing.change(edit, _("Rule added"))
    return Chosen("rule", found["key"])


def move(doing: Doing) -> Chosen:
    """Move the chosen thing up, down, into or out."""
    how = doing.given("deed")
    kinds = {"field": moving.moved, "step": moving.moved_step, "rule": moving.moved_rule}
    if how not in moving.HOW or doing.chosen.kind not in kinds:
        raise edits.EditError(_("It can't be put there."))
    key, kind = doing.chosen.key, kinds[doing.chosen.kind]
    doing.change(lambda definition: kind(definition, key, how), _("“%(name)s” moved") % {"name": doing.name()})
    return doing.chosen


def drop(doing: Doing) -> Chosen:
    """Put the thing "what" where it was dropped: "where" (before, after, inside, step) of "target"."""
    what, where, target = Chosen.read(doing.given("what")), doing.given("where"), doing.given("target")
    kind = {"field": moving.dropped, "step": moving.dropped_step}.get(what.kind)
    if kind is None or where not in ("before", "after", "inside", "step"):
        raise edits.EditError(_("It can't be put there."))
    name = Names(doing.version.definition).target(what.key)
    doing.change(lambda definition: kind(definition, what.key, target, where), _("“%(name)s” moved") % {"name": name})
    return what


def copy(doing: Doing) -> Chosen:
    """Copy the chosen thing; the copy is chosen then."""
    kind, key = doing.chosen.kind, doing.chosen.key
    functions = {"field": edits.copy_field, "step": edits.copy_step, "rule": edits.copy_rule}
    if kind not in functions:
        raise edits.EditError(_("This can't be copied."))
    found: dict[str, str] = {}

    def edit(definition: Definition) -> Definition:
        changed = functions[kind](definition, key)
        found["key"] = _behind(changed, kind, key)
        return changed

    doing.change(edit, _("“%(name)s” copied") % {"name": doing.name()})
    return Chosen(kind, found["key"])


def _behind(definition: Definition, kind: str, key: str) -> str:
    """Return the key of what stands behind ``key``."""
    if kind == "field":
        home = {item.key: (step, inside) for step, inside, _number, item in edits.places(definition)}
        order = [item.key for step, inside, _number, item in edits.places(definition) if (step, inside) == home[key]]
    else:
        order = [thing.key for thing in (definition.steps if kind == "step" else definition.rules)]
    return order[order.index(key) + 1]


def delete(doing: Doing) -> Chosen:
    """Take the chosen thing away; what stood before it is chosen then. Undo brings it back."""
    kind, key = doing.chosen.kind, doing.chosen.key
    functions = {"field": edits.delete_field, "step": edits.delete_step, "rule": edits.delete_rule}
    if kind not in functions:
        raise edits.EditError(_("This can't be deleted."))
    before = doing.version.definition
    doing.change(lambda definition: functions[kind](definition, key), _("“%(name)s” deleted") % {"name": doing.name()})
    return _neighbour(before, kind, key)


def _neighbour(before: Definition, kind: str, key: str) -> Chosen:
    if kind == "field":
        for step, inside, number, item in edits.places(before):
            if item.key == key:
                if number:
                    among = before.field(inside).fields if inside else before.step(step).fields
                    return Chosen("field", among[number - 1].key)
                return Chosen("field", inside) if inside else Chosen("step", step)
    things = before.steps if kind == "step" else before.rules
    order = [thing.key for thing in things]
    at = order.index(key) if key in order else 0
    rest = [one for one in order if one != key]
    return Chosen(kind, rest[max(at - 1, 0)]) if rest else Chosen("form")


def keep_proofs(doing: Doing) -> Chosen:
    """Generate the tests of the form anew."""
    proofs.keep(version=doing.version)
    return doing.chosen


def undo(doing: Doing) -> Chosen:
    """Take the last change back."""
    doing.version = services.undo(version=doing.version, by=doing.request.user)
    return doing.chosen


def redo(doing: Doing) -> Chosen:
    """Make it again."""
    doing.version = services.redo(version=doing.version, by=doing.request.user)
    return doing.chosen


DEEDS: dict[str, Callable[[Doing], Chosen]] = {
    "add_step": add_step,
    "add_field": add_field,
    "insert_group": insert_group,
    "add_rule": add_rule,
    **dict.fromkeys(moving.HOW, move),
    "drop": drop,
    "copy": copy,
    "delete": delete,
    "keep_proofs": keep_proofs,
    "undo": undo,
    "redo": redo,
}
