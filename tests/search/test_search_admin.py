"""The search in the admin: what editors type is understood and kept, nobody learns of what they may not see."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from django_tasks_db.models import DBTaskResult

from cms.access.models import AccessRule
from search import dashboard
from search.elastic import client
from search.indexing import project_pending
from search.learning import related
from search.models import BestBet, JudgedQuery, PendingObject, SearchEntry, SearchIndex, SearchTodo, Shipment, Synonym
from search.models.shipping import MAX_ATTEMPTS
from search.queries import SearchQuery, search
from tests.conftest import client_of, make_page, make_service, make_user
from tests.search.learning.conftest import asked

pytestmark = pytest.mark.django_db
OPERATING, OPERATE = "search_operating", "operate_search"


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    related.forget()
    yield
    related.forget()


@pytest.fixture
def services(home: Any, engine: Any) -> Any:
    """Some services, findable on both engines; returns what makes further ones findable."""
    make_service("Kindertagesstätte finden")
    make_service("Lesesaal mieten")
    engine()
    return engine


@pytest.fixture
def editor(editor_user: Any) -> Any:
    return client_of(editor_user)


@pytest.fixture
def operator(roles: Any) -> Any:
    return client_of(make_user("technik", is_superuser=True, is_staff=True))


def judge(text: str, title: str) -> JudgedQuery:
    entry = SearchEntry.objects.get(title=title, language="de")
    expected = [{"kind": entry.kind, "id": entry.object_id, "title": title}]
    return JudgedQuery.objects.create(text=text, expected=expected)


def add(model: str) -> str:
    return reverse(f"wagtailsnippets_search_{model}:add")


def edit(row: Any) -> str:
    return reverse(f"wagtailsnippets_search_{row._meta.model_name}:edit", args=[row.pk])


def errors(page: Any, name: str) -> str:
    """Return the errors that the page shows beside a field."""
    assert page.status_code == 200
    found = page.context["form"].errors.get(name, [])
    assert all(escape(part) in page.content.decode() for part in found)
    return " ".join(found)


def found_by_public(text: str) -> list[str]:
    return [hit.title for hit in search(SearchQuery(text=text), reader=None).hits]


SYNONYM = {"words": "Kindertagesstätte, Kiga", "language": "de", "is_active": "on"}


# The effect of a synonym


def test_adding_one_shows_winners_and_losers_and_stores_nothing(services: Any, editor: Any) -> None:
    make_service("Kindergarten Kiga")
    services()
    judge("Kiga", "Kindertagesstätte finden")
    before = found_by_public("Kiga")
    page = editor.post(add("synonym"), {**SYNONYM, "effect": "1"})
    verdicts = {change.text: change.verdict for change in page.context["effect"].changes}
    assert verdicts["Kiga"] == "better"
    assert "Kindertagesstätte, Kiga</textarea>" in page.content.decode()
    assert not Synonym.objects.exists()
    assert found_by_public("Kiga") == before  # nothing proposed is left behind


@pytest.mark.parametrize("words", ["", "allein", "Kiga, kiga"])
def test_the_effect_of_a_bad_synonym_is_its_errors(home: Any, editor: Any, words: str) -> None:
    page = editor.post(add("synonym"), {**SYNONYM, "words": words, "effect": "1"})
    assert errors(page, "words")
    assert "effect" not in page.context
    assert words in page.content.decode()


def test_changing_one_shows_the_effect_of_the_change_only(services: Any, editor: Any) -> None:
    judge("Kiga", "Kindertagesstätte finden")
    judge("Hort", "Kindertagesstätte finden")
    synonym = Synonym.objects.create(words="Kindertagesstätte, Kiga")
    page = editor.post(edit(synonym), {**SYNONYM, "words": "Kindertagesstätte, Hort", "effect": "1"})
    assert [(change.text, change.verdict) for change in page.context["effect"].changes] == [
        ("Kiga", "worse"),
        ("Hort", "better"),
    ]
    assert "Kindertagesstätte, Hort</textarea>" in page.content.decode()
    synonym.refresh_from_db()
    assert synonym.words == "Kindertagesstätte, Kiga"


def test_deleting_one_shows_who_loses_before_it_is_gone(services: Any, editor: Any) -> None:
    judge("Kiga", "Kindertagesstätte finden")
    synonym = Synonym.objects.create(words="Kindertagesstätte, Kiga")
    url = reverse("wagtailsnippets_search_synonym:delete", args=[synonym.pk])
    page = editor.get(url)
    assert [(change.text, change.verdict) for change in page.context["effect"].changes] == [("Kiga", "worse")]
    assert Synonym.objects.get().is_active
    assert editor.post(url).status_code == 302
    assert not Synonym.objects.exists()


def test_the_effect_tells_nothing_of_what_is_internal(services: Any, editor: Any, staff_rule: Any) -> None:
    make_service("Winkelhakenstube", access_rule=staff_rule)
    services()
    judge("Kiga", "Winkelhakenstube")
    page = editor.post(add("synonym"), {**SYNONYM, "words": "Winkelhakenstube, Kiga", "effect": "1"})
    assert page.context["effect"].changes == []  # the public's results count


# Best bets and judged queries: records named by title or address

BET = {"words": "Betreuung", "effect": "first", "position": "1", "language": "de", "is_active": "on"}
JUDGED = {"text": "Betreuung", "language": "de", "is_active": "on"}


@pytest.mark.parametrize(
    "named",
    [
        "Kindertagesstätte finden",
        "  kindertagesstaette FINDEN ",
        "{url}",
        "https://mainz.example{url}?a=b",
    ],
)
def test_a_record_is_named_by_title_or_address(services: Any, editor: Any, named: str) -> None:
    entry = SearchEntry.objects.get(title="Kindertagesstätte finden")
    named = named.format(url=entry.url)
    assert editor.post(add("bestbet"), {**BET, "record": named}).status_code == 302
    bet = BestBet.objects.get()
    assert (bet.kind, bet.object_id, bet.title) == (entry.kind, entry.object_id, entry.title)
    assert editor.post(add("judgedquery"), {**JUDGED, "records": named}).status_code == 302
    assert JudgedQuery.objects.get().pairs() == [(entry.kind, entry.object_id)]


def test_of_several_with_one_name_the_addresses_are_named(services: Any, editor: Any) -> None:
    for slug in ("eins", "zwei"):
        make_service("Trauzimmer", slug=slug)
    services()
    urls = sorted(SearchEntry.objects.filter(title="Trauzimmer").values_list("url", flat=True))
    for page, name in (
        (editor.post(add("bestbet"), {**BET, "record": "Trauzimmer"}), "record"),
        (editor.post(add("judgedquery"), {**JUDGED, "records": "Trauzimmer"}), "records"),
    ):
        found = errors(page, name)
        assert all(url in found for url in urls)
        assert "Trauzimmer" in page.content.decode()
    assert editor.post(add("judgedquery"), {**JUDGED, "records": "\n".join(urls)}).status_code == 302
    row = JudgedQuery.objects.get()
    assert len(row.pairs()) == 2
    # Saved again as it is shown, nothing is lost.
    shown = editor.get(edit(row)).context["form"]["records"].value()
    assert editor.post(edit(row), {**JUDGED, "records": shown}).status_code == 302
    row.refresh_from_db()
    assert len(row.pairs()) == 2


def test_what_is_not_found_names_similar_ones_and_stays(services: Any, editor: Any) -> None:
    page = editor.post(add("bestbet"), {**BET, "record": "Kindertagesstätte suchen"})
    assert "Kindertagesstätte finden" in errors(page, "record")
    assert 'value="Kindertagesstätte suchen"' in page.content.decode()
    page = editor.post(add("judgedquery"), {**JUDGED, "records": "Lesesaal mieten\nLesesaal kaufen\nGibt es nicht"})
    found = errors(page, "records")
    assert "Lesesaal kaufen" in found
    assert "Gibt es nicht" in found
    assert "Lesesaal mieten\nLesesaal kaufen\nGibt es nicht" in page.content.decode()
    assert not BestBet.objects.exists()
    assert not JudgedQuery.objects.exists()


@pytest.mark.parametrize("named", ["\x00", "/x/", "//", "http://[", "%", "x" * 600, "'; DROP TABLE", "((("])
def test_odd_names_are_errors_beside_the_field(services: Any, editor: Any, named: str) -> None:
    assert errors(editor.post(add("bestbet"), {**BET, "record": named}), "record")
    assert errors(editor.post(add("judgedquery"), {**JUDGED, "records": named}), "records")


def test_a_record_the_editor_may_not_see_is_as_unknown_as_none(services: Any, editor: Any, home: Any) -> None:
    others = AccessRule.objects.for_groups(Group.objects.create(name="Personalrat"))
    secret = make_service("Winkelhakenstube", access_rule=others)
    services()
    url = SearchEntry.objects.get(object_id=str(secret.pk), kind="service").url
    for named in ("Winkelhakenstube", url, "Winkelhakenstub"):
        page = editor.post(add("bestbet"), {**BET, "record": named})
        unknown = editor.post(add("bestbet"), {**BET, "record": "Xyzzy"})
        assert errors(page, "record").replace(named, "") == errors(unknown, "record").replace("Xyzzy", "")
        assert errors(editor.post(add("judgedquery"), {**JUDGED, "records": named}), "records")


def test_a_record_that_is_gone_can_still_be_saved_and_is_marked(services: Any, editor: Any) -> None:
    bet = BestBet.objects.create(words="Hafen", kind="service", object_id="999999", title="Hafenrundfahrt")
    there = SearchEntry.objects.get(title="Lesesaal mieten")
    BestBet.objects.create(words="Saal", kind=there.kind, object_id=there.object_id, title=there.title)
    listing = editor.get(reverse("wagtailsnippets_search_bestbet:list"))
    shown = listing.content.decode()
    assert shown.count("nicht mehr vorhanden") + shown.count("no longer there") == 1
    assert editor.post(edit(bet), {**BET, "words": "Hafen, Schiff", "record": "Hafenrundfahrt"}).status_code == 302
    bet.refresh_from_db()
    assert (bet.words, bet.object_id) == ("Hafen, Schiff", "999999")


def test_the_list_of_best_bets_asks_once_for_all(home: Any, editor: Any) -> None:
    def asked_for() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert editor.get(reverse("wagtailsnippets_search_bestbet:list")).status_code == 200
        return len(counted)

    BestBet.objects.create(words="a", kind="service", object_id="1", title="A")
    asked_for()  # reads what a process remembers
    one = asked_for()
    for number in range(5):
        BestBet.objects.create(words=f"b{number}", kind="service", object_id="1", title="B")
    assert asked_for() == one


def test_a_time_that_ends_before_it_begins_is_an_error_beside_it(services: Any, editor: Any) -> None:
    data = {**BET, "record": "Lesesaal mieten", "starts": "2026-12-02", "ends": "2026-12-01"}
    page = editor.post(add("bestbet"), data)
    assert errors(page, "ends")
    assert 'value="Lesesaal mieten"' in page.content.decode()


def test_a_judged_query_is_measured_when_it_is_saved(services: Any, editor: Any) -> None:
    assert editor.post(add("judgedquery"), {**JUDGED, "records": "Lesesaal mieten"}).status_code == 302
    row = JudgedQuery.objects.get()
    assert row.rank == 0
    assert row.measured_at
    assert editor.post(edit(row), {**JUDGED, "text": "Lesesaal", "records": "Lesesaal mieten"}).status_code == 302
    row.refresh_from_db()
    assert (row.rank, row.rank_before) == (1, 0)


def test_a_query_judged_twice_is_an_error_not_a_crash(services: Any, editor: Any) -> None:
    judge("Betreuung", "Lesesaal mieten")
    page = editor.post(add("judgedquery"), {**JUDGED, "records": "Lesesaal mieten"})
    assert page.status_code == 200
    assert page.context["form"].errors
    assert JudgedQuery.objects.count() == 1


def test_a_to_do_prefills_the_form(services: Any, editor: Any) -> None:
    page = editor.get(add("bestbet"), {"words": "kiga", "record": "Lesesaal mieten"}).content.decode()
    assert 'value="Lesesaal mieten"' in page
    assert "kiga" in page


# manage.py search_eval --judged


def evaluate(*arguments: str) -> str:
    out = StringIO()
    call_command("search_eval", "--judged", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_measures_the_judged_queries_and_stores_nothing(services: Any, request: Any) -> None:
    judge("Lesesaal", "Lesesaal mieten")
    judge("Zahnarzt", "Lesesaal mieten")
    JudgedQuery.objects.create(text="aus", expected=[{"kind": "service", "id": "1", "title": "x"}], is_active=False)
    backend = request.node.callspec.params["engine"]
    printed = evaluate("--backend", backend, "--worst", "1")
    assert f"mrr 0.500 recall 0.500 zero 0.500 (2 queries, {backend})" in printed
    assert "“Zahnarzt”" in printed
    assert set(JudgedQuery.objects.values_list("rank", flat=True)) == {None}


def test_the_command_says_when_there_is_nothing_to_measure(home: Any) -> None:
    with pytest.raises(CommandError, match="No judged query"):
        evaluate()
    with pytest.raises(CommandError, match="--judged"):
        call_command("search_eval")


def test_the_command_does_not_call_the_databases_answer_elasticsearchs(home: Any, settings: Any) -> None:
    make_service("Lesesaal mieten")
    project_pending()
    judge("Lesesaal", "Lesesaal mieten")
    settings.ELASTICSEARCH_URL = ""
    with pytest.raises(CommandError, match="elasticsearch does not answer"):
        evaluate("--backend", "elasticsearch")


# To-dos, dashboard


def todo(text: str, **values: Any) -> SearchTodo:
    return SearchTodo.objects.create(text=text, language="de", reason="without", searches=9, **values)


def tiles(user: Any) -> dict[str, int]:
    request = RequestFactory().get("/")
    request.user = user
    return {tile.url.partition("?")[2]: tile.value for tile in dashboard.tiles(request)}


def test_the_start_page_shows_mine_and_those_nobody_answers_for(editor_user: Any, staff_user: Any) -> None:
    todo("meins", assignee=editor_user)
    todo("seins", assignee=staff_user)
    todo("niemands")
    todo("niemands zweites")
    todo("erledigt", state="done")
    assert tiles(editor_user) == {"whose=mine": 1, "whose=nobodys": 2}
    assert tiles(staff_user) == {}


def test_without_any_the_start_page_shows_none(editor_user: Any) -> None:
    assert tiles(editor_user) == {}


@pytest.mark.parametrize(
    ("whose", "shown"), [("", {"meins", "seins", "niemands"}), ("mine", {"meins"}), ("nobodys", {"niemands"})]
)
def test_the_to_dos_can_be_narrowed(
    editor_user: Any, staff_user: Any, editor: Any, whose: str, shown: set[str]
) -> None:
    todo("meins", assignee=editor_user)
    todo("seins", assignee=staff_user)
    todo("niemands")
    page = editor.get(reverse("search_learning"), {"whose": whose})
    assert {item["todo"].text for item in page.context["todos"]} == shown
    # The way back is there even where nothing waits.
    assert f'href="?days={page.context["days"]}&amp;audience=public#todos"' in page.content.decode()


def test_measuring_needs_the_right_and_goes_back_only_to_us(services: Any, editor: Any, staff_user: Any) -> None:
    judge("Lesesaal", "Lesesaal mieten")
    url = reverse("measure_judged_queries")
    assert client_of(staff_user).post(url).status_code in (302, 403)
    assert JudgedQuery.objects.get().rank is None
    for target in ("https://evil.example/", ""):
        assert editor.post(url, {"next": target}).url == reverse("search_learning")
    assert JudgedQuery.objects.get().rank == 1
    assert editor.get(url).status_code == 405


# The operators' page


@pytest.mark.parametrize("who", ["staff_user", "editor_user", "citizen"])
def test_the_state_is_for_operators_only(request: Any, home: Any, who: str) -> None:
    browser = client_of(request.getfixturevalue(who))
    for response in (browser.get(reverse(OPERATING)), browser.post(reverse(OPERATE), {"deed": "rebuild"})):
        assert response.status_code in (302, 403)
    assert not DBTaskResult.objects.filter(task_path__endswith="rebuild_all").exists()
    assert reverse(OPERATING) not in browser.get(reverse("wagtailadmin_home"), follow=True).content.decode()


def test_it_shows_what_failed_and_tries_it_again(home: Any, operator: Any) -> None:
    PendingObject.objects.all().delete()
    failed = PendingObject.objects.create(kind="service", object_id="77", attempts=3, last_error="ValueError: kaputt")
    page = operator.get(reverse(OPERATING))
    assert "ValueError: kaputt" in page.content.decode()
    assert operator.post(reverse(OPERATE), {"deed": "retry"}).status_code == 302
    assert not PendingObject.objects.filter(pk=failed.pk, attempts__gt=0).exists()
    assert {row.task_path.rpartition(".")[2] for row in DBTaskResult.objects.all()} >= {"project_all", "ship_all"}


@pytest.mark.parametrize(("deed", "task"), [("rebuild", "rebuild_all"), ("compare", "look_after")])
def test_rebuilding_and_comparing_are_left_to_a_worker(home: Any, operator: Any, deed: str, task: str) -> None:
    DBTaskResult.objects.all().delete()
    assert operator.post(reverse(OPERATE), {"deed": deed}).status_code == 302
    assert [row.task_path.rpartition(".")[2] for row in DBTaskResult.objects.all()] == [task]


@pytest.mark.parametrize("deed", ["", "drop", "retry "])
def test_another_deed_is_not_found(home: Any, operator: Any, deed: str) -> None:
    assert operator.post(reverse(OPERATE), {"deed": deed}).status_code == 404
    assert operator.get(reverse(OPERATE)).status_code == 405


def test_with_elasticsearch_it_names_version_index_and_what_is_refused(
    home: Any, elastic: None, operator: Any, settings: Any
) -> None:
    make_service("Lesesaal mieten")
    project_pending()
    index = SearchIndex.objects.get()
    entry = SearchEntry.objects.get(title="Lesesaal mieten")
    Shipment.objects.all().delete()
    Shipment.objects.create(index=index, entry_id=entry.pk, version=1, attempts=MAX_ATTEMPTS, error="mapper_parsing")
    Shipment.objects.create(index=index, entry_id=10**9, version=1, attempts=MAX_ATTEMPTS, error="of a deleted one")
    page = operator.get(reverse(OPERATING))
    shown = page.content.decode()
    assert page.context["answers"] == "Elasticsearch"
    assert page.context["version"].split(".")[0] in ("8", "9")
    assert index.name in shown
    assert f"service {entry.object_id} (de)" in shown
    assert "mapper_parsing" in shown
    assert "of a deleted one" in shown
    operator.post(reverse(OPERATE), {"deed": "retry"})
    assert not Shipment.objects.filter(attempts__gte=MAX_ATTEMPTS).exists()


def test_while_it_is_away_the_page_says_why_and_stays_quick(
    home: Any, elastic: None, operator: Any, settings: Any
) -> None:
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    client.forget()
    client.get_breaker().failed(ConnectionError("refused at port 9"))
    page = operator.get(reverse(OPERATING))
    assert page.status_code == 200
    assert page.context["answers"] != "Elasticsearch"
    assert "refused at port 9" in page.context["breaker"]
    assert "refused at port 9" in page.content.decode()
    assert page.context["version"] == ""
    assert {problem.name for problem in page.context["problems"]} >= {"search-engine"}


def test_with_the_database_alone_nothing_speaks_of_indexes(home: Any, operator: Any, settings: Any) -> None:
    settings.SEARCH_BACKEND = "database"
    shown = operator.get(reverse(OPERATING)).content.decode()
    assert 'value="rebuild"' not in shown
    assert 'value="compare"' not in shown


# A cold process


def test_a_page_of_a_cold_process_makes_few_searches_and_the_next_goes_on(
    home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        make_service(f"Stempel{number} Prägung")
        asked(f"stempel{number} prägung", a_day=20 - number)
    make_page(home, "Druck")
    project_pending(500)
    made: list[str] = []
    real = related.search

    def counted(query: Any, **values: Any) -> Any:
        made.append(query.text)
        return real(query, **values)

    monkeypatch.setattr(related, "search", counted)
    related.asked.forget()
    first = related.popular(None)
    assert len(made) == related.COLD == len(first)
    second = related.popular(None)
    assert second[: len(first)] == first
    assert len(second) == related.SHOWN
    made.clear()
    assert related.popular(None) == second
    assert made == []
