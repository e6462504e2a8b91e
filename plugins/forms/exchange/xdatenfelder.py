"""FIM data fields (XDatenfelder 2 and 3) as the draft of a form.

A group of fields at the top becomes a step, those inside become sets of questions, or repeating groups when they may
stand several times. Rules of FIM are free text (and scripts of no fixed language): they become notes for whoever builds
the form, like all that has no counterpart here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..definition.edits import free_key
from ..definition.structure import FIELDSET, GROUP, Definition, Field, Option, Step
from ..definition.types.numbers import as_date, plain
from ..definition.types.texts import LONG, SHORT
from ..definition.wording import key_of, said
from .files import ExchangeError
from .xml import Node, children, content_of, name_of, namespace_of, needed, only, read

NAMESPACES = {"urn:xoev-de:fim:standard:xdatenfelder_2": 2, "urn:xoev-de:fim:standard:xdatenfelder_3.0.0": 3}
ROOTS = ("stammdatenschema", "datenfeldgruppe", "datenfeld")
COUNT = re.compile(r"^(\d{1,4}):(\d{1,4}|n|\*)$")
#: Status of release, 1 to 8 (code list xdatenfelder.freigabestatus).
RELEASED = frozenset("12345678")
TYPES = {
    "text": "text", "text_latin": "text", "date": "date", "time": "time", "datetime": "date", "bool": "yes_no",
    "num": "number", "num_int": "number", "num_currency": "money", "file": "file",
}  # fmt: skip
#: Names that say more than the type "text".
SPEAKING = ((re.compile(r"^e-?mail", re.I), "email"), (re.compile(r"^iban\b", re.I), "iban"), (re.compile(r"^(telefon|mobil)", re.I), "phone"))  # fmt: skip
MEDIA = {
    "application/pdf": "pdf",
    "image/jpeg": "image",
    "image/png": "image",
    "image/webp": "image",
    "text/plain": "text",
}
#: Nodes that are read, or mean nothing for a form. All others are told.
KNOWN = frozenset(
    [
        "header",
        "nachrichtID",
        "erstellungszeitpunkt",
        "stammdatenschema",
        "datenfeldgruppe",
        "datenfeld",
        "identifikation",
        "id",
        "version",
        "name",
        "bezeichnungEingabe",
        "bezeichnungAusgabe",
        "beschreibung",
        "definition",
        "bezug",
        "status",
        "code",
        "fachlicherErsteller",
        "versionshinweis",
        "freigabedatum",
        "veroeffentlichungsdatum",
        "gueltigAb",
        "gueltigBis",
        "ableitungsmodifikationenStruktur",
        "relation",
        "praedikat",
        "objekt",
        "ableitungsmodifikationenRepraesentation",
        "regel",
        "struktur",
        "anzahl",
        "enthaelt",
        "schemaelementart",
        "hilfetextEingabe",
        "hilfetextAusgabe",
        "hilfetext",
        "feldart",
        "datentyp",
        "praezisierung",
        "inhalt",
        "codelisteReferenz",
        "genericodeIdentification",
        "canonicalIdentification",
        "canonicalVersionUri",
        "freigabestatus",
        "statusGesetztAm",
        "statusGesetztDurch",
        "letzteAenderung",
        "stichwort",
        "vorbefuellung",
        "werte",
        "wert",
        "hilfe",
        "codeKey",
        "nameKey",
        "helpKey",
        "maxSize",
        "mediaType",
        "dokumentsteckbrief",
        "art",
        "freitextRegel",
        "typ",
        "script",
        "skript",
        "param",
        "fehler",
        "ziel",
        "bezeichnung",
    ]
)


@dataclass(frozen=True)
class Note:
    """What could not be taken over, or should be looked at. ``kind``: rule, unknown, changed, missing."""

    kind: str
    line: int
    message: Any


@dataclass(frozen=True)
class Imported:
    """A draft, and what to look at in it."""

    title: str
    definition: Definition
    notes: tuple[Note, ...] = ()


def imported(content: bytes) -> Imported:
    """Return the draft of a form made of data fields.

    Raises ExchangeError (with the line) for what is no XDatenfelder 2 or 3, or breaks it: ids that are missing, empty or
    stand twice, a release status or a number of times there is not.
    """
    root = read(content)
    version = NAMESPACES.get(namespace_of(root))
    if version is None:
        raise ExchangeError(_("The file is no XDatenfelder 2 or 3."), root.line)
    top = next((child for child in children(root) if name_of(child) in ROOTS), None)
    if top is None:
        raise ExchangeError(_("There is no schema, group or field in the file."), root.line)
    try:
        return _Reader(version).form(root, top)
    except RecursionError as error:
        raise ExchangeError(_("The groups lie too deep in one another.")) from error


@dataclass
class _Reader:
    version: int
    taken: set[str] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)

    def note(self, kind: str, node: Node, message: Any) -> None:
        self.notes.append(Note(kind, node.line, message))

    def form(self, root: Node, top: Node) -> Imported:
        self._unknown(root)
        title = self._name(top)
        if name_of(top) == "datenfeld":
            steps = (Step(self._key("Angaben"), {"de": title}, fields=(self._field(top, (1, 1)),)),)
        elif name_of(top) == "datenfeldgruppe":
            steps = (self._step(top),)
        else:
            self._rules(top)
            steps = tuple(self._steps(top))
        definition = Definition(("de",), steps)
        return Imported(title, definition, tuple(sorted(self.notes, key=lambda note: note.line)))

    def _unknown(self, root: Node) -> None:
        for node in root.iter():
            if node is not root and name_of(node) not in KNOWN:
                self.note(
                    "unknown", node, said(_("“%(name)s” is not known and was left out."), {"name": name_of(node)})
                )

    # --- Structure ---------------------------------------------------------------------------------------------------

    def _steps(self, top: Node) -> Iterator[Step]:
        """Yield a step for each group, and one for the fields that stand between groups."""
        loose: list[Field] = []
        for inner, times in self._parts(top):
            if name_of(inner) == "datenfeld":
                loose.append(self._field(inner, times))
                continue
            if loose:
                yield Step(self._key("Angaben"), {"de": "Angaben"}, fields=tuple(loose))
                loose = []
            if times[1] > 1:
                group = self._group(inner, times, repeats=False)
                yield Step(self._key(f"Schritt {group.key}"), {"de": self._name(inner)}, fields=(group,))
            else:
                yield self._step(inner, required=times[0] > 0)
        if loose:
            yield Step(self._key("Angaben"), {"de": "Angaben"}, fields=tuple(loose))

    def _step(self, group: Node, *, required: bool = True) -> Step:
        name = self._name(group)
        key = self._key(name)
        self._rules(group)
        if not required:
            self.note(
                "changed", group, said(_("“%(name)s” may be left out; make a rule when it is shown."), {"name": name})
            )
        return Step(key, {"de": name}, self._help(group), tuple(self._inside(group, repeats=False)))

    def _inside(self, node: Node, *, repeats: bool) -> Iterator[Field]:
        for inner, times in self._parts(node):
            if name_of(inner) == "datenfeld":
                yield self._field(inner, times, repeats=repeats)
            else:
                yield self._group(inner, times, repeats=repeats)

    def _parts(self, node: Node) -> Iterator[tuple[Node, tuple[int, int]]]:
        """Yield (field or group, how often at least and at most) of everything in a schema or group."""
        for part in children(node):
            if name_of(part) != "struktur" or not len(part):
                continue
            times = self._times(needed(part, "anzahl"))
            for inner in children(needed(part, "enthaelt")):
                if name_of(inner) in ("datenfeld", "datenfeldgruppe"):
                    yield inner, times

    def _times(self, node: Node) -> tuple[int, int]:
        found = COUNT.match(content_of(node))
        if not found:
            raise ExchangeError(
                said(_("“%(name)s” is no number of times."), {"name": content_of(node)[:40]}), node.line
            )
        most = 200 if found[2] in ("n", "*") else int(found[2])
        return int(found[1]), most

    def _group(self, node: Node, times: tuple[int, int], *, repeats: bool) -> Field:
        name = self._name(node)
        key = self._key(name)
        self._rules(node)
        again = times[1] > 1 and not repeats
        if times[1] > 1 and repeats:
            self.note(
                "changed",
                node,
                said(_("“%(name)s” repeats inside a repeating group; it is asked once."), {"name": name}),
            )
        elif times == (0, 1):
            self.note(
                "changed", node, said(_("“%(name)s” may be left out; make a rule when it is shown."), {"name": name})
            )
        return Field(
            key,
            GROUP if again else FIELDSET,
            {"de": name},
            self._help(node),
            required=again and times[0] > 0,
            settings=self._rows(times) if again else {},
            fields=tuple(self._inside(node, repeats=repeats or again)),
        )

    @staticmethod
    def _rows(times: tuple[int, int]) -> dict[str, int]:
        return {"min_rows": times[0], "max_rows": times[1]} if times[0] else {"max_rows": times[1]}

    # --- Fields ------------------------------------------------------------------------------------------------------

    def _field(self, node: Node, times: tuple[int, int], *, repeats: bool = False) -> Field:
        name = self._name(node)
        key = self._key(name)
        self._rules(node)
        kind, options, settings = self._kind(node, name)
        found = Field(
            key, kind, {"de": name}, self._help(node), required=times[0] > 0 and kind not in ("content", "hidden") and self._code(node, "feldart") != "locked",
            options=options, settings=settings,
        )  # fmt: skip
        if kind == "content":
            settings["html"] = {"de": content_of(only(node, "inhalt"))}
        elif (filled := content_of(only(node, "inhalt"))) and self._code(node, "feldart") == "hidden":
            settings |= {"source": "fixed", "value": filled}
        if times[1] < 2 or kind == "content":
            return found
        if kind == "file":
            settings["max_count"] = min(times[1], 20)
            return found
        if repeats:
            self.note(
                "changed",
                node,
                said(_("“%(name)s” repeats inside a repeating group; it is asked once."), {"name": name}),
            )
            return found
        outer = self._key(f"{key}_mehrfach")
        return Field(outer, GROUP, {"de": name}, required=times[0] > 0, settings=self._rows(times), fields=(found,))

    def _kind(self, node: Node, name: str) -> tuple[str, tuple[Option, ...], dict[str, Any]]:
        """Return (type, options, settings) of a field."""
        how, what = self._code(node, "feldart", required=True), self._code(node, "datentyp", required=True)
        if how == "label":
            return "content", (), {}
        if how == "hidden":
            return "hidden", (), {}
        if how == "select":
            return "choice", self._options(node, name), {}
        kind = TYPES.get(what)
        if kind is None or how not in ("input", "locked"):
            values = {"name": name, "type": what if kind is None else how}
            self.note("changed", node, said(_("“%(name)s” has the type “%(type)s”; it is asked as text."), values))
            kind = "text"
        if how == "locked":
            self.note(
                "changed",
                node,
                said(_("“%(name)s” is filled in by the office; make a rule that sets it."), {"name": name}),
            )
        if what == "datetime":
            self.note(
                "changed", node, said(_("“%(name)s” asks for day and time; only the day is asked."), {"name": name})
            )
        settings = self._limits(node, name, kind, what)
        if kind == "text":
            kind = next((other for pattern, other in SPEAKING if pattern.search(name)), kind)
            if kind == "text" and settings.get("max_length", 0) > SHORT:
                kind = "long_text"
            if kind not in ("text", "long_text"):
                settings = {}
        if kind == "file":
            settings |= self._file(node)
        return kind, (), settings

    def _options(self, node: Node, name: str) -> tuple[Option, ...]:
        values = only(node, "werte")
        options: dict[str, Option] = {}
        for value in children(values) if values is not None else ():
            code = content_of(needed(value, "code"))
            if code in options:
                raise ExchangeError(said(_("“%(name)s” stands twice."), {"name": code[:40]}), value.line)
            options[code] = Option(code, {"de": content_of(only(value, "name")) or code})
        if not options:
            listed = node.find(".//{*}canonicalVersionUri")
            uri = content_of(listed if listed is not None else node.find(".//{*}canonicalIdentification"))
            message = said(
                _("The options of “%(name)s” are in the code list “%(uri)s”."), {"name": name, "uri": uri or "?"}
            )
            self.note("missing", node, message)
        return tuple(options.values())

    def _limits(self, node: Node, name: str, kind: str, what: str) -> dict[str, Any]:
        given = self._precision(node)
        settings: dict[str, Any] = {}
        if kind == "text":
            for theirs, ours in (("minLength", "min_length"), ("maxLength", "max_length")):
                if (limit := _decimal(given.get(theirs))) is not None and limit >= 0:
                    settings[ours] = min(int(limit), LONG)
        elif kind in ("number", "money"):
            if what == "num":
                settings["decimals"] = 2
            for theirs, ours in (("minValue", "min"), ("maxValue", "max")):
                if (limit := _decimal(given.get(theirs))) is not None:
                    settings[ours] = int(limit * 100) if kind == "money" else plain(limit)
        elif kind == "date":
            for theirs, ours in (("minValue", "earliest"), ("maxValue", "latest")):
                if as_date(given.get(theirs)):
                    settings[ours] = given[theirs]
        if given.get("pattern"):
            values = {"name": name, "pattern": str(given["pattern"])[:200]}
            self.note("changed", node, said(_("“%(name)s” must match “%(pattern)s”; that is not checked."), values))
        return settings

    def _precision(self, node: Node) -> dict[str, Any]:
        """Return the limits: attributes in version 3, JSON in a text in version 2."""
        found = only(node, "praezisierung")
        if found is None:
            return {}
        if self.version > 2:
            return dict(found.attrib)
        text = content_of(found)
        try:
            data = json.loads(text) if text else {}
        except (json.JSONDecodeError, RecursionError):
            data = None
        if not isinstance(data, dict):
            self.note("changed", found, said(_("The limits “%(text)s” can't be read."), {"text": text[:100]}))
            return {}
        return data

    def _file(self, node: Node) -> dict[str, Any]:
        kinds = dict.fromkeys(MEDIA[kind] for child in children(node) if (kind := content_of(child)) in MEDIA)
        settings: dict[str, Any] = {"kinds": list(kinds)} if kinds else {}
        if size := _decimal(content_of(only(node, "maxSize"))):
            settings["max_mb"] = max(min(int(size / 1_000_000), 50), 1)
        return settings

    # --- What all elements have --------------------------------------------------------------------------------------

    def _name(self, node: Node) -> str:
        """Return how people call it; checks what every element must have."""
        needed(needed(node, "identifikation"), "id")
        if (status := only(node, "freigabestatus")) is not None:
            code = needed(status, "code")
            if content_of(code) not in RELEASED:
                values = {"name": content_of(code)[:40]}
                raise ExchangeError(said(_("“%(name)s” is no status of release."), values), code.line)
        for name in ("beschreibung", "definition", "bezeichnungAusgabe"):
            only(node, name)
        name = content_of(needed(node, "name"))
        return content_of(only(node, "bezeichnungEingabe")) or name

    def _key(self, name: str) -> str:
        key = free_key(self.taken, key_of(name))
        self.taken.add(key)
        return key

    @staticmethod
    def _help(node: Node) -> dict[str, str]:
        text = content_of(only(node, "hilfetextEingabe"))
        return {"de": text} if text else {}

    @staticmethod
    def _code(node: Node, name: str, *, required: bool = False) -> str:
        found = needed(node, name) if required else only(node, name)
        return content_of(only(found, "code")) if found is not None else ""

    def _rules(self, node: Node) -> None:
        for rule in children(node):
            if name_of(rule) != "regel":
                continue
            texts = (content_of(only(rule, name)) for name in ("freitextRegel", "definition", "beschreibung", "name"))
            values = {"name": self._name(node), "text": next((text for text in texts if text), "")}
            self.note("rule", rule, said(_("Rule of “%(name)s”: %(text)s"), values))


def _decimal(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < 10**15 else None
