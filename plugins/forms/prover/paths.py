"""One filling for every path through a form, kept as the form's tests."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import z3
from django.utils.translation import gettext_lazy as _

from ..definition.logic import Evaluated, evaluate
from ..definition.structure import Definition
from ..definition.wording import said
from .encoding import any_of
from .proving import ONE_AT_A_TIME, Prover, Tried

MOST, SECONDS = 60, 1.5


@dataclass(frozen=True)
class Filling:
    """A test of a form: these answers, and what the form made of them. JSON by to_json(), from_json()."""

    answers: Mapping[str, Any]
    shown: tuple[str, ...]
    required: tuple[str, ...]
    steps: tuple[str, ...]
    blocked_by: tuple[str, ...] = ()
    hand_overs: tuple[str, ...] = ()
    price_cents: int = 0

    @classmethod
    def of(cls, answers: Mapping[str, Any], found: Evaluated) -> Filling:
        """Return the test that expects what was found."""
        return cls(
            answers, tuple(sorted(found.shown)), tuple(sorted(found.required)), found.steps, found.blocked_by,
            found.hand_overs, found.price_cents,
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(self).items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Filling:
        """Read what to_json() wrote. Raises TypeError for other names."""
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in data.items()})


@dataclass(frozen=True)
class Proofs:
    """Fillings, one a path. ``complete``: there are no other paths; else they show and hide all that can be."""

    fillings: tuple[Filling, ...]
    complete: bool


@dataclass(frozen=True)
class Difference:
    """What a form now makes of a test's answers that it did not then. ``text``: lazy."""

    what: str
    before: Any
    now: Any
    text: Any


def proofs(definition: Definition, *, most: int = MOST, seconds: float = SECONDS) -> Proofs:
    """Return one filling for every path (set of shown steps and fields); bounded by number and time.

    When there are more paths, the fillings are a small set that covers each: everything that can be shown or hidden, and
    every rule that can hold or not.
    """
    with ONE_AT_A_TIME:
        prover = Prover(definition)
        prover.run()
        found: dict[frozenset[Any], Tried] = {}
        for tried in prover.fillings:
            found.setdefault(_path(tried.found), tried)
        complete = _enumerate(prover, found, most, time.monotonic() + seconds)
        chosen = list(found.values()) if complete else list(_covering(prover))
    return Proofs(tuple(Filling.of(tried.answers, tried.found) for tried in chosen), complete)


def _path(found: Evaluated) -> frozenset[Any]:
    """Return what is shown, whichever row of a group shows it."""
    return frozenset({("step", key) for key in found.steps} | {path.rpartition(".")[2] for path in found.shown})


def _enumerate(prover: Prover, found: dict[frozenset[Any], Tried], most: int, end: float) -> bool:
    """Add fillings of paths that are missing until there are none (True) or a bound is met (False)."""
    coded = prover.encoding
    symbols = {key: any_of(places) for key, places in coded.shown.items()}
    symbols |= {("step", key): shown for key, shown in coded.steps.items()}
    open_ones = {key: symbol for key, symbol in symbols.items() if not z3.is_true(symbol) and not z3.is_false(symbol)}
    if not open_ones:
        return True
    prover.solver.push()
    try:
        for path in found:
            prover.solver.add(_other_than(open_ones, path))
        while len(found) <= most and time.monotonic() < end:
            answer = prover.solver.check()
            if answer == z3.unsat:
                return True
            if answer != z3.sat:
                return False
            tried = prover.note(coded.filling(prover.solver.model()))
            if tried is None or _path(tried.found) in found:
                return False
            found[_path(tried.found)] = tried
            prover.solver.add(_other_than(open_ones, _path(tried.found)))
        return False
    finally:
        prover.solver.pop()


def _other_than(symbols: Mapping[Any, z3.BoolRef], path: frozenset[Any]) -> z3.BoolRef:
    return z3.Or([z3.Not(symbol) if key in path else symbol for key, symbol in symbols.items()])


def _covering(prover: Prover) -> Iterator[Tried]:
    """Yield few fillings that together reach what all reach: the one with most that is new first."""
    fields = {("hidden", key) for key in prover.index.fields}
    reached = {
        number: set(prover.reaches(tried.found)) | {goal for goal in fields if goal[1] not in _path(tried.found)}
        for number, tried in enumerate(prover.fillings)
    }
    left = set().union(*reached.values()) if reached else set()
    while left:
        best = max(reached, key=lambda number: (len(reached[number] & left), -number))
        left -= reached[best]
        yield prover.fillings[best]


NAMES = {
    "shown": _("What is shown"), "required": _("What is required"), "steps": _("The steps"),
    "blocked_by": _("What is blocked"), "hand_overs": _("The hand-overs"), "price_cents": _("The price"),
}  # fmt: skip


def differences(definition: Definition, test: Filling) -> list[Difference]:
    """Return what the form now does otherwise than the test expects; nothing when it passes."""
    now = Filling.of(test.answers, evaluate(definition, test.answers))
    return [
        Difference(name, getattr(test, name), getattr(now, name), said(_("%(what)s changed"), {"what": label}))
        for name, label in NAMES.items()
        if getattr(test, name) != getattr(now, name)
    ]
