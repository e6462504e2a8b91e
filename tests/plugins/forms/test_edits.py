"""Edits of a definition, and what changed between two."""

import pytest
from django.utils.translation import override

from plugins.forms.definition import edits
from plugins.forms.definition.changes import diff
from plugins.forms.definition.edits import EditError
from plugins.forms.definition.structure import Effect, Field, Option, Rule, Step, Test, from_json, to_json

from .definitions import ask, do, form, when


@pytest.fixture
def asked():
    return form(
        [ask("a", "choice", options=["x", "y"]), ask("set", "fieldset", fields=[ask("b"), ask("n", "number")])],
        [ask("rows", "group", fields=[ask("m", "number")]), ask("sum", "calculated", settings={"formula": "sum(m) + n"})],
        rules=(
            when("r", ("a", "equals", "x"), ("a", "in", ["x", "y"]), then=[do("show", "b"), do("set", "a", value="x"), do("hand_over", "a"), do("skip", "p1")]),
        ),
    )  # fmt: skip


def keys(definition):
    return [item.key for _step, item in definition.walk()]


def test_steps(asked):
    found = edits.add_step(asked, Step("new", {"de": "Neu"}, fields=(Field("z", "text"),)), at=0)
    assert [step.key for step in found.steps] == ["new", "p0", "p1"]
    assert [step.key for step in edits.move_step(found, "new", 9).steps] == ["p0", "p1", "new"]
    assert edits.change_step(found, "new", title={"de": "Alt"}).step("new").title == {"de": "Alt"}
    assert edits.delete_step(found, "new") == asked
    twin = edits.copy_step(asked, "p1")
    assert [step.key for step in twin.steps] == ["p0", "p1", "p1_2"]
    assert keys(twin)[-3:] == ["rows_2", "m_2", "sum_2"]
    assert twin.field("sum_2").settings["formula"] == "sum(m_2) + n", "the copy counts its own rows"
    assert from_json(to_json(twin)) == twin


def test_fields(asked):
    found = edits.add_field(asked, Field("z", "text"), step="p0", inside="set", at=0)
    assert keys(found)[:5] == ["a", "set", "z", "b", "n"]
    assert keys(edits.move_field(found, "z", step="p1", at=0))[4:6] == ["z", "rows"]
    assert edits.delete_field(found, "z") == asked
    assert edits.change_field(asked, "m", required=True).field("m").required
    copied = edits.copy_field(asked, "set")
    assert keys(copied)[:7] == ["a", "set", "b", "n", "set_2", "b_2", "n_2"]
    assert [place[:3] for place in edits.places(asked)][2] == ("p0", "set", 0)


def test_renaming_changes_rules_and_formulas(asked):
    found = edits.rename(edits.rename(edits.rename(asked, "n", "count_"), "a", "kind"), "p1", "second")
    assert found.field("sum").settings["formula"] == "sum(m) + count_"
    (rule,) = found.rules
    assert [test.field for test in rule.tests] == ["kind", "kind"]
    assert [effect.target for effect in rule.effects] == ["b", "kind", "a", "second"], "a hand-over is no field"
    assert edits.uses(found, "kind") == ("r",)
    assert edits.uses(found, "m") == ("sum",)


def test_options_and_the_rules_that_name_them(asked):
    found = edits.change_option(asked, "a", "x", Option("z", {"de": "Z"}))
    assert [option.value for option in found.field("a").options] == ["z", "y"]
    assert (found.rules[0].tests[0].value, found.rules[0].tests[1].value, found.rules[0].effects[1].value) == (
        "z",
        ["z", "y"],
        "z",
    )
    found = edits.move_option(edits.add_option(asked, "a", Option("w", {}), at=0), "a", "x", 0)
    assert [option.value for option in found.field("a").options] == ["x", "w", "y"]
    assert [option.value for option in edits.delete_option(found, "a", "w").field("a").options] == ["x", "y"]


def test_rules(asked):
    rule = Rule("s", (Test("a", "answered"),), (Effect("require", "b"),))
    found = edits.add_rule(asked, rule, at=0)
    assert [each.key for each in edits.move_rule(found, "s", 1).rules] == ["r", "s"]
    assert [each.key for each in edits.copy_rule(found, "s").rules] == ["s", "s_2", "r"]
    assert edits.change_rule(found, "s", match="any").rules[0].match == "any"
    assert edits.delete_rule(found, "s") == asked


def test_a_central_group_is_written_out_with_a_prefix(asked):
    group = (
        Field("iban", "iban"),
        Field("more", "fieldset", fields=(Field("x", "number"),)),
        Field("y", "calculated", settings={"formula": "x * 2"}),
    )
    found = edits.add_group(asked, group, step="p1", prefix="pay", at=0)
    assert keys(found)[4:8] == ["pay_iban", "pay_more", "pay_x", "pay_y"]
    assert found.field("pay_y").settings["formula"] == "pay_x * 2"
    with pytest.raises(EditError):
        edits.add_group(found, group, step="p1", prefix="pay")


@pytest.mark.parametrize(
    "change",
    [
        lambda it: edits.add_step(it, Step("a")),
        lambda it: edits.add_field(it, Field("p0", "text"), step="p0"),
        lambda it: edits.add_field(it, Field("Z", "text"), step="p0"),
        lambda it: edits.add_field(it, Field("z", "text"), step="p9"),
        lambda it: edits.add_field(it, Field("z", "text"), step="p0", inside="a"),
        lambda it: edits.add_field(it, Field("z", "group"), step="p1", inside="rows"),
        lambda it: edits.move_field(it, "set", step="p0", inside="set"),
        lambda it: edits.delete_field(it, "nobody"),
        lambda it: edits.rename(it, "a", "b"),
        lambda it: edits.rename(it, "a", "9"),
        lambda it: edits.rename(it, "nobody", "z"),
        lambda it: edits.add_option(it, "a", Option("x", {})),
        lambda it: edits.change_option(it, "a", "x", Option("y", {})),
        lambda it: edits.delete_option(it, "a", "q"),
        lambda it: edits.add_rule(it, Rule("r")),
        lambda it: edits.delete_rule(it, "q"),
    ],
)
def test_what_cannot_be_done_says_why(asked, change):
    with pytest.raises(EditError) as caught:
        change(asked)
    with override("de"):
        german = str(caught.value.message)
    with override("en"):
        assert german != str(caught.value.message)


def test_what_changed_is_said_in_sentences(asked):
    assert diff(asked, asked) == []
    new = edits.add_field(asked, Field("z", "text", {"de": "Neu"}), step="p0", at=0)
    new = edits.change_field(new, "m", required=True, help={"de": "Hilfe"})
    new = edits.move_field(new, "b", step="p1", at=0)
    new = edits.delete_field(new, "sum")
    new = edits.change_rule(new, "r", match="any")
    new = edits.move_step(new, "p1", 0)
    with override("de"):
        found = [(change.kind, change.path, str(change.text)) for change in diff(asked, new)]
    assert [(kind, path) for kind, path, _text in found] == [
        ("moved", "step:p0"), ("removed", "field:sum"), ("changed", "field:m"), ("added", "field:z"), ("moved", "field:b"),
        ("changed", "rule:r"),
    ]  # fmt: skip
    assert found[2][2] == "Feld „m“, geändert: Hilfe, Pflichtangabe"
    swapped = edits.move_field(asked, "set", step="p0", at=0)
    assert [change.path for change in diff(asked, swapped)] in (["field:a"], ["field:set"]), "one moved, not two"


def test_a_change_says_what_was_and_what_is(asked):
    item = next(item for _step, item in asked.walk() if item.type == "text")
    new = edits.change_field(
        asked, item.key, label={**item.label, "de": "Neu"}, required=not item.required, settings={"max_length": 9}
    )
    (change,) = diff(asked, new)
    details = [(str(what), old, now) for what, old, now in change.details]
    assert ("Beschriftung (de)", item.label["de"], "Neu") in details
    assert ("Pflichtangabe", "nein", "ja") in details or ("Pflichtangabe", "ja", "nein") in details
    assert any(now == "9" for _what, _old, now in details)
