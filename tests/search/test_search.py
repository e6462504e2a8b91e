"""What is found, and by whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from cms.contracts.search import Entry
from search.indexing import project_pending, rebuild, store
from search.models import PendingObject, SearchEntry
from search.queries import SearchQuery, search, suggest
from tests.conftest import make_page, make_service, make_unit, restrict

pytestmark = pytest.mark.django_db


#: What somebody types, and what must come first.
GERMAN = [
    ("Personalausweis", "Personalausweis beantragen"),
    ("perso", "Personalausweis beantragen"),
    ("Hundesteueranmeldung", "Hund anmelden"),
    ("Hunde", "Hund anmelden"),
    ("Muellgebuehr", "Müllgebühren"),
    ("Gebühr Müll", "Müllgebühren"),
    ("Personalausweiss", "Personalausweis beantragen"),
    ("Hundehalterinnen", "Leinenpflicht für Hundehalter:innen"),
    ("Hundehalter", "Leinenpflicht für Hundehalter:innen"),
    ("änderungen", "Adresse ändern"),
    ("12.34", "Aktenplan 12.34"),
    ("1234", "Aktenplan 12.34"),
    ("§ 29", "Gaststätten nach § 29"),
    ("06131 120033", "Bürgeramt"),
    ("wie kann ich meinen Hund anmelden", "Hund anmelden"),
]


def find(text: str, reader: Any = None, **values: Any) -> list[str]:
    return [hit.title for hit in search(SearchQuery(text=text, **values), reader=reader).hits]


def make_city(staff_rule: Any) -> None:
    """Create a few services, one of them internal."""
    make_service(texts={"keywords": "Perso", "staff_note": "<p>Blankovordrucke</p>"})
    make_service("Hund anmelden", texts={"body": "<p>Für jeden Hund zahlen Sie Hundesteuer.</p>"})
    make_service("Müllgebühren", slug="muell")
    make_service("Dienstreise beantragen", access_rule=staff_rule)
    project_pending(500)


def make_words() -> None:
    """Create what else the words of GERMAN must find."""
    make_unit()
    make_service("Leinenpflicht für Hundehalter:innen", slug="leinen")
    make_service("Adresse ändern", slug="adresse")
    make_service("Aktenplan 12.34", slug="aktenplan", texts={"body": "<p>Geduld und notieren</p>"})
    make_service("Gaststätten nach § 29", slug="gast")
    project_pending(500)


@pytest.fixture
def indexed(home: Any, staff_rule: Any) -> None:
    make_city(staff_rule)
    make_words()


@pytest.mark.parametrize(("query", "title"), GERMAN)
def test_german_words_are_understood(indexed: None, query: str, title: str) -> None:
    assert find(query)[0] == title


def test_a_word_inside_another_is_no_part_of_it(indexed: None) -> None:
    assert find("Tier") == []


def test_a_misspelt_word_is_corrected_even_when_something_else_was_found(indexed: None) -> None:
    found = search(SearchQuery(text="Müllgebüren Hund"), reader=None)
    assert found.total
    assert found.did_you_mean == "Müllgebühren Hund"


def test_staff_finds_what_the_public_must_not(indexed: None, staff_user: Any) -> None:
    assert find("Dienstreise", staff_user) == ["Dienstreise beantragen"]
    found = search(SearchQuery(text="Dienstreise"), reader=None)
    assert (found.hits, found.total, found.facets) == ([], 0, [])


def test_words_of_internal_notes_are_not_searched_for_the_public(indexed: None, staff_user: Any) -> None:
    assert find("Blankovordrucke") == []
    assert find("Blankovordrucke", staff_user) == ["Personalausweis beantragen"]


def test_suggestions_and_corrections_know_only_visible_words(indexed: None, staff_user: Any) -> None:
    assert suggest("dienst", reader=None) == []
    assert [hit.title for hit in suggest("dienst", reader=staff_user)] == ["Dienstreise beantragen"]
    assert search(SearchQuery(text="Dienstraise"), reader=None).did_you_mean == ""
    assert [hit.title for hit in suggest("mü", reader=None)] == ["Müllgebühren"]


def test_an_office_is_suggested_before_the_services_it_is_responsible_for(home: Any) -> None:
    unit = make_unit("Kfz-Zulassungsstelle")
    for number in range(10):
        make_service(f"Vorgang {number} beantragen", slug=f"vorgang-{number}", unit=unit)
    project_pending(500)
    assert suggest("zulass", reader=None)[0].title == "Kfz-Zulassungsstelle"


def test_highlights_are_escaped(home: Any) -> None:
    make_service(texts={"body": "<p>Ausweis &lt;img src=x&gt; im Format</p>"})
    project_pending(500)
    hit = search(SearchQuery(text="Format"), reader=None).hits[0]
    assert "<mark>Format</mark>" in hit.highlight
    assert "<img" not in hit.highlight


def test_a_restriction_hides_before_anything_is_built_again(home: Any, roles: Any) -> None:
    page = make_page(home, "Spargelzeit")
    project_pending(500)
    assert find("Spargelzeit") == ["Spargelzeit"]
    restrict(page, roles["staff"])
    assert find("Spargelzeit") == []


def test_unpublishing_hides_at_once(indexed: None) -> None:
    from plugins.services.models import Service

    Service.objects.get(slug="muell").unpublish()
    assert find("Müllgebühren") == []


def test_a_saved_draft_changes_nothing(indexed: None) -> None:
    from plugins.services.models import Service

    service = Service.objects.get(slug="muell")
    service.set_texts({("title", "de"): "Geheimer Entwurf"})
    service.save_revision()
    project_pending(500)
    assert find("Geheimer Entwurf") == []
    assert find("Müllgebühren") == ["Müllgebühren"]


def test_a_renamed_unit_is_found_at_its_services(home: Any) -> None:
    unit = make_unit("Altes Amt")
    make_service(unit=unit)
    project_pending(500)
    unit.set_texts({("name", "de"): "Quetschkommode"})
    unit.save()
    project_pending(500)
    assert "Personalausweis beantragen" in find("Quetschkommode")


@pytest.mark.django_db(transaction=True)
def test_a_change_is_found_right_after_its_commit_and_a_rollback_leaves_nothing(home: Any) -> None:
    with transaction.atomic():
        make_service("Weinprobe anmelden")
    assert find("Weinprobe") == ["Weinprobe anmelden"]
    with pytest.raises(RuntimeError), transaction.atomic():
        make_service("Rolle rückwärts")
        raise RuntimeError
    assert not PendingObject.objects.exists()
    assert find("rückwärts") == []


def test_one_failing_record_is_kept_and_stops_no_other(home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from plugins.services.search import ServiceDocument

    make_service("Gut")
    make_service("Schlecht")
    entries = ServiceDocument.entries

    def broken(self: Any, obj: Any) -> Any:
        if obj.slug == "schlecht":
            raise ValueError("kaputt")
        return entries(self, obj)

    monkeypatch.setattr(ServiceDocument, "entries", broken)
    project_pending(500)
    assert find("Gut") == ["Gut"]
    assert "kaputt" in PendingObject.objects.get().last_error


def test_a_rebuild_repairs_and_removes(indexed: None) -> None:
    SearchEntry.objects.filter(title="Müllgebühren").delete()
    store(
        "service",
        "999999",
        [Entry(language="de", title="Gespenst", url="/", rule_id=SearchEntry.objects.first().rule_id)],
    )
    rebuild(["service"])
    assert find("Müllgebühren") == ["Müllgebühren"]
    assert find("Gespenst") == []


def test_pages_of_a_document_fold_into_one_hit(home: Any) -> None:
    from cms.access.models import AccessRule

    rule = AccessRule.objects.public().pk
    store(
        "document",
        "1",
        [
            Entry(language="de", title="Satzung", url=f"/s#page={n}", rule_id=rule, part=str(n), body="Marktstand")
            for n in (1, 2)
        ],
    )
    found = search(SearchQuery(text="Marktstand"), reader=None)
    assert found.total == 1


def test_the_page_shows_counts_and_costs_few_queries(
    client: Any, indexed: None, django_assert_max_num_queries: Any
) -> None:
    client.get("/suche/?q=Hund")
    with django_assert_max_num_queries(20):
        body = client.get("/suche/?q=Hund").content.decode()
    assert "Hund anmelden" in body
    assert "kind=service" in body


def test_the_worker_tries_again_what_failed(home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from plugins.services.search import ServiceDocument
    from search.tasks import project_all

    make_service("Wieder gut")
    with monkeypatch.context() as patch:
        patch.setattr(ServiceDocument, "entries", lambda self, obj: 1 / 0)
        project_pending(500)
    assert find("Wieder gut") == []
    project_all.func()
    assert find("Wieder gut") == ["Wieder gut"]
    assert not PendingObject.objects.exists()


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "\x00\x01", "😀 👩‍👩‍👧", "\u202eabc", "' OR 1=1 --", '"(*:&|!', "und oder", "...", "\ud800"]
)
def test_odd_queries_are_answered_by_search_and_suggestions(indexed: None, text: str) -> None:
    assert search(SearchQuery(text=text), reader=None).total >= 0
    assert isinstance(suggest(text, reader=None), list)
