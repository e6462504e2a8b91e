"""The files of open data."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from cms.directory.models import Location
from cms.opendata import files
from cms.opendata.jobs import measure_files
from cms.opendata.models import MeasuredFile
from cms.opendata.services import measure
from tests.conftest import client_of, make_location, make_service, make_unit

pytestmark = pytest.mark.django_db


def rows(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode(), newline="")))


def things(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200
    return json.loads(answer.getvalue())


@pytest.fixture
def city(home: Any, staff_rule: Any) -> None:
    unit, secret = make_unit(), make_unit("Winkelhakenstube", slug="geheim", access_rule=staff_rule)
    make_location("Setzerei", access_rule=staff_rule)
    place = make_location("Stadthaus", latitude=-50.5, longitude=8.27)
    make_location("Altbau", is_active=False)
    service = make_service(
        unit=unit, location=place, texts={"summary": 'Zeile 1\nmit "Zitat", Komma', "staff_note": "Setzerlehrling"}
    )
    service.responsibilities.create(unit=secret)
    make_service("Tresor öffnen", slug="tresor", access_rule=staff_rule)


NAMES = ["services", "units", "locations"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["csv", "json"])
def test_files_hold_what_everybody_may_see_whoever_asks(
    client: Any, city: None, staff_user: Any, name: str, form: str
) -> None:
    answers = [reader.get(f"/offene-daten/{name}.{form}").getvalue() for reader in (client, client_of(staff_user))]
    assert answers[0] == answers[1]
    for word in ("Winkelhakenstube", "Setzerei", "Tresor", "Setzerlehrling", "Altbau"):
        assert word not in answers[0].decode()


def test_a_table_has_the_simple_fields(client: Any, city: None) -> None:
    (row,) = rows(client.get("/offene-daten/services.csv"))
    assert row["title"] == "Personalausweis beantragen"
    assert row["summary"] == 'Zeile 1\nmit "Zitat", Komma'
    assert row["is_sample"] == "false"
    (place,) = rows(client.get("/offene-daten/locations.csv"))
    assert place["latitude"] == "-50.5", "a number is no formula"


def test_json_has_everything_the_api_says(client: Any, city: None) -> None:
    (thing,) = things(client.get("/offene-daten/services.json"))
    detail = client.get(f"/api/v1/services/{thing['id']}/", headers={"accept-language": "de"}).json()
    assert thing.keys() == detail.keys()
    assert thing["fees"] == detail["fees"]
    assert [unit["title"] for unit in thing["units"]] == ["Bürgeramt"]


@pytest.mark.parametrize("text", ["=1+1", "+49 6131", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_a_formula(client: Any, home: Any, text: str) -> None:
    unit = make_unit("Amt")
    unit.set_texts({("name", "de"): text})
    unit.save()
    (row,) = rows(client.get("/offene-daten/units.csv"))
    assert row["title"].startswith("'")
    assert row["title"][1:] == text


def test_long_files_are_read_in_parts(
    client: Any, home: Any, monkeypatch: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(7):
        make_location(f"Ort {number}")
    monkeypatch.setattr(files, "CHUNK", 3)
    assert len(rows(client.get("/offene-daten/locations.csv"))) == 7
    assert len(things(client.get("/offene-daten/locations.json"))) == 7
    monkeypatch.setattr(files, "CHUNK", 200)
    with django_assert_max_num_queries(14):
        client.get("/offene-daten/locations.json").getvalue()


def test_an_empty_file_is_valid(client: Any, home: Any) -> None:
    assert things(client.get("/offene-daten/units.json")) == []
    assert rows(client.get("/offene-daten/units.csv")) == []


def test_a_file_is_in_the_language_of_its_address(client: Any, home: Any) -> None:
    unit = make_unit()
    unit.set_texts({("name", "en"): "Citizens' office"})
    unit.save()
    answer = client.get("/en/open-data/units.csv")
    assert answer["Content-Language"] == "en"
    assert rows(answer)[0]["title"] == "Citizens' office"


def test_an_unchanged_file_is_not_made_again(client: Any, city: None) -> None:
    first = client.get("/offene-daten/units.csv")
    assert first.streaming
    assert first["Cache-Control"] == "public, no-cache"
    again = client.get("/offene-daten/units.csv", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    make_unit("Neu", "99")
    changed = client.get("/offene-daten/units.csv", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200


@pytest.mark.parametrize("path", ["nichts.csv", "nichts.json", "units.xml", "life-situations.csv"])
def test_what_nobody_declares_is_not_there(client: Any, home: Any, path: str) -> None:
    assert client.get(f"/offene-daten/{path}").status_code == 404


def test_measuring_notes_sizes_and_changes(client: Any, city: None) -> None:
    assert measure_files.call() == 12  # three datasets, two languages, two formats
    for name in NAMES:
        size = len(client.get(f"/offene-daten/{name}.csv").getvalue())
        assert MeasuredFile.objects.get(dataset=name, form="csv", language="de").size == size
    before = MeasuredFile.objects.get(dataset="units", form="csv", language="de").changed_at
    assert measure() == 0
    Location.objects.filter(slug="stadthaus").update(phone="115")
    assert measure() == 4 + 0
    assert MeasuredFile.objects.get(dataset="units", form="csv", language="de").changed_at == before


def test_restricted_things_do_not_count(client: Any, city: None) -> None:
    measure()
    assert MeasuredFile.objects.get(dataset="services", form="csv", language="de").things == 1
    assert MeasuredFile.objects.get(dataset="units", form="json", language="de").things == 1


def test_what_is_no_longer_offered_is_forgotten(home: Any) -> None:
    MeasuredFile.objects.create(
        dataset="alt", language="de", form="csv", size=1, things=1, checksum="x", changed_at="2026-01-01T00:00:00Z"
    )
    measure()
    assert not MeasuredFile.objects.filter(dataset="alt").exists()


def test_the_page_shows_files_and_calls(client: Any, city: None) -> None:
    measure()
    page = client.get("/offene-daten/").content.decode()
    for name in NAMES:
        assert f'href="/offene-daten/{name}.csv"' in page
        assert f"curl http://testserver/offene-daten/{name}.json" in page
    assert 'curl "http://testserver/api/v1/services/?size=5"' in page
    assert "DCAT-AP.de" in page
    assert 'href="/offene-daten/"' in client.get("/").content.decode(), "linked in the footer"
