"""JSON Schema (2020-12) of the answers to a form: for hand-over and API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .structure import FIELDSET, Definition, Field, text_in
from .types import TYPES

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema(
    definition: Definition, *, title: str = "", language: str = "de", only: frozenset[str] | None = None
) -> dict[str, Any]:
    """Return the JSON Schema of what evaluate() returns as answers; ``only``: of the answers with these keys.

    Only fields that no rule can hide or set aside are "required": whatever else is missing was not asked.
    """
    hidden = {effect.target for rule in definition.rules for effect in rule.effects if effect.do in ("show", "skip")}
    properties: dict[str, Any] = {}
    required: list[str] = []
    for step in definition.steps:
        _add(step.fields, properties, required, language, hidden, step.key not in hidden)
    if only is not None:
        properties = {key: entry for key, entry in properties.items() if key in only}
        required = [key for key in required if key in only]
    found: dict[str, Any] = {
        "$schema": DRAFT,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    if title:
        found["title"] = title
    return found | ({"required": required} if required else {})


def _add(
    fields: Sequence[Field],
    properties: dict[str, Any],
    required: list[str],
    language: str,
    hidden: set[str],
    certain: bool,
) -> None:
    for item in fields:
        always = certain and item.key not in hidden
        if item.type == FIELDSET:
            _add(item.fields, properties, required, language, hidden, always)
            continue
        if not item.answers:
            continue
        entry = TYPES[item.type].schema(item)
        if item.repeats:
            inner: dict[str, Any] = {}
            needed: list[str] = []
            _add(item.fields, inner, needed, language, hidden, True)
            entry["items"] = {"type": "object", "properties": inner, "additionalProperties": False}
            if needed:
                entry["items"]["required"] = needed
        if label := text_in(item.label, language):
            entry["title"] = label
        properties[item.key] = entry
        # What a filling may be made of without an answer: optional, worked out, or prefilled.
        if always and (item.required or item.type == "statement") and item.type not in ("calculated", "hidden"):
            required.append(item.key)
