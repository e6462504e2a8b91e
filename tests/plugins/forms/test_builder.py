"""The builder: who may, what each button stores, two editors at once, undo and redo."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from cms.accounts.models import RoleAssignment
from cms.accounts.rights import assign
from cms.directory.models import OrganisationUnit
from plugins.forms.definition.structure import Definition
from plugins.forms.models import DraftState, FieldGroup, Form, FormVersion, HandOverTarget
from plugins.forms.roles import FORM_EDITORS_GROUP
from tests.conftest import client_of, make_user
from tests.plugins.forms.conftest import DOGS

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(begun: Any) -> Form:
    """A form with a draft."""
    return begun(DOGS)


def now(form: Form) -> Definition:
    """What the draft asks."""
    return form.versions.get(state=FormVersion.State.DRAFT).definition


def do(client: Any, form: Form, deed: str, at: str = "form", **values: Any) -> Any:
    """Press a button of the builder."""
    return client.post(reverse("form_do", args=[form.pk]), {"deed": deed, "at": at, **values})


def panel(client: Any, form: Form, at: str, **changes: Any) -> dict[str, Any]:
    """Return what the panel of a thing posts, with changes."""
    shown = client.get(reverse("form_build", args=[form.pk]), {"at": at}).context["panel"]
    values = {}
    for name in shown.fields:
        value = shown.initial.get(name)
        if value not in (None, "", False, []):
            values[name] = "on" if value is True else value
    return {**values, "seen": form.draft().revision, **changes}


def test_strangers_are_kept_out(client: Any, roles: Any, form: Form) -> None:
    address = reverse("form_build", args=[form.pk])
    assert client.get(address).status_code == 302
    staff = client_of(make_user("mitarbeit", roles["staff"]))
    assert staff.get(address).status_code in (302, 403)
    assert do(staff, form, "add_step").status_code in (302, 403)
    assert len(now(form).steps) == 2


def test_a_role_of_one_unit_builds_the_forms_of_that_unit_alone(roles: Any, form: Form) -> None:
    unit = OrganisationUnit(slug="steuern")
    unit.set_texts({("name", "de"): "Steuerverwaltung"})
    unit.save()
    person = make_user("steuer")
    assign(user=person, role=roles[FORM_EDITORS_GROUP], scope=RoleAssignment.Scope.UNIT, scope_id=unit.pk)
    client = client_of(person)
    assert client.get(reverse("form_build", args=[form.pk])).status_code in (302, 403)
    form.unit = unit
    form.save()
    assert client.get(reverse("form_build", args=[form.pk])).status_code == 200
    assert do(client, form, "add_step").status_code == 302
    assert len(now(form).steps) == 3


def test_the_builder_shows_outline_step_rules_and_panel(
    editor: Any, form: Form, django_assert_max_num_queries: Any
) -> None:
    editor.get(reverse("form_build", args=[form.pk]))
    with django_assert_max_num_queries(25):
        answer = editor.get(reverse("form_build", args=[form.pk]), {"at": "field:breed"})
    shown = answer.content.decode()
    assert "Der Hund" in shown
    assert f'src="{reverse("form_preview", args=[form.pk])}?at=field%3Abreed' in shown
    assert "Wenn bei „Rasse“ „andere“ steht, dann zeige „Welche Rasse?“" in shown
    assert 'name="option_1_de" value="andere"' in shown


@pytest.mark.parametrize("kind", ["text", "choice", "group", "fieldset", "content", "calculated", "file", "address"])
def test_a_field_of_each_type_is_added_behind_the_chosen_one(editor: Any, form: Form, kind: str) -> None:
    answer = do(editor, form, "add_field", "field:breed", type=kind)
    assert answer.status_code == 302
    assert [item.type for item in now(form).steps[0].fields][:3] == ["choice", kind, "text"]
    assert editor.get(answer["Location"]).status_code == 200


def test_a_panel_stores_texts_and_options_and_rules_follow_a_renamed_value(editor: Any, form: Form) -> None:
    values = panel(
        editor,
        form,
        "field:breed",
        label_de="Hunderasse",
        option_1_value="else",
        option_2_de="Pudel",
        option_2_en="Poodle",
    )
    assert do(editor, form, "save", "field:breed", **values).status_code == 302
    item = now(form).field("breed")
    assert item.label["de"] == "Hunderasse"
    assert [option.value for option in item.options] == ["dachshund", "else", "pudel"]
    assert now(form).rules[0].tests[0].value == "else"


def test_a_renamed_key_is_followed_by_rules(editor: Any, form: Form) -> None:
    do(editor, form, "save", "field:breed", **panel(editor, form, "field:breed", new_key="race"))
    assert now(form).rules[0].tests[0].field == "race"


@pytest.mark.parametrize(
    ("key", "values", "message"),
    [
        ("breed", {"new_key": "Rasse!"}, "Kleinbuchstaben"),
        ("breed", {"new_key": "name"}, "vergeben"),
        ("breed", {"retention_days": "-1"}, "0"),
    ],
)
def test_bad_input_is_said_and_nothing_is_stored(editor: Any, form: Form, key: str, values: Any, message: str) -> None:
    before = form.draft().revision
    answer = do(editor, form, "save", f"field:{key}", **panel(editor, form, f"field:{key}", **values))
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert form.draft().revision == before


def test_moves_by_buttons_lead_into_sets_out_of_them_and_into_the_next_step(editor: Any, form: Form) -> None:
    def order() -> list[str]:
        return [item.key for item in now(form).steps[0].fields]

    do(editor, form, "up", "field:breed_name")
    assert order() == ["breed_name", "breed", "keeper"]
    do(editor, form, "down", "field:breed_name")
    do(editor, form, "down", "field:breed_name")
    do(editor, form, "into", "field:breed_name")
    assert order() == ["breed", "keeper"] or order() == ["breed", "keeper", "breed_name"]
    do(editor, form, "out", "field:name")
    assert "name" in order()
    do(editor, form, "down", "step:dog")
    assert [step.key for step in now(form).steps] == ["end", "dog"]


def test_a_move_that_is_not_possible_is_said(editor: Any, form: Form) -> None:
    answer = do(editor, form, "into", "field:breed")
    assert "keine Gruppe" in editor.get(answer["Location"]).content.decode() or form.draft().revision == 1


@pytest.mark.parametrize(
    ("what", "where", "target", "expected"),
    [
        ("field:breed_name", "before", "breed", ["breed_name", "breed", "keeper"]),
        ("field:breed", "after", "keeper", ["breed_name", "keeper", "breed"]),
        ("field:breed", "inside", "keeper", ["breed_name", "keeper"]),
        ("field:breed", "step", "end", ["breed_name", "keeper"]),
        ("field:keeper", "inside", "keeper", ["breed", "breed_name", "keeper"]),
        ("field:breed", "inside", "nowhere", ["breed", "breed_name", "keeper"]),
        ("field:nothing", "before", "breed", ["breed", "breed_name", "keeper"]),
        ("rule:r1", "before", "breed", ["breed", "breed_name", "keeper"]),
    ],
)
def test_things_are_dropped(editor: Any, form: Form, what: str, where: str, target: str, expected: Any) -> None:
    assert do(editor, form, "drop", what, what=what, where=where, target=target).status_code == 302
    assert [item.key for item in now(form).steps[0].fields] == expected


def test_a_copy_has_keys_of_its_own(editor: Any, form: Form) -> None:
    answer = do(editor, form, "copy", "field:keeper")
    assert answer["Location"].endswith("at=field%3Akeeper_2#chosen")
    assert [item.key for item in now(form).field("keeper_2").fields] == ["name_2"]


def test_undo_and_redo_bring_everything_back(editor: Any, form: Form) -> None:
    first = form.draft().data
    do(editor, form, "delete", "field:breed")
    second = form.draft().data
    do(editor, form, "delete", "step:end")
    third = form.draft().data
    for expected, deed in [
        (second, "undo"),
        (first, "undo"),
        (first, "undo"),
        (second, "redo"),
        (third, "redo"),
        (third, "redo"),
        (second, "undo"),
    ]:
        do(editor, form, deed)
        assert form.draft().data == expected
    do(editor, form, "add_step")
    assert do(editor, form, "redo").status_code == 302
    assert len(now(form).steps) == 3
    assert DraftState.objects.filter(version=form.draft()).count() == form.draft().revision


def test_two_editors_who_change_different_things_lose_nothing(editor: Any, roles: Any, form: Form) -> None:
    other = client_of(make_user("kollegin", roles[FORM_EDITORS_GROUP]))
    mine, theirs = (
        panel(editor, form, "field:breed", help_de="Wie im Impfpass"),
        panel(other, form, "field:breed", label_de="Art"),
    )
    do(other, form, "save", "field:breed", **theirs)
    assert do(editor, form, "save", "field:breed", **mine).status_code == 302
    item = now(form).field("breed")
    assert (item.label["de"], item.help["de"]) == ("Art", "Wie im Impfpass")


def test_two_editors_who_change_the_same_get_both_values(editor: Any, roles: Any, form: Form) -> None:
    other = client_of(make_user("kollegin", roles[FORM_EDITORS_GROUP]))
    mine, theirs = (
        panel(editor, form, "field:breed", label_de="Rasse des Hundes"),
        panel(other, form, "field:breed", label_de="Art"),
    )
    do(other, form, "save", "field:breed", **theirs)
    answer = do(editor, form, "save", "field:breed", **mine)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "<td>Art</td>" in shown
    assert "<td>Rasse des Hundes</td>" in shown
    assert 'value="Rasse des Hundes"' in shown
    assert now(form).field("breed").label["de"] == "Art"
    seen = answer.context["version"].revision
    do(editor, form, "save", "field:breed", **{**mine, "seen": seen})
    assert now(form).field("breed").label["de"] == "Rasse des Hundes"


def test_options_of_two_editors_are_not_mixed_up(editor: Any, roles: Any, form: Form) -> None:
    other = client_of(make_user("kollegin", roles[FORM_EDITORS_GROUP]))
    mine = panel(editor, form, "field:breed", help_de="Hilfe")
    do(
        other,
        form,
        "save",
        "field:breed",
        **panel(other, form, "field:breed", option_2_de="Pudel", option_2_en="Poodle"),
    )
    do(editor, form, "save", "field:breed", **mine)
    assert [option.value for option in now(form).field("breed").options] == ["dachshund", "other", "pudel"]


def test_what_was_typed_into_a_deleted_field_is_shown(editor: Any, form: Form) -> None:
    values = panel(editor, form, "field:breed", help_de="Ein langer Hinweis")
    do(editor, form, "delete", "field:breed")
    answer = do(editor, form, "save", "field:breed", **values)
    assert answer.status_code == 200
    assert "Ein langer Hinweis" in answer.content.decode()


def test_a_rule_is_written_by_rows(editor: Any, form: Form) -> None:
    answer = do(editor, form, "add_rule", "field:breed")
    key = answer["Location"].split("rule%3A")[1].split("#")[0].split("&")[0]
    again = do(
        editor,
        form,
        "again",
        f"rule:{key}",
        seen=form.draft().revision,
        match="any",
        tests_rows=1,
        effects_rows=1,
        t0_field="breed",
        e0_do="block",
    )
    shown = again.content.decode()
    assert 'name="t0_value"' in shown
    assert "Dackel" in shown
    assert 'name="e0_message_de"' in shown
    do(editor, form, "save", f"rule:{key}", seen=form.draft().revision, match="any", tests_rows=1, effects_rows=2,
       t0_field="breed", t0_op="equals", t0_value="dachshund", e0_do="block", e0_message_de="Halt", e1_do="price", e1_value="12,50")  # fmt: skip
    rule = next(rule for rule in now(form).rules if rule.key == key)
    assert (rule.match, rule.tests[0].value, rule.effects[0].message["de"], rule.effects[1].value) == (
        "any",
        "dachshund",
        "Halt",
        1250,
    )
    # What the history says of its first save: the rule as it is now, not the empty one before.
    assert last_words(form) == "Regel (halte an mit der Meldung „Halt“) geändert"
    do(editor, form, "save", f"rule:{key}", seen=form.draft().revision, match="any", tests_rows=1, effects_rows=1,
       t0_field="breed", t0_op="equals", t0_value="dachshund", e0_do="show", e0_target="breed_name")  # fmt: skip
    assert last_words(form) == "Regel zu „Welche Rasse?“ geändert"


def last_words(form: Form) -> str:
    """What the history says of the last change."""
    return form.draft().states.latest("revision").words


def test_a_rule_without_a_value_is_refused(editor: Any, form: Form) -> None:
    answer = do(editor, form, "save", "rule:r1", seen=1, match="all", tests_rows=1, effects_rows=1,
                t0_field="breed", t0_op="equals", t0_value="", e0_do="show", e0_target="breed_name")  # fmt: skip
    assert answer.status_code == 200
    assert now(form).rules[0].tests[0].value == "other"


def test_htmx_gets_the_builder_without_the_page_around(editor: Any, form: Form) -> None:
    address = reverse("form_build", args=[form.pk])
    inside = editor.get(address, headers={"HX-Request": "true"}).content.decode()
    assert inside.lstrip().startswith('<div id="builder"')
    saved = editor.post(
        reverse("form_do", args=[form.pk]),
        {"deed": "save", "partial": "1", "at": "field:name", **panel(editor, form, "field:name", label_de="Ihr Name")},
        headers={"HX-Request": "true"},
    ).content.decode()
    assert 'id="fb-outline"' in saved
    assert "Ihr Name" in saved
    assert 'id="fb-panel"' not in saved


def rows_sent(answer: Any) -> list[str]:
    """The rows of the outline in an answer to htmx."""
    return re.findall(r'<li id="l-([a-z]+-[a-z0-9_]+)"[^>]* hx-swap-oob="true"', answer.content.decode())


def shows(form: Form, at: str, stage: str = "preview") -> dict[str, str]:
    """What a browser says that shows the draft as it is now, with ``at`` chosen."""
    return {"HX-Request": "true", "Builder-Shows": f"{form.draft().revision} {stage} {at}"}


def test_htmx_gets_only_what_is_not_shown_yet(editor: Any, form: Form) -> None:
    address = reverse("form_build", args=[form.pk])
    chosen = editor.get(address, {"at": "field:name"}, headers=shows(form, "field:breed"))
    assert rows_sent(chosen) == ["field-breed", "field-name"]
    assert chosen["HX-Reswap"] == "none show:none"
    sent = chosen.content.decode()
    assert 'id="fb-panel"' in sent
    assert 'data-at="field:name"' in sent
    assert "<iframe" not in sent, "what was typed into the preview would be lost"
    assert "<iframe" in editor.get(address, {"at": "form"}, headers=shows(form, "form", "other")).content.decode()


def test_htmx_gets_the_rows_around_what_moved(editor: Any, form: Form) -> None:
    at = "field:breed_name"
    moved = editor.post(reverse("form_do", args=[form.pk]), {"deed": "up", "at": at}, headers=shows(form, at))
    assert rows_sent(moved) == ["step-dog"]
    added = editor.post(reverse("form_do", args=[form.pk]), {"deed": "add_step", "at": at}, headers=shows(form, at))
    assert rows_sent(added) == []
    assert 'id="fb-outline"' in added.content.decode()


def test_htmx_gets_what_another_editor_changed(editor: Any, form: Form) -> None:
    old = shows(form, "field:name")
    do(editor, form, "save", "field:breed", **panel(editor, form, "field:breed", label_de="Hunderasse"))
    chosen = editor.get(reverse("form_build", args=[form.pk]), {"at": "field:name"}, headers=old)
    assert rows_sent(chosen) == ["field-breed"]
    assert "Hunderasse" in chosen.content.decode()
    DraftState.objects.all().delete()
    whole = editor.get(reverse("form_build", args=[form.pk]), {"at": "field:name"}, headers=old).content.decode()
    assert 'id="fb-outline"' in whole, "what is shown is not known any more"


@pytest.mark.parametrize("shown", ["", "x", "1", "1 preview", "² preview form", "-1 preview form", "99999999999 a b"])
def test_who_shows_nonsense_gets_the_whole_builder(editor: Any, form: Form, shown: str) -> None:
    got = editor.get(
        reverse("form_build", args=[form.pk]), headers={"HX-Request": "true", "Builder-Shows": shown}
    ).content.decode()
    assert got.lstrip().startswith('<div id="builder"')


def test_a_key_changed_while_typing_leads_to_the_field_under_its_new_key(editor: Any, form: Form) -> None:
    values = panel(editor, form, "field:name", new_key="full_name")
    saved = editor.post(
        reverse("form_do", args=[form.pk]),
        {"deed": "save", "partial": "1", "at": "field:name", **values},
        headers=shows(form, "field:name"),
    )
    assert saved["HX-Push-Url"].endswith("at=field%3Afull_name")
    assert '<input type="hidden" name="at" value="field:full_name">' in saved.content.decode()
    assert 'id="fb-panel"' in saved.content.decode()


def test_a_central_group_is_written_into_the_form(editor: Any, form: Form) -> None:
    group = FieldGroup.objects.create(
        key="applicant", title="Antragstellende Person",
        data=[{"key": "name", "type": "text", "label": {"de": "Name"}}, {"key": "mail", "type": "email", "label": {"de": "E-Mail"}}],
    )  # fmt: skip
    do(editor, form, "insert_group", "step:end", group=group.pk)
    assert [item.key for item in now(form).steps[1].fields] == ["applicant_2_name", "applicant_2_mail"]
    do(editor, form, "insert_group", "step:end", group="x")
    assert len(now(form).steps[1].fields) == 2


@pytest.mark.parametrize(
    "at", ["", "nothing", "field:", "field:nope", "rule:x", "step:nope", "form", "field:" + "a" * 400]
)
@pytest.mark.parametrize("view", ["step", "rules", "check", "x"])
def test_no_address_of_the_builder_fails(editor: Any, form: Form, at: str, view: str) -> None:
    assert (
        editor.get(reverse("form_build", args=[form.pk]), {"at": at, "view": view, "replay": "-1"}).status_code == 200
    )


def test_an_unknown_deed_is_not_found(editor: Any, form: Form) -> None:
    assert do(editor, form, "explode").status_code == 404
    assert do(editor, form, "add_field", "step:dog", type="nonsense").status_code == 302
    assert form.draft().revision == 1


def test_a_rule_offers_the_hand_overs_of_the_form(editor: Any, form: Form) -> None:
    HandOverTarget.objects.create(form=form, name="steuerprogramm", back_end="inbox")
    shown = editor.get(reverse("form_build", args=[form.pk]), {"at": "rule:r1"}).content.decode()
    assert '<option value="steuerprogramm">' in shown
