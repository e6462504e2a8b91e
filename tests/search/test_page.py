"""The results page and its companions: feed, description for browsers, API, ways out of nothing, odd input."""

from __future__ import annotations

from typing import Any

import pytest
from defusedxml import ElementTree
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search.queries import SearchQuery, search
from tests.conftest import client_of, make_location, make_page, make_service, make_unit

pytestmark = pytest.mark.django_db
ODD = [
    '"unbalanced', "((( ) AND OR NOT", "a* b? ~2 ^3 {x TO y]", "field:value && ||", "\\", "wort " * 1000, "der die das und",
    "?!.,;", "🚗🏛️", "مرحبا بالعالم", "שלום", "'; DROP TABLE search_searchentry; --", "<script>alert(1)</script>",     "\ud83d", "a" * 5000, "../../etc/passwd", "{{ 7*7 }}", "Hund\x01\x0b\ufffe",
]  # fmt: skip
WRONG = [
    "since=gestern", "until=2026-13-45", "km=7", "km=-1", "near=" + "x" * 500, "near=99.9,500.1", "kind=nothing", "language=xx",
    "sort=wild", "page=0", "page=-3", "page=abc", "page=99999999999", "size=11", "since=2026-02-02&until=2026-01-01",
    "audience=all", "unit=" + "&unit=".join(map(str, range(200))),
]  # fmt: skip
ADDRESSES = ["/suche/", "/suche/feed/", "/api/v1/search/", "/suche/vorschlaege/", "/api/v1/search/suggestions/"]


@pytest.fixture
def city(home: Any, engine: Any) -> None:
    near = make_location("Bürgerservice", latitude=50.0, longitude=8.27)
    far = make_location("Ortsverwaltung Finthen", latitude=49.98, longitude=8.17)
    make_service(unit=make_unit(), location=near)
    make_service("Ausweis verlängern", location=far)
    make_service("Wohngeld beantragen", slug="wohngeld")
    engine()


@pytest.mark.parametrize("address", ADDRESSES)
def test_odd_words_are_answered_everywhere(city: None, client: Any, address: str) -> None:
    answers = {text: client.get(address, {"q": text.encode("utf-8", "surrogatepass")}).status_code for text in ODD}
    assert {text: status for text, status in answers.items() if status != 200} == {}
    assert client.get(address, {"q": "a\x00b"}).status_code == 400


@pytest.mark.parametrize("address", ADDRESSES[:3])
def test_wrong_parameters_get_a_reason_and_lose_nothing(city: None, client: Any, address: str) -> None:
    for wrong in WRONG:
        response = client.get(f"{address}?q=Ausweis&{wrong}")
        assert response.status_code in (200, 400, 404), wrong
        if response.status_code == 400 and address == "/suche/":
            page = response.content.decode()
            assert 'value="Ausweis"' in page, wrong
            assert "error-summary" in page, wrong


def test_a_wrong_place_is_explained_beside_its_field(city: None, client: Any) -> None:
    page = client.get("/suche/?q=Ausweis&near=Atlantis").content.decode()
    assert "Diesen Ort kennen wir nicht" in page
    assert 'value="Atlantis"' in page


def test_a_mistake_in_one_filter_keeps_the_others(city: None, client: Any) -> None:
    page = client.get("/suche/?q=Ausweis&kind=service&district=Neustadt&language=xx&near=Atlantis").content.decode()
    assert '<input type="hidden" name="kind" value="service">' in page
    assert '<input type="hidden" name="district" value="Neustadt">' in page
    assert 'value="xx"' not in page


def test_only_the_results_page_may_ask_for_the_position(city: None, client: Any) -> None:
    asked = {path: client.get(path)["Permissions-Policy"] for path in ("/", "/suche/?q=x", "/suche/?q=x&near=Atlantis")}
    assert ["geolocation=(self)" in policy for policy in asked.values()] == [False, True, True]
    assert all("camera=()" in policy for policy in asked.values())


def test_coordinates_are_not_shown_as_the_name_of_a_place(city: None, client: Any) -> None:
    page = client.get("/suche/?q=Ausweis&near=50.0,8.27").content.decode()
    assert "2 km um den gewählten Standort" in page
    assert "um 50.0" not in page


def test_near_measures_sorts_and_limits(city: None) -> None:
    from search.places import find_place

    place = find_place("Bürgerservice", None, 2)
    found = search(SearchQuery(text="Ausweis", near=place, order="distance"), reader=None)
    assert [hit.title for hit in found.hits][:1] == ["Personalausweis beantragen"]
    assert found.hits[0].distance == pytest.approx(0.0, abs=0.01)
    assert "Ausweis verlängern" not in [hit.title for hit in found.hits]
    wide = search(SearchQuery(text="Ausweis", near=find_place("50.0, 8.27", None, 10), order="distance"), reader=None)
    assert [hit.title for hit in wide.hits if hit.kind == "service"] == [
        "Personalausweis beantragen",
        "Ausweis verlängern",
    ]
    assert wide.hits[-1].distance == pytest.approx(7.5, abs=0.5)


@pytest.mark.parametrize("engine", ["elasticsearch"], indirect=True)  # the embedded engine asks the database itself
def test_the_page_asks_four_questions_of_the_database(city: None, client: Any) -> None:
    client.get("/suche/?q=Ausweis")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/suche/?q=Ausweis").status_code == 200
    assert len(captured) <= 4, [query["sql"][:200] for query in captured]


def test_nothing_found_shows_ways_out(city: None, client: Any) -> None:
    page = client.get("/suche/?q=Quastenflosser+Wohngeld&kind=page").content.decode()
    assert "Nichts Passendes gefunden" in page
    assert "Dasselbe ohne Filter" in page
    assert 'href="tel:115"' in page
    assert "Personalausweis beantragen" in page
    data = client.get("/api/v1/search/?q=Quastenflosser+Wohngeld&kind=page").json()
    assert data["ways_out"]["broader"][0]["total"] == 1
    assert data["ways_out"]["popular"]


def test_the_feed_is_public_for_everybody_and_says_so(
    city: None, staff_rule: Any, staff_user: Any, engine: Any
) -> None:
    make_service("Ausweis intern drucken", slug="intern", access_rule=staff_rule)
    engine()
    client = client_of(staff_user)
    assert "Ausweis intern drucken" in client.get("/suche/?q=Ausweis").content.decode()
    assert '"/suche/feed/?q=Ausweis"' in client.get("/suche/?q=Ausweis&size=20&page=1").content.decode()
    response = client.get("/suche/feed/?q=Ausweis")
    assert "intern drucken" not in response.content.decode()
    assert "public" in response["Cache-Control"]
    channel = ElementTree.fromstring(response.content).find("channel")
    assert [item.findtext("title") for item in channel.findall("item")]
    assert all(item.findtext("link").startswith("http://testserver/") for item in channel.findall("item"))


def test_a_filter_for_an_office_nobody_may_see_does_not_name_it(city: None, client: Any, staff_rule: Any) -> None:
    secret = make_unit("Amt für Verborgenes", code="99", access_rule=staff_rule)
    for path in ADDRESSES[:3]:
        page = client.get(path, {"q": "Ausweis", "unit": str(secret.pk)}).content.decode()
        assert "Verborgenes" not in page, path


def test_browsers_can_add_the_search(city: None, client: Any) -> None:
    assert 'type="application/opensearchdescription+xml"' in client.get("/suche/").content.decode()
    urls = [
        element.get("template")
        for element in ElementTree.fromstring(client.get("/suche/opensearch.xml").content)
        if element.tag.endswith("Url")
    ]
    assert urls[0] == "http://testserver/suche/?q={searchTerms}"
    answer = client.get("/suche/vorschlaege/?q=pe&format=opensearch").json()
    assert answer[:2] == ["pe", ["Personalausweis beantragen"]]


def test_the_api_has_what_the_page_has(city: None, client: Any) -> None:
    data = client.get("/api/v1/search/?q=Personalausweis&near=Bürgerservice&sort=distance").json()
    hit = data["hits"][0]
    assert hit["card"]["facts"][0] == {"name": "fee", "label": "Gebühr", "text": "37,00\xa0€"}
    assert hit["card"]["place"] == "Bürgerservice"
    assert hit["distance"] == 0.0
    assert client.get("/api/v1/search/suggestions/?q=wo").json()[0]["title"] == "Wohngeld beantragen"


def test_a_page_beyond_the_last_is_not_there(city: None, client: Any) -> None:
    assert client.get("/suche/?q=Ausweis&page=99").status_code == 404


def test_filters_in_use_can_be_taken_away_one_by_one(city: None, client: Any) -> None:
    page = client.get("/suche/?q=Ausweis&kind=service&since=2020-01-01").content.decode()
    assert "Gewählte Filter" in page
    assert "?q=Ausweis&amp;since=2020-01-01" in page


def test_suggestions_come_kind_by_kind(home: Any, engine: Any, client: Any) -> None:
    make_page(home, "Müllabfuhr im Stadtteil")
    make_service("Müllgebühren", slug="muell", is_popular=True)
    make_service("Mülltonne bestellen", slug="tonne")
    make_page(home, "Müll vermeiden")
    engine()
    kinds = [item["kind"] for item in client.get("/suche/vorschlaege/?q=mü").json()["suggestions"]]
    assert kinds == ["service", "service", "page", "page"]
