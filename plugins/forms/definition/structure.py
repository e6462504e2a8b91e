"""What a form asks: steps of fields, and rules. Plain data, read from and written as JSON; nothing here touches the database.

The JSON (format 1)::

    {"format": 1, "languages": ["de", "en"],
     "steps": [{"key": "dog", "title": {"de": "Der Hund"}, "intro": {}, "fields": [FIELD, ...]}, ...],
     "rules": [{"key": "r1", "match": "all", "tests": [{"field": "breed", "op": "equals", "value": "other"}],
                "effects": [{"do": "show", "target": "breed_name"}], "note": ""}, ...]}

A FIELD: ``key`` (a-z, digits, "_"; unique in the form), ``type`` (see types.py), ``label``, ``help``, ``example`` (texts
by language), ``required``, ``sensitive``, ``retention_days`` (None: as the form says), ``options`` (of choices),
``settings`` (what the type knows besides: limits, formula, kinds of files ...), ``fields`` (of fieldsets and groups).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

FORMAT = 1
KEY = re.compile(r"^[a-z][a-z0-9_]{0,59}$")
#: Types that hold other fields; a group repeats.
FIELDSET, GROUP = "fieldset", "group"
#: Types without an answer of their own.
SILENT = frozenset({"content", FIELDSET})
MATCHES = ("all", "any")
EFFECTS = ("show", "require", "skip", "set", "block", "hand_over", "price")
Texts = Mapping[str, str]


class DefinitionError(ValueError):
    """The JSON is no form. ``path`` names the place ("steps[0].fields[2].key"), the message says what is wrong there."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path, self.message = path, message


@dataclass(frozen=True)
class Option:
    """One value of a choice; ``value`` is stored, ``label`` is read."""

    value: str
    label: Texts


@dataclass(frozen=True)
class Field:
    """One question, one text between questions, or a set of questions."""

    key: str
    type: str
    label: Texts = field(default_factory=dict)
    help: Texts = field(default_factory=dict)
    example: Texts = field(default_factory=dict)
    required: bool = False
    sensitive: bool = False
    retention_days: int | None = None
    options: tuple[Option, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()

    @property
    def repeats(self) -> bool:
        """Whether people answer it several times."""
        return self.type == GROUP

    @property
    def answers(self) -> bool:
        """Whether it has an answer of its own."""
        return self.type not in SILENT

    def walk(self) -> Iterator[Field]:
        """Yield this field and all fields in it, in the order of the page."""
        yield self
        for inner in self.fields:
            yield from inner.walk()


@dataclass(frozen=True)
class Step:
    """One page of the form."""

    key: str
    title: Texts = field(default_factory=dict)
    intro: Texts = field(default_factory=dict)
    fields: tuple[Field, ...] = ()

    def walk(self) -> Iterator[Field]:
        """Yield all fields of the step at any depth, in the order of the page."""
        for item in self.fields:
            yield from item.walk()


@dataclass(frozen=True)
class Test:
    """Compares an earlier answer with a value. ``op``: see logic.OPERATORS."""

    __test__ = False  # not one of pytest's

    field: str
    op: str
    value: Any = None


@dataclass(frozen=True)
class Effect:
    """What holds when the rule does.

    ``do``: show (``target``: field, or step, which is absent otherwise), require (field), skip (step), set (field;
    ``value``: what), block (``message``; ``target``: the field it stands beside, or ""), hand_over (``target``: name of
    the form's hand-over), price (``value``: cents that are added).
    """

    do: str
    target: str = ""
    value: Any = None
    message: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """When all (or any) of ``tests`` hold, all ``effects`` do. Tests name fields that stand before every target."""

    key: str
    tests: tuple[Test, ...] = ()
    effects: tuple[Effect, ...] = ()
    match: str = "all"
    note: str = ""


@dataclass(frozen=True)
class Definition:
    """A whole form. Values never change: a change makes a new definition (``dataclasses.replace``, edits.py)."""

    languages: tuple[str, ...] = ("de",)
    steps: tuple[Step, ...] = ()
    rules: tuple[Rule, ...] = ()

    def language(self, wished: str) -> str:
        """Return ``wished`` where the form has it, else its first language."""
        return wished if wished in self.languages else self.languages[0]

    def walk(self) -> Iterator[tuple[Step, Field]]:
        """Yield (step, field) for every field at any depth, in the order of the pages."""
        for step in self.steps:
            for item in step.walk():
                yield step, item

    def field(self, key: str) -> Field:
        """Return the field with this key. Raises KeyError."""
        for _step, item in self.walk():
            if item.key == key:
                return item
        raise KeyError(key)

    def step(self, key: str) -> Step:
        """Return the step with this key. Raises KeyError."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)

    def group_of(self, key: str) -> Field | None:
        """Return the repeating group that holds the field ``key``, or None."""
        for _step, item in self.walk():
            if item.repeats and any(inner.key == key for inner in item.walk() if inner is not item):
                return item
        return None


def text_in(texts: Texts, language: str, default: str = "de") -> str:
    """Return the text in ``language``, else in ``default``, else in any, else ""."""
    return texts.get(language) or texts.get(default) or next((text for text in texts.values() if text), "")


def to_json(definition: Definition) -> dict[str, Any]:
    """Return the JSON of a definition; what is empty or as always is left out."""
    return {
        "format": FORMAT,
        "languages": list(definition.languages),
        "steps": [_plain(step) for step in definition.steps],
        "rules": [_plain(rule) for rule in definition.rules],
    }


def _plain(thing: Any) -> Any:
    if isinstance(thing, (Step, Field, Option, Rule, Effect, Test)):
        always = {"key", "type", "field", "op", "do"} | ({"value"} if isinstance(thing, Option) else set())
        values = {item.name: getattr(thing, item.name) for item in fields(thing)}
        return {
            name: _plain(value)
            for name, value in values.items()
            if name in always or value not in ({}, (), "", None, False) or (name == "value" and value is False)
        }
    if isinstance(thing, (tuple, list)):
        return [_plain(item) for item in thing]
    return dict(thing) if isinstance(thing, Mapping) else thing


def from_json(data: Any) -> Definition:
    """Read a definition.

    Raises DefinitionError for another format, wrong types, unknown names, keys that are no keys or stand twice. What a
    sound definition may still get wrong (rules that contradict one another ...) is the prover's business.
    """
    top = _mapping(data, "", {"format", "languages", "steps", "rules"})
    if top.get("format") != FORMAT:
        raise DefinitionError("format", f"this program reads format {FORMAT}")
    languages = tuple(
        _text(item, f"languages[{n}]") for n, item in enumerate(_list(top.get("languages", ["de"]), "languages"))
    )
    if not languages:
        raise DefinitionError("languages", "at least one is needed")
    found = Definition(
        languages=languages,
        steps=tuple(_step(item, f"steps[{n}]") for n, item in enumerate(_list(top.get("steps", []), "steps"))),
        rules=tuple(_rule(item, f"rules[{n}]") for n, item in enumerate(_list(top.get("rules", []), "rules"))),
    )
    _unique([step.key for step in found.steps], "steps")
    _unique([item.key for _step, item in found.walk()], "fields")
    _unique([rule.key for rule in found.rules], "rules")
    return found


def _step(data: Any, path: str) -> Step:
    data = _mapping(data, path, {item.name for item in fields(Step)})
    return Step(
        key=_key(data, path),
        title=_texts(data.get("title", {}), f"{path}.title"),
        intro=_texts(data.get("intro", {}), f"{path}.intro"),
        fields=_fields(data.get("fields", []), f"{path}.fields", depth=0),
    )


def _fields(data: Any, path: str, depth: int) -> tuple[Field, ...]:
    return tuple(_field(item, f"{path}[{n}]", depth) for n, item in enumerate(_list(data, path)))


def _field(data: Any, path: str, depth: int) -> Field:
    from .types import TYPES

    data = _mapping(data, path, {item.name for item in fields(Field)})
    kind = _text(data.get("type"), f"{path}.type")
    if kind not in TYPES:
        raise DefinitionError(f"{path}.type", f"there is no type {kind!r}")
    inner = data.get("fields", [])
    if inner and kind not in (FIELDSET, GROUP):
        raise DefinitionError(f"{path}.fields", f"a field of type {kind!r} holds no others")
    if kind == GROUP and depth:
        raise DefinitionError(f"{path}.fields", "a group can't hold groups")
    retention = data.get("retention_days")
    if retention is not None and (not isinstance(retention, int) or isinstance(retention, bool) or retention < 0):
        raise DefinitionError(f"{path}.retention_days", "a number of days, or nothing")
    return Field(
        key=_key(data, path),
        type=kind,
        label=_texts(data.get("label", {}), f"{path}.label"),
        help=_texts(data.get("help", {}), f"{path}.help"),
        example=_texts(data.get("example", {}), f"{path}.example"),
        required=_flag(data, "required", path),
        sensitive=_flag(data, "sensitive", path),
        retention_days=retention,
        options=tuple(
            _option(item, f"{path}.options[{n}]")
            for n, item in enumerate(_list(data.get("options", []), f"{path}.options"))
        ),
        settings=dict(_mapping(data.get("settings", {}), f"{path}.settings", None)),
        fields=_fields(inner, f"{path}.fields", depth + (kind == GROUP)),
    )


def _option(data: Any, path: str) -> Option:
    data = _mapping(data, path, {"value", "label"})
    return Option(_text(data.get("value"), f"{path}.value"), _texts(data.get("label", {}), f"{path}.label"))


def _rule(data: Any, path: str) -> Rule:
    data = _mapping(data, path, {item.name for item in fields(Rule)})
    match = data.get("match", "all")
    if match not in MATCHES:
        raise DefinitionError(f"{path}.match", "all or any")
    tests, effects = [], []
    for number, item in enumerate(_list(data.get("tests", []), f"{path}.tests")):
        here = f"{path}.tests[{number}]"
        item = _mapping(item, here, {"field", "op", "value"})
        tests.append(
            Test(_text(item.get("field"), f"{here}.field"), _text(item.get("op"), f"{here}.op"), item.get("value"))
        )
    for number, item in enumerate(_list(data.get("effects", []), f"{path}.effects")):
        here = f"{path}.effects[{number}]"
        item = _mapping(item, here, {"do", "target", "value", "message"})
        if item.get("do") not in EFFECTS:
            raise DefinitionError(f"{here}.do", f"one of {', '.join(EFFECTS)}")
        message = _texts(item.get("message", {}), f"{here}.message")
        effects.append(Effect(item["do"], _text(item.get("target", ""), f"{here}.target"), item.get("value"), message))
    note = _text(data.get("note", ""), f"{path}.note")
    return Rule(_key(data, path), tuple(tests), tuple(effects), match, note)


def _mapping(data: Any, path: str, known: set[str] | None) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise DefinitionError(path, "an object is expected")
    if known is not None and (unknown := sorted(str(name) for name in data if name not in known)):
        raise DefinitionError(path, f"unknown: {', '.join(unknown)}")
    return data


def _list(data: Any, path: str) -> list[Any]:
    if not isinstance(data, (list, tuple)):
        raise DefinitionError(path, "a list is expected")
    return list(data)


def _text(data: Any, path: str) -> str:
    if not isinstance(data, str):
        raise DefinitionError(path, "a text is expected")
    return data


def _texts(data: Any, path: str) -> dict[str, str]:
    return {str(code): _text(text, f"{path}.{code}") for code, text in _mapping(data, path, None).items()}


def _flag(data: Mapping[str, Any], name: str, path: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise DefinitionError(f"{path}.{name}", "true or false is expected")
    return value


def _key(data: Mapping[str, Any], path: str) -> str:
    key = _text(data.get("key"), f"{path}.key")
    if not KEY.match(key):
        raise DefinitionError(f"{path}.key", "small letters, digits and _, beginning with a letter")
    return key


def _unique(keys: list[str], path: str) -> None:
    twice = sorted(key for key, times in Counter(keys).items() if times > 1)
    if twice:
        raise DefinitionError(path, f"stands twice: {', '.join(twice)}")


__all__ = [
    "Definition",
    "DefinitionError",
    "Effect",
    "Field",
    "Option",
    "Rule",
    "Step",
    "Test",
    "from_json",
    "replace",
    "text_in",
    "to_json",
]
