"""A form as a JSON file: what it asks, its texts, its tests. Answers and people are not in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..definition.structure import Definition, DefinitionError, from_json, to_json
from ..definition.wording import said
from ..models import Form, FormVersion
from ..posted import is_storable
from ..prover import Filling

FORMAT, LARGEST = "mogontia-form/1", 5 * 1024 * 1024
#: What of a form belongs to it wherever it is; unit, owner, audience and window are the installation's.
ATTRIBUTES = ("number", "purpose", "legal_basis", "requirement", "requirement_source", "asks", "retention_days")


class ExchangeError(ValueError):
    """The file is no form; ``message`` (lazy) says why, ``line`` where (0: nowhere in particular)."""

    def __init__(self, message: Any, line: int = 0) -> None:
        super().__init__(str(message))
        self.message, self.line = message, line


@dataclass(frozen=True)
class Exported:
    """What is in a file. ``texts``: language -> texts of the form; ``tests``: the version's kept fillings."""

    definition: Definition
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    tests: tuple[Filling, ...] = ()


def exported(version: FormVersion, tests: tuple[Filling, ...] = ()) -> Exported:
    """Return what a file of this version holds."""
    form = version.form
    texts: dict[str, dict[str, str]] = {}
    for text in form.texts.all():
        if text.value:
            texts.setdefault(text.language, {})[text.field] = text.value
    attributes = {name: getattr(form, name) for name in ATTRIBUTES}
    return Exported(version.definition, texts, attributes, tests)


def to_bytes(content: Exported) -> bytes:
    """Return the file."""
    data = {
        "format": FORMAT,
        "form": content.attributes,
        "texts": content.texts,
        "definition": to_json(content.definition),
        "tests": [test.to_json() for test in content.tests],
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def from_bytes(content: bytes) -> Exported:
    """Read a file. Raises ExchangeError for what is no form, too large, or has wrong values."""
    if len(content) > LARGEST:
        raise ExchangeError(_("The file is too large."))
    try:
        data = json.loads(content)
    except json.JSONDecodeError as error:
        raise ExchangeError(_("The file is no JSON."), error.lineno) from error
    except (ValueError, RecursionError) as error:  # no text, a number of thousands of digits, nested without end
        raise ExchangeError(_("The file is no JSON.")) from error
    if not is_storable(data):
        raise ExchangeError(_("The file holds characters that are no text."))
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ExchangeError(_("The file is no form of this system."))
    try:
        definition = from_json(data.get("definition"))
    except DefinitionError as error:
        values = {"path": error.path, "message": error.message}
        raise ExchangeError(said(_("The form has an error: %(path)s: %(message)s"), values)) from error
    except RecursionError as error:
        raise ExchangeError(_("The file is no form of this system.")) from error
    return Exported(
        definition, _texts(data.get("texts", {})), _attributes(data.get("form", {})), _tests(data.get("tests", []))
    )


def _wrong(name: str) -> ExchangeError:
    return ExchangeError(said(_("“%(name)s” has a wrong value."), {"name": name}))


def _texts(data: Any) -> dict[str, dict[str, str]]:
    if not isinstance(data, dict):
        raise _wrong("texts")
    for language, texts in data.items():
        if not isinstance(texts, dict) or not set(texts) <= set(Form.TEXT_FIELDS):
            raise _wrong(f"texts.{language}")
        if not all(isinstance(text, str) for text in texts.values()):
            raise _wrong(f"texts.{language}")
    return data


def _attributes(data: Any) -> dict[str, Any]:
    """Return the attributes; a value that the model's field would refuse is an error here."""
    if not isinstance(data, dict) or not set(data) <= set(ATTRIBUTES):
        raise _wrong("form")
    found = {}
    for name, value in data.items():
        known = Form._meta.get_field(name)
        if type(value) is not (int if name == "retention_days" else str):
            raise _wrong(f"form.{name}")
        try:
            found[name] = known.clean(value, None)
        except ValidationError as error:
            raise _wrong(f"form.{name}") from error
    return found


def _tests(data: Any) -> tuple[Filling, ...]:
    if not isinstance(data, list):
        raise _wrong("tests")
    try:
        found = tuple(Filling.from_json(test) for test in data)
    except (TypeError, AttributeError) as error:
        raise _wrong("tests") from error
    if not all(isinstance(test.answers, dict) for test in found):
        raise _wrong("tests")
    return found
