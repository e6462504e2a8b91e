"""Where things go when an editor moves them by buttons or drops them: in terms of edits.py."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..definition import edits
from ..definition.structure import FIELDSET, GROUP, Definition

HOW = ("up", "down", "into", "out")


def moved(definition: Definition, key: str, how: str) -> Definition:
    """Move a field one place up or down (also out of its set or into the next step), into the set above, or out of one.

    Raises EditError when it can't go there.
    """
    places = {item.key: (step, inside, number) for step, inside, number, item in edits.places(definition)}
    if key not in places:
        raise edits.EditError(_("This has been deleted in the meantime."))
    step, inside, number = places[key]
    among = definition.field(inside).fields if inside else definition.step(step).fields
    if how == "into":
        above = among[number - 1] if number else None
        if above is None or above.type not in (FIELDSET, GROUP):
            raise edits.EditError(_("There is no set of questions above it."))
        return edits.move_field(definition, key, step=step, inside=above.key)
    if how == "out" and not inside:
        raise edits.EditError(_("It stands in no set of questions."))
    goal = number + (1 if how == "down" else -1)
    if how != "out" and 0 <= goal < len(among):
        return edits.move_field(definition, key, step=step, inside=inside, at=goal)
    if inside:
        _step, outer, at = places[inside]
        return edits.move_field(definition, key, step=step, inside=outer, at=at + (how != "up"))
    steps = [one.key for one in definition.steps]
    other = steps.index(step) + (1 if how == "down" else -1)
    if not 0 <= other < len(steps):
        raise edits.EditError(_("It can't go any further."))
    return edits.move_field(definition, key, step=steps[other], at=0 if how == "down" else None)


def moved_step(definition: Definition, key: str, how: str) -> Definition:
    """Move a step up or down. Raises EditError."""
    steps = [step.key for step in definition.steps]
    at = steps.index(key) + (1 if how == "down" else -1) if key in steps else -1
    if not 0 <= at < len(steps):
        raise edits.EditError(_("It can't go any further."))
    return edits.move_step(definition, key, at)


def moved_rule(definition: Definition, key: str, how: str) -> Definition:
    """Move a rule up or down. Raises EditError."""
    rules = [rule.key for rule in definition.rules]
    at = rules.index(key) + (1 if how == "down" else -1) if key in rules else -1
    if not 0 <= at < len(rules):
        raise edits.EditError(_("It can't go any further."))
    return edits.move_rule(definition, key, at)


def dropped(definition: Definition, key: str, target: str, where: str) -> Definition:
    """Put a field where it was dropped: ``where`` is before, after or inside the field ``target``, or "step" of that key.

    Raises EditError.
    """
    if where == "step":
        return edits.move_field(definition, key, step=target)
    rest = edits.delete_field(definition, key)
    places = {item.key: (step, inside, number) for step, inside, number, item in edits.places(rest)}
    if target not in places:
        raise edits.EditError(_("It can't be put there."))
    step, inside, number = places[target]
    if where == "inside":
        return edits.move_field(definition, key, step=step, inside=target)
    return edits.move_field(definition, key, step=step, inside=inside, at=number + (where == "after"))


def dropped_step(definition: Definition, key: str, target: str, where: str) -> Definition:
    """Put a step before or after another. Raises EditError."""
    rest = [step.key for step in definition.steps if step.key != key]
    if target not in rest:
        raise edits.EditError(_("It can't be put there."))
    return edits.move_step(definition, key, rest.index(target) + (where == "after"))
