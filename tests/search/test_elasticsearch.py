"""Elasticsearch answers like the embedded engine, and never more than it may."""

from __future__ import annotations

import socket
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import models
from django.utils import timezone
from elasticsearch import ApiError

from cms.contracts.search import Entry
from search.backends import ask
from search.backends.elasticsearch import ElasticsearchBackend, memory
from search.elastic import client, rebuild, shipping
from search.elastic.mapping import copy_of, read_alias, write_alias
from search.indexing import project_pending, store
from search.models import SearchEntry, SearchIndex, Shipment
from search.queries import SearchQuery, SearchResults, search, suggest
from search.tasks import ship_soon
from tests.conftest import make_page, make_service, restrict
from tests.search.elastic import elastic, ship
from tests.search.test_search import GERMAN, make_city, make_words

pytestmark = pytest.mark.django_db
__all__ = ["elastic"]


def results(text: str, reader: Any = None, **values: Any) -> SearchResults:
    return search(SearchQuery(text=text, **values), reader=reader)


def find(text: str, reader: Any = None, **values: Any) -> list[str]:
    return [hit.title for hit in results(text, reader, **values).hits]


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded engine must not help out."""

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("the database was asked")

    from search.backends.database import DatabaseBackend

    for name in ("find", "beginning", "similar_words"):
        monkeypatch.setattr(DatabaseBackend, name, refuse)


@pytest.fixture
def city(home: Any, staff_rule: Any, elastic: None) -> None:
    make_city(staff_rule)
    ship()
    memory.clear()


@pytest.fixture
def words(city: None) -> None:
    make_words()
    ship()
    memory.clear()


@pytest.mark.parametrize(("query", "title"), GERMAN)
def test_german_words_are_understood(words: None, no_database: None, query: str, title: str) -> None:
    assert find(query)[0] == title


def test_staff_finds_what_the_public_must_not(city: None, no_database: None, staff_user: Any) -> None:
    assert find("Dienstreise", staff_user) == ["Dienstreise beantragen"]
    found = results("Dienstreise")
    assert (found.hits, found.total, found.facets) == ([], 0, [])
    assert find("Blankovordrucke") == []
    assert find("Blankovordrucke", staff_user) == ["Personalausweis beantragen"]


def test_suggestions_and_corrections_know_only_visible_words(city: None, no_database: None, staff_user: Any) -> None:
    assert suggest("dienst", reader=None) == []
    assert [hit.title for hit in suggest("dienst", reader=staff_user)] == ["Dienstreise beantragen"]
    assert results("Dienstraise").did_you_mean == ""
    assert [hit.title for hit in suggest("mü", reader=None)] == ["Müllgebühren"]


def test_a_restriction_hides_before_elasticsearch_knows(city: None, no_database: None, home: Any, roles: Any) -> None:
    page = make_page(home, "Spargelzeit")
    make_page(page, "Spargelrezepte")
    project_pending(500)
    ship()
    assert find("Spargel") == ["Spargelzeit", "Spargelrezepte"] or set(find("Spargel")) == {
        "Spargelzeit",
        "Spargelrezepte",
    }
    restrict(page, roles["staff"])
    found = results("Spargel")
    assert (found.hits, found.total, found.facets) == ([], 0, [])
    assert suggest("spargel", reader=None) == []


def test_what_is_deleted_is_gone_at_once_and_does_not_come_back(city: None, no_database: None) -> None:
    row = SearchEntry.objects.get(title="Müllgebühren")
    late = (row.pk, row.version, copy_of(row))
    row.delete()
    assert find("Müllgebühren") == []
    ship()
    assert find("Müllgebühren") == []
    shipping.send(write_alias(), [late], refresh=True)
    assert find("Müllgebühren") == []


def test_places_of_the_deleted_are_cleared_when_nothing_late_can_come(city: None) -> None:
    SearchEntry.objects.get(title="Müllgebühren").delete()
    ship()
    assert shipping.purge_tombstones() == 0
    assert shipping.purge_tombstones(timedelta(0)) == 1


def test_of_two_rebuilds_that_begin_at_once_one_goes_on(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    live = SearchIndex.objects.get()
    taken = f"{live.name.rpartition('-')[0]}-2"
    get_or_create = SearchIndex.objects.get_or_create

    def late(**values: Any) -> Any:
        SearchIndex.objects.create(name=taken, schema=live.schema)  # the other was faster
        return get_or_create(**values)

    monkeypatch.setattr(SearchIndex.objects, "get_or_create", late)
    with pytest.raises(rebuild.AlreadyRunning):
        rebuild.rebuild_index()


def test_an_index_of_a_database_that_is_gone_does_not_stand_in_the_way(city: None) -> None:
    SearchIndex.objects.all().delete()  # as after a restored archive
    from search.elastic.mapping import write_alias
    from search.elastic.rebuild import rebuild_index

    index = rebuild_index()
    assert list(client.get_client().indices.get_alias(name=f"{read_alias()},{write_alias()}")) == [index.name]
    assert find("Hund") == ["Hund anmelden"]


def test_an_older_version_that_arrives_late_changes_nothing(city: None, no_database: None) -> None:
    row = SearchEntry.objects.get(title="Hund anmelden")
    late = (row.pk, row.version, copy_of(row))
    row.is_live = False
    SearchEntry.objects.filter(pk=row.pk).update(is_live=False)
    ship()
    shipping.send(write_alias(), [late], refresh=True)
    assert find("Hund") == []


def test_a_change_while_it_is_sent_is_sent_again(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    SearchEntry.objects.filter(title="Müllgebühren").update(boost=2.0)
    send = shipping.send

    def change_meanwhile(*args: Any, **kwargs: Any) -> dict[int, str]:
        SearchEntry.objects.filter(title="Müllgebühren").update(is_live=False)
        return send(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(shipping, "send", change_meanwhile)
        shipping.ship_pending()
    assert Shipment.objects.count() == 1
    ship()
    assert find("Müllgebühren") == []


def test_a_refused_entry_waits_for_a_person_and_stops_no_other(city: None) -> None:
    SearchEntry.objects.filter(title="Müllgebühren").update(analysed='{"boost": "viel"}')
    SearchEntry.objects.filter(title="Hund anmelden").update(boost=1.1)
    shipping.ship_pending()
    row = Shipment.objects.get()
    assert row.attempts == 1
    assert "document_parsing_exception" in row.error
    Shipment.objects.update(attempts=8)
    assert shipping.ship_pending() == 0
    models.QuerySet.update(SearchEntry.objects.filter(title="Müllgebühren"), analysed="{}")  # whatever was wrong
    call_command("search", "retry")
    assert not Shipment.objects.exists()


def test_when_it_is_away_the_database_answers_and_nothing_is_lost(city: None, settings: Any) -> None:
    address = settings.ELASTICSEARCH_URL
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    assert find("Hund") == ["Hund anmelden"]
    assert not client.get_breaker().closed
    SearchEntry.objects.filter(title="Hund anmelden").update(boost=1.1)
    assert shipping.ship_pending() == 0
    assert Shipment.objects.count() == 1
    settings.ELASTICSEARCH_URL = address
    ship()
    assert not Shipment.objects.exists()


def test_who_saves_does_not_wait_for_a_server_that_hangs(city: None, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection, never answers
        settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings.ELASTICSEARCH_TIMEOUT = 0.3
        SearchEntry.objects.filter(title="Hund anmelden").update(boost=1.1)
        began = time.monotonic()
        ship_soon()
        assert time.monotonic() - began < 3
    assert Shipment.objects.count() == 1
    assert find("Hund") == ["Hund anmelden"]


def test_when_much_is_behind_the_database_answers(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.backends.elasticsearch.MAX_BEHIND", 1)
    SearchEntry.objects.all().update(boost=1.0)
    assert find("Hund") == ["Hund anmelden"]


def test_when_the_index_was_deleted_nothing_is_written_elsewhere(city: None) -> None:
    index = SearchIndex.objects.get()
    client.get_client().indices.delete(index=index.name)
    assert find("Hund") == ["Hund anmelden"]
    client.get_breaker().reset()
    SearchEntry.objects.filter(title="Hund anmelden").update(boost=1.1)
    assert shipping.ship_pending() == 0
    client.get_breaker().reset()
    assert not client.get_client().indices.exists(index=index.name)
    assert rebuild.rebuild_index().state == "live"
    client.get_breaker().reset()
    assert ask(lambda one: type(one), name="elasticsearch") is ElasticsearchBackend


def test_a_read_only_index_loses_nothing(city: None) -> None:
    index = SearchIndex.objects.get()
    client.get_client().indices.put_settings(index=index.name, settings={"index.blocks.write": True})
    SearchEntry.objects.filter(title="Hund anmelden").update(is_live=False)
    assert shipping.ship_pending() == 0
    assert find("Hund") == []
    client.get_client().indices.put_settings(index=index.name, settings={"index.blocks.write": False})
    Shipment.objects.update(due_at=timezone.now())  # the pause is over
    ship()
    assert not Shipment.objects.exists()


def test_a_rebuild_goes_on_where_it_stopped_and_misses_nothing(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.elastic.rebuild.READ", 1)
    monkeypatch.setattr("search.elastic.shipping.PORTION", 1)

    class Killed(Exception):
        pass

    def kill(index: SearchIndex) -> None:
        if index.done == 2:
            raise Killed

    with pytest.raises(Killed):
        rebuild.rebuild_index(kill)
    make_service("Inzwischen neu")
    project_pending(500)
    with pytest.raises(rebuild.AlreadyRunning):
        rebuild.rebuild_index()
    SearchIndex.objects.update(leased_until=None)
    seen: list[int] = []
    rebuild.rebuild_index(lambda index: seen.append(index.done))
    assert seen[0] == 3
    assert SearchIndex.objects.count() == 1
    assert find("Inzwischen neu") == ["Inzwischen neu"]
    assert list(rebuild.differences(SearchIndex.objects.get())) == []


def test_the_comparison_finds_and_mends_what_differs(city: None) -> None:
    index = SearchIndex.objects.get()
    first, second = SearchEntry.objects.order_by("pk")[:2]
    client.get_client().delete(index=index.name, id=str(first.pk), refresh=True)
    ghost = (999_999, 5, copy_of(SearchEntry(pk=999_999, title="Gespenst", rule_id=second.rule_id)))
    shipping.send(write_alias(), [ghost], refresh=True)
    assert set(rebuild.differences(index)) == {first.pk, 999_999}
    assert rebuild.repair(index) == 2
    assert list(rebuild.differences(index)) == []


def test_other_code_reads_its_own_index(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    old = read_alias()
    monkeypatch.setattr("search.analysis.analyzer.ANALYSIS_VERSION", 999)
    monkeypatch.setattr("search.elastic.mapping.ANALYSIS_VERSION", 999)
    from search.elastic.mapping import schema

    schema.cache_clear()
    memory.clear()
    try:
        assert find("Hund") == ["Hund anmelden"]  # from the database: no index fits
        rebuild.rebuild_index()
        assert read_alias() != old
        assert client.get_client().indices.exists_alias(name=old)
    finally:
        schema.cache_clear()


def test_pages_of_a_document_fold_into_one_hit(city: None, no_database: None) -> None:
    rule = SearchEntry.objects.get(title="Hund anmelden").rule_id
    store(
        "document",
        "1",
        [
            Entry(language="de", title="Satzung", url=f"/s#page={n}", rule_id=rule, part=str(n), body="Marktstand")
            for n in (1, 2)
        ],
    )
    ship()
    found = results("Marktstand")
    assert (found.total, len(found.hits)) == (1, 1)
    assert found.facets[0].options[0].count == 1


def test_filters_count_everything_but_themselves(city: None, staff_user: Any) -> None:
    for engine in ("elasticsearch", "database"):
        found = search(SearchQuery(text="beantragen", audiences=("internal",)), reader=staff_user, engine=engine)
        assert [hit.title for hit in found.hits] == ["Dienstreise beantragen"]
        counts = {facet.name: {one.value: one.count for one in facet.options} for facet in found.facets}
        assert counts["audience"] == {"internal": 1, "public": 1}
        assert counts["kind"] == {"service": 1}


@pytest.mark.parametrize(
    "text",
    ["x" * 10_000, "\x00\x01", "😀 👩‍👩‍👧", "\u202eabc", "' OR 1=1 --", '"(*:&|!', "und oder", "...", "wort " * 1000],
)
def test_odd_queries_are_answered(city: None, no_database: None, text: str) -> None:
    assert results(text).total >= 0
    assert isinstance(suggest(text, reader=None), list)


def test_both_engines_rank_alike(city: None) -> None:
    for text in ("Personalausweis", "Hund", "Gebühr Müll", "Hund beantragen", "Müllgebühren Hund"):
        answers = [
            [hit.title for hit in search(SearchQuery(text=text), reader=None, engine=engine).hits]
            for engine in ("database", "elasticsearch")
        ]
        assert answers[0] == answers[1]


def test_a_wrong_query_is_an_error_of_ours_not_of_the_reader(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.backends.elasticsearch._counts", lambda scope: {"broken": {"nothing": {}}})
    assert find("Hund") == ["Hund anmelden"]
    with pytest.raises(ApiError):
        client.get_client().search(index=read_alias(), aggs={"broken": {"nothing": {}}})
