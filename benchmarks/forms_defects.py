"""Forms with planted defects: what the prover is measured with.

Each planted form is a sound one with one change; ``expected`` names the finding that must come, ``also`` those that the
same defect brings with it (who never passes a test never sees what it shows).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.forms_sound import (
    JSON,
    NO,
    ask,
    certificate,
    contact,
    do,
    dog,
    event,
    hall,
    marriage,
    parking,
    problem,
    purchase,
    survey,
    tree,
    when,
)
from plugins.forms.definition.structure import Definition, from_json


@dataclass(frozen=True)
class Planted:
    """A form and the finding it must bring: (rule, path)."""

    name: str
    definition: Definition
    expected: tuple[str, str]
    also: frozenset[str] = frozenset()
    #: Arguments of prove() besides the form.
    given: JSON = field(default_factory=dict)


def _field(data: JSON, key: str) -> JSON:
    def inside(fields: list[JSON]) -> JSON | None:
        for item in fields:
            if item["key"] == key:
                return item
            if found := inside(item.get("fields", [])):
                return found
        return None

    return next(found for step in data["steps"] if (found := inside(step["fields"])))


def planted() -> list[Planted]:
    """Return the forms with one planted defect each."""
    found: list[Planted] = []

    def plant(
        kind: str, path: str, base: Callable[[], JSON], change: Callable[[JSON], Any], *also: str, **given: Any
    ) -> None:
        data = copy.deepcopy(base())
        change(data)
        name = f"{kind} in {base.__name__} ({path})"
        found.append(Planted(name, from_json(data), (kind, path), frozenset(also), given))

    def rule(*rules: JSON) -> Callable[[JSON], Any]:
        return lambda data: data["rules"].extend(rules)

    def more(step: int, *fields: JSON, rules: tuple[JSON, ...] = ()) -> Callable[[JSON], Any]:
        return lambda data: (data["steps"][step]["fields"].extend(fields), data["rules"].extend(rules))

    def change(key: str, **values: Any) -> Callable[[JSON], Any]:
        return lambda data: _field(data, key).update(values)

    # Fields and steps that nobody sees.
    both = (("months", "equals", "12"), ("months", "equals", "24"))
    plant(
        "unreachable",
        "field:extra",
        parking,
        more(1, ask("extra"), rules=(when("p", *both, then=[do("show", "extra")]),)),
        "rule_never",
    )
    guests = (("guests", "less", 10), ("guests", "more", 20))
    plant("unreachable", "field:road_plan", event, rule_change("r_road", tests=guests), "rule_never")
    plant(
        "unreachable",
        "step:send",
        certificate,
        rule(when("p", ("last_name", "answered"), then=[do("skip", "send")])),
        "test_always",
        "test_never",
        "rule_never",
    )
    plant(
        "unreachable",
        "step:you",
        problem,
        rule(when("p", ("danger", "equals", True), ("danger", "equals", False), then=[do("show", "you")])),
        "rule_never",
        "test_never",
    )
    plant(
        "unreachable",
        "field:note",
        dog,
        more(0, ask("note"), rules=(when("p", ("holder_birth", "more", "today"), then=[do("show", "note")]),)),
        "test_never",
    )
    plant(
        "required_unreachable",
        "field:proof",
        tree,
        more(
            0,
            ask("proof", "file", required=True),
            rules=(when("p", ("girth", "more", 1000), then=[do("show", "proof")]),),
        ),
        "test_never",
    )
    plant(
        "required_unreachable",
        "field:why_not",
        survey,
        more(
            0,
            ask("why_not", required=True),
            rules=(when("p", ("uses", "equals", False), ("happy", "answered"), then=[do("show", "why_not")]),),
        ),
        "rule_never",
    )
    # Required, but hidden whenever it is.
    plant(
        "required_hidden", "rule:p", dog, rule(when("p", ("debit", "equals", False), then=[do("require", "account")]))
    )
    plant(
        "required_hidden",
        "rule:p",
        marriage,
        rule(when("p", ("abroad", "equals", False), then=[do("require", "country")])),
    )
    plant("required_hidden", "rule:p", event, rule(when("p", ("guests", "less", 100), then=[do("require", "medics")])))
    plant(
        "required_hidden", "rule:p", dog, rule(when("p", ("breed", "equals", "mixed"), then=[do("require", "permit")]))
    )
    # Rules that contradict one another.
    plant(
        "contradiction", "rule:p", survey, rule(when("p", ("age", "more", 10), then=[do("set", "ticket", value="job")]))
    )
    plant(
        "contradiction",
        "rule:q",
        contact,
        more(
            0,
            ask("unit"),
            rules=(
                when("p", ("subject", "in", ["waste", "roads"]), then=[do("set", "unit", value="a")]),
                when("q", ("subject", "not_equals", "taxes"), then=[do("set", "unit", value="b")]),
            ),
        ),
    )
    plant(
        "contradiction",
        "rule:q",
        hall,
        more(
            1,
            ask("keeper", "yes_no"),
            rules=(
                when("p", ("people", "at_least", 300), then=[do("set", "keeper", value=True)]),
                when("q", ("to", "at_most", "20:00"), then=[do("set", "keeper", value=False)]),
            ),
        ),
    )
    plant(
        "always_blocked",
        "form",
        contact,
        rule(when("p", ("message", "answered"), then=[do("block", **NO)])),
        "test_always",
    )
    plant(
        "always_blocked",
        "form",
        hall,
        rule(
            when("p", ("people", "at_least", 10), then=[do("block", **NO)]),
            when("q", ("people", "less", 20), then=[do("block", **NO)]),
        ),
    )
    plant(
        "always_blocked",
        "form",
        certificate,
        rule(when("p", ("certificate", "in", ["simple", "extended"]), then=[do("block", **NO)])),
        "test_always",
    )
    # Circles, and looking ahead.
    plant(
        "cycle",
        "rule:p",
        marriage,
        rule(when("p", ("country", "equals", "Peru"), then=[do("show", "abroad")])),
        "unreachable",
        "required_unreachable",
        "test_never",
        "rule_never",
        "required_hidden",
    )
    plant(
        "cycle",
        "rule:p",
        contact,
        rule(when("p", ("reply_mail", "answered"), then=[do("show", "reply")])),
        "unreachable",
        "test_never",
        "required_hidden",
    )
    plant(
        "cycle",
        "field:a",
        purchase,
        more(
            1,
            ask("a", "calculated", settings={"formula": "b + 1"}),
            ask("b", "calculated", settings={"formula": "a * 2"}),
        ),
    )
    plant(
        "looks_ahead",
        "rule:p",
        parking,
        more(0, ask("hint"), rules=(when("p", ("own_car", "equals", True), then=[do("show", "hint")]),)),
        "unreachable",
    )
    plant(
        "looks_ahead",
        "rule:p",
        tree,
        rule(when("p", ("species", "answered"), then=[do("require", "expert")])),
        "required_hidden",
    )
    plant(
        "looks_ahead",
        "field:early",
        event,
        lambda data: data["steps"][0]["fields"].insert(
            0, ask("early", "calculated", settings={"formula": "guests * 2"})
        ),
    )
    # Tests that always or never hold.
    plant(
        "test_never",
        "rule:p.tests.0",
        event,
        rule(when("p", ("guests", "more", 60000), then=[do("hand_over", "police")])),
    )
    plant(
        "test_never",
        "rule:p.tests.1",
        tree,
        rule(when("p", ("sick", "equals", True), ("girth", "less", 1), then=[do("hand_over", "b")])),
    )
    plant("test_never", "rule:p.tests.0", purchase, rule(when("p", ("items", "more", 20), then=[do("hand_over", "b")])))
    plant(
        "test_always", "rule:p.tests.0", hall, rule(when("p", ("people", "at_least", 1), then=[do("hand_over", "b")]))
    )
    plant(
        "test_always",
        "rule:p.tests.1",
        certificate,
        rule(when("p", ("delivery", "equals", "post"), ("copies", "less", 11), then=[do("hand_over", "b")])),
    )
    plant(
        "test_always", "rule:p.tests.0", purchase, rule(when("p", ("items", "answered"), then=[do("hand_over", "b")]))
    )
    plant(
        "rule_never",
        "rule:p",
        marriage,
        rule(when("p", ("before", "equals", "none"), ("divorce", "answered"), then=[do("hand_over", "b")])),
    )
    plant(
        "rule_never",
        "rule:p",
        tree,
        rule(when("p", ("girth", "less", 80), ("new_tree", "equals", True), then=[do("hand_over", "b")])),
    )
    # Options that lead nowhere.
    plant(
        "dead_option",
        "option:place.park",
        event,
        rule(when("p", ("place", "equals", "park"), then=[do("block", "place", **NO)])),
    )
    plant(
        "dead_option",
        "option:who_kind.care",
        parking,
        rule(
            when("p", ("who_kind", "equals", "care"), ("own_car", "equals", True), then=[do("block", **NO)]),
            when("q", ("who_kind", "equals", "care"), ("own_car", "equals", False), then=[do("block", **NO)]),
        ),
    )
    plant(
        "dead_option",
        "option:ticket.job",
        survey,
        rule(
            when("p", ("age", "empty"), then=[do("set", "ticket", value="none")]),
            when("q", ("age", "at_least", 16), then=[do("set", "ticket", value="none")]),
        ),
        "set_hidden",
    )
    plant(
        "dead_option",
        "option:extras.sound",
        hall,
        rule(when("p", ("extras", "contains", "sound"), then=[do("block", **NO)])),
    )
    # Names and values there are not.
    plant(
        "unknown",
        "rule:p.tests.0",
        contact,
        rule(when("p", ("topic", "equals", "waste"), then=[do("hand_over", "b")])),
        "rule_never",
    )
    plant(
        "unknown",
        "rule:p.tests.0",
        contact,
        rule(when("p", ("subject", "equals", "water"), then=[do("hand_over", "b")])),
        "rule_never",
    )
    plant(
        "unknown",
        "rule:p.tests.0",
        tree,
        rule(when("p", ("girth", "contains", "8"), then=[do("hand_over", "b")])),
        "rule_never",
    )
    plant("unknown", "rule:p.effects.0", hall, rule(when("p", ("club", "equals", True), then=[do("require", "chair")])))
    plant(
        "unknown",
        "rule:p.effects.0",
        survey,
        rule(when("p", ("uses", "equals", False), then=[do("set", "ticket", value="senior")])),
        "contradiction",
    )
    plant(
        "formula",
        "field:total",
        purchase,
        change("total", settings={"formula": "sum(price)"}),
        "unreachable",
        "rule_never",
        "test_never",
    )
    # Data without a use, texts, identity, price.
    plant("purpose", "field:reason", certificate, change("reason", sensitive=True))
    plant("purpose", "field:country", marriage, change("country", sensitive=True))
    taken = ["last_name", "birth", "certificate", "reason", "delivery", "mail", "post"]
    plant("unused", "field:copies", certificate, lambda data: data["rules"].pop(), mapped=taken)
    plant("unused", "field:birth", certificate, lambda data: None, mapped=[key for key in taken if key != "birth"])
    nothing: JSON = {"key": "set", "type": "fieldset", "label": {"de": "Mehr", "en": "More"}}
    plant("empty", "field:set", contact, more(0, nothing))
    plant("empty", "field:set", parking, more(0, {**nothing, "type": "group"}))
    street: JSON = {"key": "school", "type": "reference", "label": {"de": "Schule", "en": "School"}}
    plant("unknown", "field:school", contact, more(0, street))
    plant("unknown", "field:school", contact, more(0, {**street, "settings": {"list": "x"}}), lists=["schools"])
    plant("no_target", "rule:r_waste.effects.0", contact, lambda data: None, targets=["centre"])
    plant("no_target", "rule:r_many.effects.0", purchase, lambda data: None, targets=[])
    plant("translation", "field:plate", parking, change("plate", label={"de": "Kennzeichen"}))
    plant("translation", "step:you", problem, lambda data: data["steps"][1].update(title={"en": "You"}))
    plant(
        "translation",
        "option:hall.small",
        hall,
        lambda data: _field(data, "hall")["options"][0].update(label={"de": "klein"}),
    )
    plant("identity", "form", contact, lambda data: None, asks="substantial", requirement="none")
    plant("identity", "form", parking, lambda data: None, asks="qualified", requirement="high")
    plant("identity", "form", tree, lambda data: None, asks="print", requirement="substantial")
    plant(
        "negative_price",
        "form",
        parking,
        rule(when("p", ("months", "equals", "12"), ("who_kind", "equals", "care"), then=[do("price", value=-2500)])),
    )
    plant("negative_price", "form", hall, rule(when("p", ("people", "less", 20), then=[do("price", value=-19000)])))
    plant("no_filling", "form", tree, change("girth", settings={"min": 100, "max": 50}))
    return found


def rule_change(key: str, **values: Any) -> Callable[[JSON], Any]:
    """Return a change of one rule; ``tests`` as in when()."""

    def change(data: JSON) -> None:
        found = next(rule for rule in data["rules"] if rule["key"] == key)
        tests = values.get("tests")
        if tests is not None:
            found["tests"] = [dict(zip(("field", "op", "value"), test, strict=False)) for test in tests]

    return change
