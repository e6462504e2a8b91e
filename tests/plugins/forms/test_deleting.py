"""What is deleted, withdrawn or taken out of use while people fill it in."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from plugins.forms.building import publishing, services
from plugins.forms.definition.structure import from_json
from plugins.forms.models import Filling, Form, FormVersion, Submission
from tests.conftest import client_of
from tests.plugins.forms.filled import Person, de, make_form

pytestmark = pytest.mark.django_db
WORD = {
    "format": 1,
    "languages": ["de"],
    "steps": [
        {
            "key": "one",
            "title": de("Ihre Angaben"),
            "fields": [{"key": "word", "type": "text", "label": de("Ein Wort"), "required": True}],
        }
    ],
}
OTHER = {**WORD, "steps": [{**WORD["steps"][0], "key": "two", "fields": []}]}  # type: ignore[index]


@pytest.fixture
def form(home: Any) -> Form:
    return make_form(WORD, slug="kurz")


@pytest.fixture
def boss(editor_user: Any) -> Client:
    editor_user.is_superuser = True
    editor_user.save()
    return client_of(editor_user)


def filled(form: Form) -> Person:
    return Person(form).begin().send({"f-word": "Zwiebel"})


def address(name: str, *args: Any) -> str:
    return reverse(Form.snippet_viewset.get_url_name(name), args=args)  # type: ignore[attr-defined]


def test_a_form_that_people_fill_in_can_not_be_deleted(form: Form, boss: Client) -> None:
    person = filled(form)
    answer = boss.post(address("delete", form.pk), follow=True)
    assert "kann nicht gelöscht werden" in answer.content.decode()
    person.send()
    answer = boss.get(address("delete", form.pk), follow=True)
    assert "Einsendungen: 1" in answer.content.decode()
    assert Submission.objects.get().version.form == form


def test_nor_from_the_list(form: Form, boss: Client) -> None:
    filled(form)
    path = f"{reverse('wagtail_bulk_action', args=['forms', 'form', 'delete'])}?id={form.pk}"
    assert "kann nicht gelöscht werden" in boss.post(path, follow=True).content.decode()
    assert Form.objects.filter(pk=form.pk).exists()


def test_a_form_that_nobody_has_begun_can(form: Form, boss: Client) -> None:
    services.open_draft(form=form, by=None)
    assert "gelöscht" in boss.post(address("delete", form.pk), follow=True).content.decode()
    assert not Form.objects.exists()
    assert Client().get("/formulare/kurz/").status_code == 404
    assert Client().post("/formulare/kurz/anfangen/").status_code == 404
    for name in ("form_build", "form_versions", "form_statistics", "form_targets"):
        assert boss.get(reverse(name, args=[form.pk])).status_code == 404
    assert boss.post(reverse("form_do", args=[form.pk]), {"deed": "save", "at": "form"}).status_code == 404


def test_the_database_keeps_the_version_of_a_filling(form: Form) -> None:
    filled(form)
    with pytest.raises(ProtectedError):
        form.versions.get().delete()


@pytest.mark.parametrize("way", ["withdrawn", "replaced"])
def test_a_version_that_is_gone_is_filled_in_to_the_end(form: Form, way: str) -> None:
    person = filled(form)
    begun = Person(form).begin()
    if way == "replaced":
        draft = services.new_draft(form=form, definition=from_json(OTHER), by=None, words="")
        FormVersion.objects.filter(pk=form.published().pk).update(state=FormVersion.State.FORMER)  # type: ignore[union-attr]
        FormVersion.objects.filter(pk=draft.pk).update(state=FormVersion.State.PUBLISHED)
    else:
        publishing.withdraw(form=form, by=None)
    assert person.send().answer.status_code == 200
    begun.send({"f-word": "Lauch"}).send()
    assert [row.answers for row in Submission.objects.order_by("pk")] == [{"word": "Zwiebel"}, {"word": "Lauch"}]


def test_a_form_out_of_use_says_so_and_keeps_what_was_filled_in(form: Form) -> None:
    person, begun = filled(form), Person(form).begin()
    Form.objects.update(is_active=False)
    person.send()
    assert "geschlossen" in person.text
    assert "Zwiebel" in person.text
    assert "Lauch" in begun.send({"f-word": "Lauch"}).text
    assert not Submission.objects.exists()
    assert Client().post("/formulare/kurz/anfangen/").status_code == 404
    Form.objects.update(is_active=True)
    person.send()
    assert Submission.objects.get().answers == {"word": "Zwiebel"}


@pytest.mark.parametrize("key", ["two", "gone", "x" * 300])
def test_a_step_that_is_not_there(form: Form, key: str) -> None:
    person = filled(form)
    path = f"/formulare/ausfuellen/{person.token}/schritt/{key}/"
    assert person.client.get(path).status_code == 302
    assert person.client.post(path, {"f-word": "Lauch"}).status_code == 404
    assert Filling.objects.get().state == "open"
