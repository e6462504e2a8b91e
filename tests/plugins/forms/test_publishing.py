"""From draft to version: the prover and the kept tests stand before it, editors see what changed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from wagtail.models import ModelLogEntry

from cms.caching.models import Change
from cms.caching.watching import looked
from plugins.forms.building import groups, proofs, publishing, services
from plugins.forms.definition import edits
from plugins.forms.definition.structure import Effect, Rule, Test, from_json
from plugins.forms.handover.services import save_target
from plugins.forms.models import FieldGroup, Filling, Form, FormCount, FormProof, FormVersion
from search.models import PendingObject
from tests.conftest import client_of, make_user
from tests.plugins.forms.conftest import DOGS

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(begun: Any) -> Form:
    """A form with a draft the prover has nothing against."""
    return begun({**DOGS, "steps": DOGS["steps"][:1]})


def broken(definition: Any) -> Any:
    """Add a rule whose tests never hold together."""
    tests = (Test("breed", "equals", "other"), Test("breed", "equals", "dachshund"))
    return edits.add_rule(definition, Rule("r2", tests, (Effect("block", message={"de": "Nein", "en": "No"}),)))


def change(form: Form, edit: Any) -> None:
    """Change the draft."""
    services.change_draft(version=form.draft(), edit=edit, words="x", by=None)


def act(client: Any, form: Form, deed: str, **values: Any) -> Any:
    """Press a button of the versions."""
    return client.post(reverse("form_versions_do", args=[form.pk]), {"deed": deed, **values})


def test_publishing_keeps_tests_and_the_log(editor: Any, form: Form) -> None:
    assert act(editor, form, "publish", note="Erste Fassung").status_code == 302
    version = form.published()
    assert version is not None
    assert (version.note, form.draft()) == ("Erste Fassung", None)
    assert version.proofs.count() == 2
    assert ModelLogEntry.objects.filter(action="forms.published").count() == 1


def test_without_a_note_nothing_is_published(editor: Any, form: Form) -> None:
    assert act(editor, form, "publish").status_code == 200
    assert form.published() is None


def test_an_error_blocks_and_is_replayed(editor: Any, form: Form) -> None:
    change(form, lambda d: edits.add_rule(d, Rule("r2", (Test("nowhere", "equals", "x"),), (Effect("show", "breed"),))))
    found = proofs.findings(form.draft())
    assert any(one["severity"] == "error" for one in found)
    answer = act(editor, form, "publish", note="x", confirmed="on")
    assert "Fehler" in answer.content.decode()
    assert form.published() is None


def test_warnings_are_confirmed(editor: Any, form: Form) -> None:
    change(form, broken)
    assert {one["severity"] for one in proofs.findings(form.draft())} <= {"error", "warning", "note"}
    severities = {one["severity"] for one in proofs.findings(form.draft())}
    answer = act(editor, form, "publish", note="x")
    assert answer.status_code == 200
    assert form.published() is None
    if "error" not in severities:
        assert act(editor, form, "publish", note="x", confirmed="on").status_code == 302
        assert form.published() is not None


def test_a_finding_with_a_filling_is_shown_as_the_form_looks_then(editor: Any, form: Form) -> None:
    block = Rule(
        "r9", (Test("breed", "equals", "other"),), (Effect("block", message={"de": "Geht nicht", "en": "No"}),)
    )
    change(form, lambda d: edits.add_rule(d, block))
    number = next(one["number"] for one in proofs.findings(form.draft()) if one["replay"])
    shown = editor.get(reverse("form_build", args=[form.pk]), {"view": "check", "replay": number}).content.decode()
    assert 'id="fb-replay"' in shown
    assert "andere" in shown
    assert "Geht nicht" in shown


def test_a_test_that_fails_is_named_and_must_be_accepted(editor: Any, form: Form) -> None:
    act(editor, form, "publish", note="Eins")
    services.open_draft(form=form, by=None)
    assert FormProof.objects.filter(version=form.draft()).count() == 2
    change(form, lambda d: edits.change_field(d, "breed_name", required=True))
    assert len(proofs.failed(form.draft())) == 1
    assert act(editor, form, "publish", note="Zwei").status_code == 200
    editor.post(reverse("form_do", args=[form.pk]), {"deed": "keep_proofs", "at": "form", "view": "check"})
    assert proofs.failed(form.draft()) == []
    assert act(editor, form, "publish", note="Zwei").status_code == 302


def test_the_version_before_becomes_a_former_one_and_fillings_stay_on_it(editor: Any, form: Form) -> None:
    act(editor, form, "publish", note="Eins")
    first = form.published()
    from django.utils import timezone

    filling = Filling.objects.create(version=first, token_hash="a" * 64, expires_at=timezone.now())
    services.open_draft(form=form, by=None)
    change(form, lambda d: edits.delete_field(d, "keeper"))
    act(editor, form, "publish", note="Zwei", confirmed="on")
    filling.refresh_from_db()
    assert filling.version == first
    assert filling.version.state == FormVersion.State.FORMER
    assert filling.version.definition.field("keeper")
    shown = editor.get(reverse("form_versions", args=[form.pk])).content.decode()
    assert "Feld „Halterin“ entfällt" in shown or "Halterin" in shown


def test_a_former_version_becomes_the_draft_again(editor: Any, form: Form) -> None:
    act(editor, form, "publish", note="Eins")
    services.open_draft(form=form, by=None)
    change(form, lambda d: edits.delete_field(d, "keeper"))
    act(editor, form, "publish", note="Zwei", confirmed="on")
    act(editor, form, "draft", number="1")
    assert form.draft().definition.field("keeper")
    assert act(editor, form, "draft", number="99").status_code == 404


def test_withdrawing_leaves_nothing_to_begin(editor: Any, form: Form) -> None:
    act(editor, form, "publish", note="Eins")
    assert act(editor, form, "withdraw").status_code == 302
    assert form.published() is None
    assert form.versions.get().state == FormVersion.State.FORMER


def test_who_may_only_change_does_not_publish(roles: Any, form: Form) -> None:
    from cms.accounts.roles import permissions_named

    person = make_user("bau")
    person.user_permissions.add(*permissions_named(["wagtailadmin.access_admin", "forms.change_form"]))
    client = client_of(person)
    assert client.get(reverse("form_versions", args=[form.pk])).status_code == 200
    assert act(client, form, "publish", note="x").status_code in (302, 403)
    assert form.published() is None
    with pytest.raises(PermissionDenied):
        publishing.publish(version=form.draft(), note="x", by=person)
    with pytest.raises(PermissionDenied):
        publishing.copy_form(form=form, version=form.draft(), by=person)


def test_a_copy_is_not_in_use(editor: Any, form: Form) -> None:
    act(editor, form, "copy")
    twin = Form.objects.exclude(pk=form.pk).get()
    assert (twin.is_active, twin.text("title", "de")) == (False, "Hund anmelden (Kopie)")
    assert twin.draft().data == form.draft().data


def test_an_export_is_imported_again(editor: Any, form: Form) -> None:
    exported = editor.get(reverse("form_export", args=[form.pk, 1]))
    assert exported["Content-Disposition"] == 'attachment; filename="hund-1.json"'
    upload = SimpleUploadedFile("hund.json", exported.content)
    assert editor.post(reverse("form_import"), {"file": upload}).status_code == 302
    twin = Form.objects.exclude(pk=form.pk).get()
    assert twin.draft().data == form.draft().data
    assert twin.text("title", "en") == "Register a dog"
    assert not twin.is_active


@pytest.mark.parametrize("content", [b"", b"nonsense", b"[]", b'{"format": 1, "steps": 3}', b"\xff\xfe", b"[" * 5000,
                                     json.dumps({"format": "mogontia-form/1", "definition": {"format": 9}}).encode(),
                                     b"<a", b"<xdf:stammdatenschema/>"])  # fmt: skip
def test_a_bad_file_is_said(editor: Any, home: Any, content: bytes) -> None:
    answer = editor.post(reverse("form_import"), {"file": SimpleUploadedFile("x.json", content)})
    assert answer.status_code == 200
    assert Form.objects.count() == 0
    assert "errorlist" in answer.content.decode()


def test_statistics_count_the_way(editor: Any, form: Form) -> None:
    from django.utils import timezone

    act(editor, form, "publish", note="Eins")
    version, today = form.published(), timezone.localdate()
    for event, key, number in [("started", "", 10), ("reached", "dog", 10), ("refused", "dog", 3), ("error", "breed", 4),
                               ("finished", "", 6), ("took", "5", 4), ("took", "15", 2)]:  # fmt: skip
        FormCount.objects.create(version=version, day=today, event=event, key=key, number=number)
    context = editor.get(reverse("form_statistics", args=[form.pk])).context
    assert (context["started"], context["finished"], context["share"], context["median"]) == (10, 6, 60, 5)
    assert context["way"][0].more == (4, 3)
    assert context["errors"][0].name == "Rasse"
    assert editor.get(reverse("form_statistics", args=[form.pk]), {"days": "x"}).context["days"] == 30


def test_a_changed_group_names_its_forms_and_is_taken_over(editor: Any, person: Any, form: Form, roles: Any) -> None:
    made = groups.group_of(version=form.draft(), key="keeper", title="Halterin", by=None)
    other = Form(slug="andere")
    other.set_texts({("title", "de"): "Anderes"})
    other.save()
    services.new_draft(form=other, definition=from_json({"format": 1, "languages": ["de", "en"], "steps": [
        {"key": "s", "fields": [{"key": "keeper_2_name", "type": "text", "label": {"de": "Name"}, "required": False,
                                  "settings": {"group": made.key}}]}]}), by=None, words="x")  # fmt: skip
    change(form, lambda d: edits.change_field(d, "name", label={"de": "Voller Name", "en": "Full name"}))
    address = reverse("form_group", args=[made.pk])
    assert "Anderes" in editor.get(address).content.decode()
    asked = editor.post(address, {"title": "Halterin", "source": form.pk})
    assert 'name="take_over"' in asked.content.decode()
    made.refresh_from_db()
    assert made.data[0]["label"]["de"] == "Name"
    editor.post(address, {"title": "Halterin", "source": form.pk, "confirmed": "1", "take_over": [other.pk]})
    made.refresh_from_db()
    assert made.data[0]["label"]["de"] == "Voller Name"
    item = other.draft().definition.field("keeper_2_name")
    assert (item.label["de"], item.required) == ("Voller Name", False)
    staff = client_of(make_user("mitarbeit", roles["staff"]))
    assert staff.get(address).status_code in (302, 403)
    assert FieldGroup.objects.count() == 1


# --- where answers go --------------------------------------------------------------------------------


def found(form: Form, rule: str) -> list[str]:
    """Return the places of the findings of a rule of the prover."""
    return [one["at"] for one in proofs.findings(form.draft()) if one["rule"] == rule]


def test_what_no_target_takes_is_found(form: Form, settings: Any, tmp_path: Any) -> None:
    settings.FORM_DROP_FOLDER = str(tmp_path)
    assert found(form, "unused") == []
    save_target(form=form, name="fach", back_end="folder", options={"folder": "hunde", "fields": "breed_name"})
    # A rule looks at the breed; nobody needs the name.
    assert found(form, "unused") == ["field:name"]
    save_target(form=form, name="eingang", back_end="inbox", options={})
    assert found(form, "unused") == []


def test_a_rule_that_hands_over_to_nothing_is_found(form: Form) -> None:
    rule = Rule("r2", (Test("breed", "equals", "other"),), (Effect("hand_over", "amt"),))
    change(form, lambda definition: edits.add_rule(definition, rule))
    assert found(form, "no_target") == ["rule:r2"]
    target = save_target(form=form, name="amt", back_end="inbox", options={}, use="chosen")
    assert found(form, "no_target") == []
    target.active = False
    target.save()
    assert found(form, "no_target") == ["rule:r2"]


def test_a_kept_test_is_shown_with_its_filling(editor: Any, form: Form) -> None:
    proofs.keep(version=form.draft())
    test = form.draft().proofs.first()
    page = editor.get(reverse("form_build", args=[form.pk]), {"view": "check", "test": test.pk}).content.decode()
    assert 'id="fb-replay"' in page
    filling = re.search(r'name="_answers" value="([^"]+)"', page)
    assert filling
    shown = editor.post(reverse("form_preview", args=[form.pk]), {"_answers": filling[1]}).content.decode()
    assert f'value="{test.filling["breed"]}"' in shown
    assert "checked" in shown


def test_a_changed_draft_leaves_the_page_cache_and_the_search_as_they_are(editor: Any, form: Form) -> None:
    def noted() -> tuple[int, int]:
        looked(connection)
        return Change.objects.count(), PendingObject.objects.count()

    PendingObject.objects.all().delete()
    before = noted()
    change(form, lambda definition: edits.change_field(definition, "name", required=False))
    assert noted() == before
    assert act(editor, form, "publish", note="Erste Fassung").status_code == 302
    changes, pending = noted()
    assert changes > before[0]
    assert pending > before[1]
