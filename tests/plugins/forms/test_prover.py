"""The prover: agrees with trying every filling; finds what is planted; its fillings replay."""

import itertools
from collections.abc import Iterator

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.forms_defects import planted
from benchmarks.forms_sound import large, sound
from plugins.forms.definition.logic import evaluate, validate
from plugins.forms.definition.structure import Definition, replace
from plugins.forms.prover import ERROR, NOTE, Filling, differences, proofs, prove
from plugins.forms.prover.proving import Prover

from .definitions import ask, do, form, when

# --- Every filling ---------------------------------------------------------------------------------------------------

VALUES = {"yes_no": [True, False], "choice": ["a", "b", "c"], "number": [0, 1, 2, 3], "consent": [True]}
TESTS = {
    "yes_no": [("equals", True), ("equals", False), ("answered",), ("empty",)],
    "choice": [("equals", "a"), ("not_equals", "b"), ("in", ["a", "c"]), ("empty",)],
    "number": [("more", 1), ("at_most", 0), ("equals", 2), ("less", 3), ("answered",)],
    "consent": [("answered",), ("empty",)],
    "group": [("more", 1), ("less", 2), ("empty",)],
    "calculated": [("more", 3), ("at_most", 2), ("answered",)],
}


def question(key: str, kind: str, required: bool) -> dict:
    more = (
        {"options": ["a", "b", "c"]}
        if kind == "choice"
        else {"settings": {"min": 0, "max": 3}}
        if kind == "number"
        else {}
    )
    return ask(key, kind, required=required, **more)


@st.composite
def forms(draw) -> Definition:
    """Return a small form: up to four questions on two pages, one of them perhaps in a group, and up to four rules."""
    kinds = draw(st.lists(st.sampled_from(list(VALUES)), min_size=2, max_size=4))
    questions = [question(f"f{n}", kind, draw(st.booleans())) for n, kind in enumerate(kinds)]
    at = draw(st.integers(1, len(questions)))
    if draw(st.booleans()):
        inner = [question("g0", draw(st.sampled_from(["yes_no", "choice"])), draw(st.booleans()))]
        group = ask("rows", "group", required=draw(st.booleans()), settings={"max_rows": 2}, fields=inner)
        questions.insert(draw(st.integers(0, len(questions))), group)
    if draw(st.booleans()):
        numbers = [item["key"] for item in questions if item["type"] == "number"]
        text = draw(
            st.sampled_from(
                [*(f"{key} * 2 - 1" for key in numbers), *(f"sum({key}) + 1" for key in numbers), "count(rows) * 3"]
            )
        )
        if text != "count(rows) * 3" or any(item["key"] == "rows" for item in questions):
            questions.append(ask("calc", "calculated", settings={"formula": text}))
    pages = (questions[:at], questions[at:])
    flat = [each for item in questions for each in [item, *item.get("fields", [])]]
    rules = []
    for number in range(draw(st.integers(0, 4))):
        tests = []
        for _time in range(draw(st.integers(1, 2))):
            asked = draw(st.sampled_from(flat))
            tests.append((asked["key"], *draw(st.sampled_from(TESTS[asked["type"]]))))
        target = draw(st.sampled_from(flat))
        effects = [
            do("show", target["key"]),
            do("skip", "p1"),
            do("show", "p1"),
            do("block", message={"de": "x"}),
            do("price", value=draw(st.integers(-5, 5))),
        ]
        if target["type"] != "calculated":
            effects.append(do("require", target["key"]))
        if target["type"] in VALUES:
            effects.append(do("set", target["key"], value=draw(st.sampled_from(VALUES[target["type"]]))))
        rules.append(
            when(
                f"r{number}", *tests, then=[draw(st.sampled_from(effects))], match=draw(st.sampled_from(["all", "any"]))
            )
        )
    return form(*pages, rules=tuple(rules))


def fillings(definition: Definition) -> Iterator[dict]:
    """Yield every filling."""
    keys, values = [], []
    for step in definition.steps:
        for item in step.fields:
            if item.type == "calculated":
                continue
            keys.append(item.key)
            if item.repeats:
                rows = [{}, *({item.fields[0].key: value} for value in VALUES[item.fields[0].type])]
                values.append([None, *([row] for row in rows), *(list(pair) for pair in itertools.product(rows, rows))])
            else:
                values.append([None, *VALUES[item.type]])
    for chosen in itertools.product(*values):
        yield {key: value for key, value in zip(keys, chosen, strict=True) if value is not None}


def without_blocks(definition: Definition) -> Definition:
    rules = tuple(
        replace(rule, effects=tuple(effect for effect in rule.effects if effect.do != "block"))
        for rule in definition.rules
    )
    return replace(definition, rules=rules)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(forms())
def test_the_prover_agrees_with_trying_every_filling(definition):
    prover = Prover(definition)
    unblocked = without_blocks(definition)
    reached = set()
    for answers in fillings(definition):
        if not validate(unblocked, answers):
            reached |= set(prover.reaches(evaluate(definition, answers)))
    prover.run()
    asked = set(prover.goals)
    assert set(prover.reached) & asked == reached & asked
    assert prover.impossible == asked - reached
    for goal, tried in prover.reached.items():
        assert not validate(unblocked, tried.answers), goal
        assert goal in set(prover.reaches(evaluate(definition, tried.answers)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(forms())
def test_there_is_one_filling_for_every_path(definition):
    paths = set()
    unblocked = without_blocks(definition)
    for answers in fillings(definition):
        if not validate(unblocked, answers):
            found = evaluate(definition, answers)
            paths.add((found.steps, frozenset(path.rpartition(".")[2] for path in found.shown)))
    kept = proofs(definition, most=200, seconds=20)
    assert kept.complete
    assert {(test.steps, frozenset(path.rpartition(".")[2] for path in test.shown)) for test in kept.fillings} == paths
    assert len(kept.fillings) == len(paths)


# --- Planted defects -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", planted(), ids=lambda case: case.name)
def test_what_is_planted_is_found_and_nothing_else(case):
    found = prove(case.definition, **case.given)
    assert case.expected in {(finding.rule, finding.path) for finding in found}
    assert {finding.rule for finding in found if finding.severity != NOTE} <= {case.expected[0], *case.also}
    for finding in found:
        with override("de"):
            assert str(finding.message)
        if finding.filling is not None:
            assert set(validate(without_blocks(case.definition), finding.filling)) <= {"account_shape"}, (
                "it can be filled in"
            )


@pytest.mark.parametrize(("name", "definition"), sound(), ids=lambda value: value if isinstance(value, str) else "")
def test_sound_forms_have_no_findings(name, definition):
    assert [(finding.rule, finding.path) for finding in prove(definition)] == []


def test_the_planted_forms_have_every_kind_of_finding_more_than_once():
    kinds = [case.expected[0] for case in planted()]
    rare = {kind for kind in kinds if kinds.count(kind) < 2}
    assert rare <= {"no_filling", "formula"}
    assert len(kinds) >= 30
    assert len(sound()) >= 10


def test_findings_replay():
    asked = form(
        [ask("n", "number", settings={"min": 0, "max": 10}), ask("t", "choice", options=["a", "b"])],
        rules=(
            when("p", ("n", "more", 3), then=[do("set", "t", value="a")]),
            when("q", ("n", "less", 5), then=[do("set", "t", value="b")]),
            when("r", ("t", "equals", "b"), ("n", "answered"), then=[do("price", value=-5)]),
        ),
    )
    found = {finding.rule: finding for finding in prove(asked)}
    assert found["contradiction"].filling["n"] == 4
    again = evaluate(asked, found["negative_price"].filling)
    assert (again.answers["t"], again.price_cents) == ("b", 0)


def test_the_same_form_has_the_same_findings():
    case = next(case for case in planted() if case.expected[0] == "contradiction")
    assert prove(case.definition) == prove(case.definition)


# --- Proofs ----------------------------------------------------------------------------------------------------------


def test_a_kept_filling_shows_a_later_change():
    asked = form(
        [ask("a", "yes_no", required=True), ask("b")], rules=(when("r", ("a", "equals", True), then=[do("show", "b")]),)
    )
    kept = proofs(asked)
    assert (len(kept.fillings), kept.complete) == (2, True)
    stored = [Filling.from_json(test.to_json()) for test in kept.fillings]
    assert not any(differences(asked, test) for test in stored)
    changed = replace(asked, rules=())
    assert [[each.what for each in differences(changed, test)] for test in stored if differences(changed, test)] == [
        ["shown"]
    ]


def test_too_many_paths_are_said_and_covered():
    definition = large(60, 40)
    kept = proofs(definition, most=10, seconds=5)
    assert not kept.complete
    shown = {path for test in kept.fillings for path in test.shown}
    assert {item.key for _step, item in definition.walk()} == shown
    assert not any(differences(definition, test) for test in kept.fillings)


def test_a_large_form_is_sound_and_every_question_has_an_answer():
    definition = large()
    assert (sum(1 for _ in definition.walk()), len(definition.rules)) == (200, 100)
    prover = Prover(definition)
    prover.run()
    assert set(prover.goals) == (set(prover.reached) & set(prover.goals)) | prover.impossible
    assert not [finding for finding in prove(definition) if finding.severity == ERROR]
