"""The preview of a draft: the citizens' pages with rules that work, and nothing stored."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from benchmarks.forms_defects import planted
from plugins.forms.building import services
from plugins.forms.building.carried import packed
from plugins.forms.models import FieldGroup, Filling, Form, FormCount, Submission
from tests.conftest import client_of, make_user
from tests.plugins.forms.conftest import DOGS

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(begun: Any) -> Form:
    """A form with a draft: a step with a rule, one with a group and a file."""
    pups = {"key": "pups", "type": "group", "label": {"de": "Welpe", "en": "Puppy"}, "fields": [
        {"key": "pup", "type": "text", "label": {"de": "Rufname", "en": "Called"}},
    ]}  # fmt: skip
    pass_ = {"key": "pass", "type": "file", "label": {"de": "Impfpass", "en": "Pass"}, "required": True}
    return begun({**DOGS, "steps": [DOGS["steps"][0], {**DOGS["steps"][1], "fields": [pups, pass_]}]})


class Visit:
    """Whoever looks at the preview: presses buttons with what the page holds."""

    def __init__(self, client: Any, form: Form) -> None:
        self.client, self.address, self.text = client, reverse("form_preview", args=[form.pk]), ""

    def open(self, **query: str) -> str:
        return self._read(self.client.get(self.address, query))

    def press(self, go: str = "", **typed: Any) -> str:
        names = ("_answers", "_shown", "_rows-pups")
        held = {name: self._held(name) for name in names if f'name="{name}"' in self.text}
        action = re.search(r'action="([^"]*preview[^"]*)"', self.text)
        assert action
        values = {**held, **({"_go": go} if go else {}), **typed}
        return self._read(self.client.post(action[1].replace("&amp;", "&"), values))

    def _held(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found
        return found[1]

    def _read(self, answer: Any) -> str:
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        self.text = answer.content.decode()
        return self.text


@pytest.fixture
def visit(editor: Any, form: Form) -> Visit:
    """The editor before the preview."""
    return Visit(editor, form)


def test_it_is_the_page_of_citizens(visit: Visit) -> None:
    page = visit.open(at="field:breed")
    assert 'data-theme="' in page
    assert "forms/step.css" not in page
    assert 'name="f-breed"' in page
    assert "Schritt 1 von 2" in page
    assert 'name="f-breed_name"' not in page


def test_rules_work_on_what_is_typed(visit: Visit) -> None:
    visit.open()
    assert "Welche Rasse?" in visit.press("refresh", **{"f-breed": "other"})
    assert "Bitte" in visit.press("next", **{"f-breed": "other"})
    page = visit.press("next", **{"f-breed": "other", "f-breed_name": "Mops", "f-name": "Erika"})
    assert "Schritt 2 von 2" in page


def test_to_the_end_and_nothing_is_stored(visit: Visit) -> None:
    visit.open()
    visit.press("next", **{"f-breed": "dachshund", "f-name": "Erika Beispiel"})
    assert 'name="f-pups-1-pup"' in visit.press("add:pups", **{"f-pups-0-pup": "Bello"})
    page = visit.press("remove:pups-0", **{"f-pups-0-pup": "Bello", "f-pups-1-pup": "Waldi"})
    assert "Waldi" in page
    assert "Bello" not in page
    upload = SimpleUploadedFile("pass.pdf", b"%PDF-1.4", "application/pdf")
    page = visit.press("next", **{"f-pups-0-pup": "Waldi", "f-pass": upload})
    assert "Prüfen und absenden" in page
    for text in ("Erika Beispiel", "Waldi", "pass.pdf", "Dackel"):
        assert text in page
    assert "Nichts wurde gesendet" in visit.press()
    assert "Erika Beispiel" in visit.press("at:step:dog")
    for model in (Filling, Submission, FormCount):
        assert not model.objects.exists()


def test_what_rules_hide_is_named_and_can_be_shown(visit: Visit) -> None:
    page = visit.open(at="field:breed_name")
    assert "wird bei diesen Antworten nicht gefragt" in page
    page = visit.press("", _to_all="1")
    assert 'name="f-breed_name"' in page


def test_in_all_languages(visit: Visit) -> None:
    visit.open()
    page = visit.press("", _to_language="en", **{"f-name": "Erika"})
    assert "Step 1 of 2" in page
    assert "Which breed" not in page
    assert "The dog" in page
    assert 'value="Erika"' in page


def test_an_answer_to_what_has_another_type_now_is_dropped(visit: Visit, form: Form) -> None:
    visit.open()
    visit.text = visit.text.replace(visit._held("_answers"), packed({"breed": ["x"], "name": 7, "pups": "y"}))
    assert "Schritt 1 von 2" in visit.press("at:step:dog")
    visit.text = visit.text.replace(visit._held("_answers"), "made-up")
    assert "Schritt 2 von 2" in visit.press("at:step:end")


def test_forms_with_any_defect_can_be_looked_at(visit: Visit, form: Form) -> None:
    for case in planted():
        services.new_draft(form=form, definition=case.definition, by=None, words="x")
        for step in case.definition.steps:
            visit.open(at=f"step:{step.key}", all="1")
            visit.press("next")
        visit.press("at:form")
        visit.press()


def test_only_whoever_builds_the_form_sees_it(form: Form, roles: Any, home: Any, client: Any) -> None:
    address = reverse("form_preview", args=[form.pk])
    assert client.get(address).status_code == 302
    other = make_user("andere")
    assert client_of(other).get(address).status_code in (302, 403)
    group = FieldGroup.objects.create(key="g", title="G", data=[])
    assert client_of(other).get(reverse("form_group_preview", args=[group.pk])).status_code in (302, 403)


def test_a_field_group_as_citizens_see_it(editor: Any, home: Any) -> None:
    data = [{"key": "name", "type": "text", "label": {"de": "Ihr Name"}}]
    group = FieldGroup.objects.create(key="person", title="Person", data=data)
    page = editor.get(reverse("form_group_preview", args=[group.pk])).content.decode()
    assert "Ihr Name" in page
    assert 'name="f-name"' in page
