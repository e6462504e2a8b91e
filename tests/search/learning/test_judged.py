"""Judged queries, and what a synonym would do to them before it is stored."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from search.indexing import project_pending
from search.learning.judged import effect_of, measure
from search.models import JudgedQuery, SearchEntry, Synonym
from search.queries import SearchQuery, search
from tests.conftest import client_of, make_service
from tests.search.learning.conftest import asked

pytestmark = pytest.mark.django_db


def judge(text: str, title: str) -> JudgedQuery:
    entry = SearchEntry.objects.get(title=title, language="de")
    return JudgedQuery.objects.create(
        text=text, expected=[{"kind": entry.kind, "id": entry.object_id, "title": entry.title}]
    )


@pytest.fixture
def services(home: Any) -> None:
    make_service("Kindertagesstätte finden")
    make_service("Lesesaal mieten")
    project_pending()


def test_each_place_is_noted_and_the_one_before(services: None) -> None:
    found, missed = judge("Kindertagesstätte", "Kindertagesstätte finden"), judge("Kiga", "Kindertagesstätte finden")
    assert measure() == {"mrr": 0.5, "found": 0.5, "queries": 2.0}
    Synonym.objects.create(words="Kindertagesstätte, Kiga")
    assert measure()["mrr"] == 1.0
    found.refresh_from_db()
    missed.refresh_from_db()
    assert (found.rank, missed.rank, missed.rank_before) == (1, 1, 0)


def test_a_new_synonym_shows_who_wins_and_stores_nothing(services: None) -> None:
    judge("Kiga", "Kindertagesstätte finden")
    effect = effect_of(Synonym(words="Kindertagesstätte, Kiga", language="de"))
    (change,) = effect.changes
    assert (change.text, change.rank_before, change.rank_after, change.verdict) == ("Kiga", 0, 1, "better")
    assert (change.total_before, change.total_after) == (0, 1)
    assert not Synonym.objects.exists()
    assert search(SearchQuery(text="Kiga"), reader=None).total == 0


def test_switching_off_and_other_words_show_who_loses(services: None) -> None:
    judge("Kiga", "Kindertagesstätte finden")
    synonym = Synonym.objects.create(words="Kindertagesstätte, Kiga")
    synonym.is_active = False
    assert [change.verdict for change in effect_of(synonym).changes] == ["worse"]
    synonym.is_active, synonym.words = True, "Lesesaal, Kiga"
    assert [change.verdict for change in effect_of(synonym).changes] == ["worse"]


def test_queries_many_asked_are_tried_though_nobody_judged_them(services: None) -> None:
    asked("kiga")
    (change,) = effect_of(Synonym(words="Kindertagesstätte, Kiga", language="de")).changes
    assert (change.verdict, change.first_before, change.first_after) == ("changed", "", "Kindertagesstätte finden")


def test_the_button_shows_the_effect_and_keeps_what_was_typed(services: None, editor_user: Any) -> None:
    judge("Kiga", "Kindertagesstätte finden")
    editor = client_of(editor_user)
    add = reverse("wagtailsnippets_search_synonym:add")
    typed = {"words": "Kindertagesstätte, Kiga", "language": "de", "is_active": "on"}
    page = editor.post(add, {**typed, "effect": "1"})
    assert page.status_code == 200
    assert page.context["effect"].changes[0].verdict == "better"
    assert "Kindertagesstätte, Kiga" in page.content.decode()
    assert not Synonym.objects.exists()
    assert editor.post(add, typed).status_code == 302
    synonym = Synonym.objects.get()
    edit = reverse("wagtailsnippets_search_synonym:edit", args=[synonym.pk])
    page = editor.post(edit, {"words": "Kindertagesstätte, Kiga", "language": "de", "effect": "1"})  # switched off
    assert page.context["effect"].changes[0].verdict == "worse"
    synonym.refresh_from_db()
    assert synonym.is_active
    wrong = editor.post(add, {"words": "allein", "language": "de", "effect": "1"})
    assert wrong.status_code == 200
    assert "effect" not in wrong.context or not wrong.context["effect"]


def test_deleting_shows_who_loses_with_the_question(services: None, editor_user: Any) -> None:
    judge("Kiga", "Kindertagesstätte finden")
    synonym = Synonym.objects.create(words="Kindertagesstätte, Kiga")
    page = client_of(editor_user).get(reverse("wagtailsnippets_search_synonym:delete", args=[synonym.pk]))
    assert page.status_code == 200
    assert "Kiga" in page.content.decode()
    assert Synonym.objects.exists()


def test_expected_results_are_named_by_title(services: None, editor_user: Any) -> None:
    editor = client_of(editor_user)
    add = reverse("wagtailsnippets_search_judgedquery:add")
    data = {"text": "Kiga", "language": "de", "is_active": "on"}
    wrong = editor.post(add, {**data, "records": "Kindertagesstätte finden\nGibt es nicht"})
    assert wrong.status_code == 200
    assert "Gibt es nicht" in wrong.content.decode()
    assert not JudgedQuery.objects.exists()
    assert editor.post(add, {**data, "records": "kindertagesstätte finden"}).status_code == 302
    assert JudgedQuery.objects.get().expected[0]["title"] == "Kindertagesstätte finden"
