"""Synonyms belong to the query: they count at once, show nobody more than before, and rank below what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from search.demo import load
from search.indexing import project_pending
from search.models import Synonym
from search.queries import SearchQuery, search
from tests.conftest import client_of, make_service

pytestmark = pytest.mark.django_db


def found(text: str, reader: Any = None) -> list[str]:
    project_pending()
    return [hit.title for hit in search(SearchQuery(text=text), reader=reader).hits]


@pytest.fixture
def services(roles: Any) -> None:
    make_service("Kindertagesstätte finden")
    make_service("Bibliothek besuchen")


def test_another_word_for_it_finds_it_at_once(services: None) -> None:
    assert found("Kiga") == []
    row = Synonym.objects.create(words="Kindertagesstätte, Kiga")
    assert found("Kiga") == ["Kindertagesstätte finden"]
    row.delete()
    assert found("Kiga") == []


def test_both_ways_or_only_from_the_first(services: None) -> None:
    make_service("Lesesaal mieten")
    row = Synonym.objects.create(words="Lesesaal, Bibliothek", one_way=True)
    assert set(found("Lesesaal")) == {"Lesesaal mieten", "Bibliothek besuchen"}
    assert found("Bibliothek") == ["Bibliothek besuchen"]
    row.one_way = False
    row.save()
    assert set(found("Bibliothek")) == {"Lesesaal mieten", "Bibliothek besuchen"}


def test_what_was_typed_stands_above_what_was_meant(services: None) -> None:
    make_service("Bücherei am Dom")
    Synonym.objects.create(words="Bücherei, Bibliothek")
    assert found("Bücherei") == ["Bücherei am Dom", "Bibliothek besuchen"]
    assert found("Bibliothek") == ["Bibliothek besuchen", "Bücherei am Dom"]


def test_several_words_together(services: None) -> None:
    Synonym.objects.create(words="Ort zum Lesen, Bibliothek")
    assert found("ort zum lesen") == ["Bibliothek besuchen"]
    assert found("Ort") == []


def test_a_synonym_that_is_off_or_of_another_language_does_nothing(services: None) -> None:
    Synonym.objects.create(words="Kiga, Kindertagesstätte", is_active=False)
    assert found("Kiga") == []


def test_nobody_finds_more_than_they_may_see(services: None, staff_rule: Any, staff_user: Any) -> None:
    make_service("Geheimbibliothek führen", access_rule=staff_rule)
    Synonym.objects.create(words="Bücherturm, Geheimbibliothek")
    assert "Geheimbibliothek führen" not in found("Bücherturm")
    assert "Geheimbibliothek führen" in found("Bücherturm", staff_user)


@pytest.mark.parametrize("words", ["", "eins", "eins, eins", ",,,", "ein Wort, drei vier fünf sechs"])
def test_nonsense_is_refused(words: str) -> None:
    with pytest.raises(ValidationError):
        Synonym(words=words).full_clean()


def test_editors_keep_them_in_the_admin(home: Any, editor_user: Any, staff_user: Any) -> None:
    path = reverse("wagtailsnippets_search_synonym:add")
    values = {"words": "Perso, Personalausweis", "language": "de", "is_active": "on"}
    assert client_of(staff_user).post(path, values).status_code in (302, 403)
    assert not Synonym.objects.exists()
    client = client_of(editor_user)
    assert client.post(path, {**values, "words": "Perso"}).status_code == 200
    assert client.post(path, values).status_code == 302
    assert Synonym.objects.get().phrases() == ["Perso", "Personalausweis"]


def test_the_demos_words_come_once() -> None:
    load({"synonyms": ["a, b"], "abbreviations": ["c, d"]}, lambda line: None)
    Synonym.objects.filter(words="a, b").delete()
    load({"synonyms": ["a, b"]}, lambda line: None)
    assert [row.words for row in Synonym.objects.all()] == ["c, d"]
    assert Synonym.objects.get().one_way


def test_all_words_we_ship_are_valid() -> None:
    from cms.operations.demo import read_fixture

    data = read_fixture("search")
    for words in [*data["synonyms"], *data["abbreviations"]]:
        Synonym(words=words).full_clean()
