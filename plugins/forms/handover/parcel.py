"""What is handed over, and how it is written: the same bytes at every attempt."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as etree  # noqa: S405  only written
from dataclasses import dataclass
from typing import Any

#: What XML 1.0 (2.2, Char) does not allow.
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: What spreadsheets take for a formula; numbers and phone numbers are none.
FORMULA, NUMBER = re.compile(r"^[=+\-@\t\r]"), re.compile(r"^[+-]?[\d\s/().,-]+$")
KINDS = {"json": "application/json", "xml": "application/xml", "csv": "text/csv"}


@dataclass(frozen=True)
class ParcelFile:
    """A file that goes along. ``name`` is what the person called it."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Parcel:
    """A submission for one receiver. ``payload`` as docs/handover.md says; ``files`` when they go inline."""

    key: str
    form: str
    title: str
    version: int
    reference: str
    payload: dict[str, Any]
    files: tuple[ParcelFile, ...] = ()
    pdf: bytes | None = None

    def written(self, kind: str) -> bytes:
        """Return the payload as "json", "xml" or "csv". Raises KeyError for anything else."""
        return {"json": self._json, "xml": self._xml, "csv": self._csv}[kind]()

    def _json(self) -> bytes:
        return json.dumps(self.payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def _xml(self) -> bytes:
        root = etree.Element("submission")
        for name, value in self.payload.items():
            if name != "answers":
                _element(root, name, value)
        answers = etree.SubElement(root, "answers")
        for key, value in self.payload["answers"].items():
            _answer(answers, key, value)
        etree.indent(root)
        return etree.tostring(root, xml_declaration=True, encoding="utf-8")

    def _csv(self) -> bytes:
        """One line of names, one of values; rows of groups are numbered: ``answers.dogs.0.name``."""
        cells = dict(_flat({name: value for name, value in self.payload.items() if name != "files"}))
        file = io.StringIO()
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(cells)
        writer.writerow(_harmless(value) for value in cells.values())
        return file.getvalue().encode("utf-8-sig")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return NO_XML.sub("\N{REPLACEMENT CHARACTER}", str(value))


def _element(parent: Any, name: str, value: Any) -> None:
    """Add our own members, whose names are names of elements."""
    if isinstance(value, list):
        for one in value:
            _element(parent, name.removesuffix("s"), one)
        return
    node = etree.SubElement(parent, name)
    if isinstance(value, dict):
        for inner, one in value.items():
            _element(node, inner, one)
    else:
        node.text = _text(value)


def _answer(parent: Any, key: str, value: Any) -> None:
    """Add an answer; keys of the form are attributes, whatever they look like."""
    node = etree.SubElement(parent, "answer", key=_text(key))
    if isinstance(value, dict):
        for name, one in value.items():
            _answer(node, name, one)
    elif isinstance(value, list):
        for one in value:
            row = etree.SubElement(node, "row")
            if isinstance(one, dict):
                for name, inner in one.items():
                    _answer(row, name, inner)
            else:
                row.text = _text(one)
    else:
        node.text = _text(value)


def _flat(value: Any, name: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        parts = [(f"{name}.{inner}" if name else inner, one) for inner, one in value.items()]
    elif isinstance(value, list):
        parts = [(f"{name}.{number}", one) for number, one in enumerate(value)]
    else:
        return [(name, _text(value))]
    return [cell for inner, one in parts for cell in _flat(one, inner)]


def _harmless(text: str) -> str:
    """Keep a spreadsheet from running what somebody typed (OWASP, CSV injection)."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.match(text) else text
