"""Logic: what is shown, required, set, blocked and priced; always by the server."""

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.forms.definition import formula
from plugins.forms.definition.logic import evaluate, holds, validate
from plugins.forms.definition.schema import schema
from plugins.forms.definition.structure import Test

from .definitions import ask, do, field, form, when


def test_hidden_answers_are_absent_and_count_nowhere():
    asked = form(
        [ask("dog", "yes_no"), ask("breed"), ask("listed", "yes_no")],
        rules=(
            when("a", ("dog", "equals", True), then=[do("show", "breed"), do("show", "listed")]),
            when("b", ("listed", "equals", True), then=[do("price", value=500), do("block", message={"de": "Nein"})]),
        ),
    )
    found = evaluate(asked, {"dog": False, "breed": "Pudel", "listed": True, "unknown": 1})
    assert found.answers == {"dog": False}
    assert (found.shown, found.blocks, found.price_cents) == (frozenset({"dog"}), (), 0)
    found = evaluate(asked, {"dog": True, "listed": True})
    assert (found.blocks, found.blocked_by, found.price_cents) == ((({"de": "Nein"}, ""),), ("b",), 500)


def test_steps_are_skipped_shown_and_absent_when_nothing_is_in_them():
    asked = form(
        [ask("a", "yes_no")], [ask("b")], [ask("c")], [ask("d")], [],
        rules=(
            when("skip", ("a", "equals", False), then=[do("skip", "p1")]),
            when("show", ("a", "equals", True), then=[do("show", "p2")]),
            when("inner", ("a", "equals", True), then=[do("show", "d")]),
        ),
    )  # fmt: skip
    assert evaluate(asked, {"a": True}).steps == ("p0", "p1", "p2", "p3", "p4")
    found = evaluate(asked, {"a": False, "b": "x", "c": "x", "d": "x"})
    assert (found.steps, found.answers) == (("p0", "p4"), {"a": False})


def test_the_first_rule_that_holds_sets_the_value_and_hidden_fields_are_not_set():
    asked = form(
        [ask("n", "number"), ask("t"), ask("u")],
        rules=(
            when("a", ("n", "more", 5), then=[do("set", "t", value="many"), do("set", "u", value="x")]),
            when("b", ("n", "more", 1), then=[do("set", "t", value="some")]),
            when("c", ("n", "less", 0), then=[do("show", "u")]),
        ),
    )
    assert evaluate(asked, {"n": 7, "t": "mine"}).answers == {"n": 7, "t": "many"}
    assert evaluate(asked, {"n": 2, "t": "mine"}).answers["t"] == "some"
    assert evaluate(asked, {"n": 1, "t": "mine"}).answers["t"] == "mine"


def test_rules_in_a_group_see_their_own_row():
    asked = form(
        [
            ask("city", "yes_no"),
            ask("dogs", "group", fields=[ask("breed"), ask("name"), ask("size", "number")]),
            ask("listed_any"),
        ],
        rules=(
            when(
                "a",
                ("breed", "equals", "x"),
                ("city", "equals", True),
                then=[do("show", "name"), do("require", "name")],
            ),
            when("b", ("breed", "equals", "x"), ("size", "more", 5), then=[do("show", "listed_any")]),
            when("c", ("size", "more", 9), then=[do("block", "size", message={"de": "zu groß"})]),
            when("d", ("size", "more", 5), then=[do("price", "dogs", value=100), do("hand_over", "h")]),
        ),
    )
    rows = [{"breed": "x", "name": "A", "size": 1}, {"breed": "y", "name": "B", "size": 12}, {"size": 7}]
    found = evaluate(asked, {"city": True, "dogs": rows, "listed_any": "no"})
    assert found.answers["dogs"] == [{"breed": "x", "name": "A", "size": 1}, {"breed": "y", "size": 12}, {"size": 7}]
    assert found.required == {"dogs.0.name"}
    assert "listed_any" not in found.shown, "both tests must hold in the same row"
    assert found.blocks == (({"de": "zu groß"}, "dogs.1.size"),)
    assert (found.price_cents, found.hand_overs) == (200, ("h",))
    rows[1]["breed"] = "x"
    assert "listed_any" in evaluate(asked, {"city": True, "dogs": rows}).shown
    assert "dogs.0.name" not in evaluate(asked, {"city": False, "dogs": rows}).shown


def test_a_rule_that_looks_ahead_sees_nothing():
    asked = form([ask("a"), ask("b")], rules=(when("r", ("b", "answered"), then=[do("show", "a")]),))
    assert evaluate(asked, {"a": "x", "b": "y"}).answers == {"b": "y"}


@pytest.mark.parametrize(
    ("kind", "op", "wanted", "passing", "failing"),
    [
        ("number", "equals", 2, [2, 2.0], [3, "2", True, None]),
        ("number", "in", [1, 2], [1], [3, None]),
        ("number", "not_equals", 2, [3], [2, None]),
        ("money", "at_least", 100, [100, 101], [99, None, "x", []]),
        ("date", "less", "2026-01-01", ["2025-12-31"], ["2026-01-01", None, 5]),
        ("date", "at_most", "today", ["2000-01-01"], ["2999-01-01"]),
        ("time", "more", "08:00", ["08:01"], ["08:00"]),
        ("yes_no", "equals", True, [True], [False, 1, "True", None]),
        ("choice", "not_in", ["a"], ["b"], ["a", None]),
        ("multiple_choice", "contains", "a", [["a", "b"]], [["b"], [], None]),
        ("multiple_choice", "not_contains", "a", [["b"]], [["a"], [], None]),
        ("text", "contains", "RHEIN", ["Am Rheinufer"], ["Main", None]),
        ("text", "empty", None, [None, "", [], {}], ["x", 0, False]),
        ("text", "answered", None, ["x", 0, False], [None, ""]),
        ("group", "more", 1, [[{}, {}]], [[{}], [], None, "xx", 5]),
        ("text", "no such operator", "x", [], ["x"]),
    ],
)
def test_operators(kind, op, wanted, passing, failing):
    asked = field(kind)
    assert all(holds(Test("field", op, wanted), asked, value) for value in passing)
    assert not any(holds(Test("field", op, wanted), asked, value) for value in failing)


def test_any_of_the_tests_is_enough_when_the_rule_says_so():
    asked = form(
        [ask("a"), ask("b"), ask("c")],
        rules=(when("r", ("a", "answered"), ("b", "answered"), then=[do("show", "c")], match="any"),),
    )
    assert "c" in evaluate(asked, {"b": "x"}).shown
    assert "c" not in evaluate(asked, {}).shown


# --- Validation ------------------------------------------------------------------------------------------------------


def test_errors_by_path_for_a_step_and_for_the_whole():
    asked = form(
        [ask("a", required=True)],
        [ask("rows", "group", required=True, settings={"max_rows": 2}, fields=[ask("n", "number", required=True)])],
        [ask("ok", "statement")],
        rules=(when("r", ("n", "more", 5), then=[do("block", message={"de": "Halt"})]),),
    )
    assert list(validate(asked, {})) == ["a", "rows", "ok"]
    assert list(validate(asked, {"rows": [{}, {"n": "x"}, {"n": 9}], "ok": True})) == [
        "a",
        "rows",
        "rows.0.n",
        "rows.1.n",
        "",
    ]
    assert list(validate(asked, {"rows": [{"n": 9}]}, step="p1")) == [""], (
        "a block belongs to the page of what it tests"
    )
    assert validate(asked, {"rows": [{"n": 9}]}, step="p2").keys() == {"ok"}
    assert validate(asked, {"a": "x", "rows": [{"n": 1}], "ok": True}) == {}


def test_a_tampered_hidden_field_is_absent_not_wrong():
    asked = form(
        [ask("a", "yes_no"), ask("b", "number", required=True)],
        rules=(when("r", ("a", "equals", True), then=[do("show", "b")]),),
    )
    assert validate(asked, {"a": False, "b": ["no number"]}) == {}
    assert "b" in validate(asked, {"a": True, "b": ["no number"]})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "n", "rows", "street"]), inner, max_size=3)
    ),
    max_leaves=8,
)
EVERYTHING = form(
    [ask("a", "yes_no"), ask("b", "multiple_choice", options=["x", "y"]), ask("n", "number", required=True), ask("d", "date"), ask("m", "money")],
    [ask("rows", "group", required=True, fields=[ask("street", "address"), ask("f", "file"), ask("r", "number")]), ask("sum", "calculated", settings={"formula": "sum(r) / count(rows) + n + m"})],
    rules=(
        when("r1", ("b", "contains", "x"), then=[do("show", "d"), do("require", "street")]),
        when("r2", ("n", "more", 3), ("r", "less", 5), then=[do("price", "rows", value=100), do("price", "sum", value=7), do("block", "r", message={"de": "x"})]),
        when("r3", ("rows", "more", 2), then=[do("set", "sum", value=3)]),
        when("r4", ("d", "less", "today"), then=[do("skip", "p1")]),
    ),
)  # fmt: skip


@given(JSON)
def test_no_answers_of_any_shape_are_an_exception(answers):
    found = evaluate(EVERYTHING, answers)
    errors = validate(EVERYTHING, answers)
    assert set(errors) <= found.shown | {""}
    assert found.required - set(errors) == {path for path in found.required if not errors.get(path)}


# --- Formulas --------------------------------------------------------------------------------------------------------


def calculated(text, answers, **settings):
    asked = form(
        [
            ask("a", "number"), ask("b", "number", settings={"decimals": 2}), ask("first", "date"), ask("last", "date"),
            ask("rows", "group", fields=[ask("n", "number"), ask("price", "money"), ask("line", "calculated", settings={"formula": "n * price + a"})]),
            ask("c", "calculated", settings={"formula": text, **settings}),
        ]
    )  # fmt: skip
    return evaluate(asked, answers).answers.get("c")


ROWS = {"rows": [{"n": 2, "price": 150}, {"n": 1, "price": 1000}, {"price": 5}]}


@pytest.mark.parametrize(
    ("text", "answers", "value"),
    [
        ("a + 2 * 3", {"a": 1}, 7),
        ("-(a - 5) / 2", {"a": 2}, 1.5),
        ("a / 0", {"a": 2}, None),
        ("a + b", {"a": 2}, None),
        ("b * 3", {"b": 0.1}, 0.3),
        ("sum(n * price)", ROWS, 1300),
        ("sum(price)", {}, 0),
        ("count(rows) * 100", ROWS, 300),
        ("min(price) + max(price, a)", {**ROWS, "a": 5000}, 5005),
        ("max(n)", {}, None),
        ("sum(line)", {**ROWS, "a": 1}, 1302),
        ("days(first, last)", {"first": "2026-02-27", "last": "2026-03-01"}, 2),
        ("days(first, last)", {"first": "2026-02-27", "last": "x"}, None),
        ("round(a / 3, 1) + round(b)", {"a": 1, "b": 2.5}, 3.3),
        ("n", ROWS, None),
        ("a * a * a * a", {"a": 10**14}, None),
    ],
)
def test_formulas(text, answers, value):
    assert calculated(text, answers, decimals=2) == value


def test_a_calculated_value_is_the_servers():
    assert calculated("a + 1", {"a": 1, "c": 99}) == 2
    assert calculated("a / 3", {"a": 5}) == 2, "rounded half up to the field's decimals"
    assert calculated("a / 2", {"a": 5}, money=True) == 3


@pytest.mark.parametrize(
    "text",
    ["", None, 5, "a +", "a ** 2", "a.b", "f(a)", "__import__('os')", "'x'", "[a]", "a if b else c", "lambda: 1", "sum()", "count(a + 1)",
     "days(a)", "round(a, b)", "min(*a)", "sum(a, start=b)", "a" * 501, "(" * 300 + "a" + ")" * 300, "True + 1", "a\x00", "a := 1"],
)  # fmt: skip
def test_what_is_no_formula_is_refused(text):
    with pytest.raises(formula.FormulaError) as caught:
        formula.read(text)
    assert str(caught.value.message)
    assert calculated(text, {"a": 1}) is None


@given(st.text(alphabet="ab+-*/(),. 0123456789sumincotdayrelf", max_size=40))
def test_no_text_is_an_exception(text):
    calculated(text, {"a": 3, "b": 1.5, **ROWS})


# --- Schema ----------------------------------------------------------------------------------------------------------


def test_what_evaluate_returns_fits_the_schema():
    asked = form(
        [
            ask("a", "yes_no", required=True),
            ask("b", required=True),
            ask("set", "fieldset", fields=[ask("e", "email", required=True)]),
        ],
        [
            ask(
                "rows",
                "group",
                required=True,
                settings={"min_rows": 1},
                fields=[ask("n", "number", required=True), ask("x")],
            )
        ],
        [ask("truth", "statement"), ask("c", "calculated", settings={"formula": "sum(n)"}), ask("h", "content")],
        rules=(when("r", ("a", "equals", True), then=[do("show", "b")]),),
    )
    found = schema(asked, title="Antrag")
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["required"] == ["a", "e", "rows", "truth"], "what a rule may hide can be missing"
    assert set(found["properties"]) == {"a", "b", "e", "rows", "truth", "c"}
    answers = evaluate(asked, {"a": False, "e": "a@b.de", "rows": [{"n": 1}], "truth": True}).answers
    jsonschema.validate(answers, found)
    for wrong in ({**answers, "more": 1}, {**answers, "rows": [{}]}, {**answers, "a": "yes"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, found)
