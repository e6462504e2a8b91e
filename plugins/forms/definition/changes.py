"""What changed from one definition to another, in sentences: read before publishing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from .edits import places
from .structure import Definition, Field, Step, text_in
from .types import TYPES
from .wording import said

#: Attribute -> what editors call it. "fields" has changes of its own.
NAMES: dict[str, Any] = {
    "title": _("title"), "intro": _("introduction"), "type": _("type"), "label": _("label"), "help": _("help"),
    "example": _("example"), "required": _("required"), "sensitive": _("sensitive"),
    "retention_days": _("days it is kept"), "options": _("options"), "settings": _("settings"), "tests": _("tests"),
    "effects": _("effects"), "match": _("all or any"), "note": _("note"),
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """``kind``: added, removed, moved, changed. ``path``: "step:a", "field:b", "rule:c", "languages". ``text``: lazy.

    ``details``: (what, before, after) of whatever has changed in it and can be read.
    """

    kind: str
    path: str
    text: Any
    details: tuple[tuple[Any, str, str], ...] = ()


def diff(old: Definition, new: Definition, *, language: str = "de") -> list[Change]:
    """Return every difference, steps first, then fields, then rules; nothing when both ask the same."""
    found = []
    if old.languages != new.languages:
        params = {"old": ", ".join(old.languages), "new": ", ".join(new.languages)}
        found.append(Change("changed", "languages", said(_("Languages: %(new)s instead of %(old)s"), params)))
    found += _things("step", _keyed(old.steps), _keyed(new.steps), language)
    before = {item.key: (step, inside, number) for step, inside, number, item in places(old)}
    after = {item.key: (step, inside, number) for step, inside, number, item in places(new)}
    found += _things(
        "field",
        {item.key: item for _step, item in old.walk()},
        {item.key: item for _step, item in new.walk()},
        language,
    )
    # A field moved when its place among those that stayed is another: neighbours that came or went don't count.
    stayed = [key for key in before if key in after]
    for key in _moved(stayed, before, after):
        found.append(
            Change(
                "moved", f"field:{key}", said(_("Field “%(name)s” moved"), {"name": _name(new.field(key), language)})
            )
        )
    found += _things("rule", _keyed(old.rules), _keyed(new.rules), language)
    return found


def _keyed(things: Any) -> dict[str, Any]:
    return {thing.key: thing for thing in things}


SENTENCES = {
    ("step", "added"): _("Step “%(name)s” is new"), ("step", "removed"): _("Step “%(name)s” is gone"),
    ("step", "changed"): _("Step “%(name)s”: %(what)s changed"), ("step", "moved"): _("Step “%(name)s” moved"),
    ("field", "added"): _("Field “%(name)s” is new"), ("field", "removed"): _("Field “%(name)s” is gone"),
    ("field", "changed"): _("Field “%(name)s”: %(what)s changed"),
    ("rule", "added"): _("Rule “%(name)s” is new"), ("rule", "removed"): _("Rule “%(name)s” is gone"),
    ("rule", "changed"): _("Rule “%(name)s”: %(what)s changed"), ("rule", "moved"): _("Rule “%(name)s” moved"),
}  # fmt: skip


def _things(kind: str, old: Mapping[str, Any], new: Mapping[str, Any], language: str) -> Iterator[Change]:
    for key, thing in old.items():
        if key not in new:
            yield Change("removed", f"{kind}:{key}", said(SENTENCES[kind, "removed"], {"name": _name(thing, language)}))
    for key, thing in new.items():
        name = _name(thing, language)
        if key not in old:
            yield Change("added", f"{kind}:{key}", said(SENTENCES[kind, "added"], {"name": name}))
        elif what := _differences(old[key], thing):
            params = {"name": name, "what": ", ".join(str(NAMES[attribute]) for attribute in what)}
            details = tuple(_details(old[key], thing, what, language))
            yield Change("changed", f"{kind}:{key}", said(SENTENCES[kind, "changed"], params), details)
    if kind != "field":
        stayed = [key for key in old if key in new]
        for key in _out_of_order(stayed, [key for key in new if key in old]):
            yield Change("moved", f"{kind}:{key}", said(SENTENCES[kind, "moved"], {"name": _name(new[key], language)}))


def _differences(old: Any, new: Any) -> list[str]:
    return [
        item.name
        for item in fields(new)
        if item.name not in ("key", "fields") and getattr(old, item.name) != getattr(new, item.name)
    ]


def _details(old: Any, new: Any, what: list[str], language: str) -> Iterator[tuple[Any, str, str]]:
    for attribute in what:
        before, after, label = getattr(old, attribute), getattr(new, attribute), NAMES[attribute]
        if attribute == "settings":
            names = {setting.name: setting.label for setting in TYPES[new.type].settings}
            for name in dict.fromkeys([*before, *after]):
                if before.get(name) != after.get(name):
                    yield from _texts(names.get(name, name), before.get(name), after.get(name))
        elif attribute == "options":
            yield label, *(", ".join(text_in(one.label, language) or one.value for one in of) for of in (before, after))
        elif attribute not in ("tests", "effects"):
            yield from _texts(label, before, after)


def _texts(label: Any, before: Any, after: Any) -> Iterator[tuple[Any, str, str]]:
    if not isinstance(before, Mapping) and not isinstance(after, Mapping):
        yield label, _readable(before), _readable(after)
        return
    one, other = (value if isinstance(value, Mapping) else {} for value in (before, after))
    for code in dict.fromkeys([*one, *other]):
        if one.get(code) != other.get(code):
            yield (
                said("%(label)s (%(code)s)", {"label": label, "code": code}),
                *(_readable(value.get(code)) for value in (one, other)),
            )


def _readable(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, (list, tuple)):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)


def _moved(stayed: list[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    homes = {key for key in stayed if before[key][:2] != after[key][:2]}
    for home in dict.fromkeys(place[:2] for place in before.values()):
        old = [key for key in stayed if key not in homes and before[key][:2] == home]
        homes.update(_out_of_order(old, sorted(old, key=lambda key: after[key][2])))
    return [key for key in stayed if key in homes]


def _out_of_order(old: list[str], new: list[str]) -> list[str]:
    """Return the fewest keys that must move to make ``new`` of ``old``: all but a longest increasing run."""
    place = {key: number for number, key in enumerate(old)}
    best: list[list[str]] = []
    for key in new:
        runs = [run for run in best if place[run[-1]] < place[key]]
        best.append([*max(runs, key=len, default=[]), key])
    kept = set(max(best, key=len, default=[]))
    return [key for key in new if key not in kept]


def _name(thing: Step | Field | Any, language: str) -> str:
    texts = thing.title if isinstance(thing, Step) else thing.label if isinstance(thing, Field) else {}
    return text_in(texts, language) or getattr(thing, "note", "") or thing.key
