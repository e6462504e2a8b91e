"""The catalogue by DCAT-AP.de 3.0."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF

from cms.opendata.services import measure
from plugins.services.models import Service
from tests.conftest import make_location, make_service, make_unit

pytestmark = pytest.mark.django_db
CHECK = Path(django_settings.BASE_DIR).parent / "shared" / "standards" / "dcat-ap-de" / "check_dcatapde.py"
FORMATS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}


@pytest.fixture
def city(home: Any) -> None:
    make_service(unit=make_unit(), location=make_location())
    measure()


def read(client: Any, form: str) -> Graph:
    answer = client.get(f"/offene-daten/katalog.{form}")
    assert answer.status_code == 200
    return Graph().parse(data=answer.content, format=FORMATS[form])


@pytest.mark.skipif(not CHECK.is_file(), reason="the shapes of DCAT-AP.de are not here")
@pytest.mark.parametrize("vocabularies", [[], ["--vocab"]])
def test_it_is_valid(client: Any, city: None, tmp_path: Path, vocabularies: list[str]) -> None:
    files = []
    for form in ("ttl", "rdf"):
        path = tmp_path / f"katalog.{form}"
        path.write_bytes(client.get(f"/offene-daten/katalog.{form}").content)
        files.append(str(path))
    found = subprocess.run([sys.executable, str(CHECK), *vocabularies, *files], capture_output=True, text=True)
    assert found.returncode == 0, found.stdout[-4000:] + found.stderr[-1000:]
    assert found.stdout.count("ok  ") == 2
    assert "Violation" not in found.stdout
    assert "Deprecated" not in found.stdout


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_says_the_same(client: Any, city: None, form: str) -> None:
    assert len(read(client, form)) == len(read(client, "ttl")) > 100


def test_what_is_obligatory_is_there(client: Any, city: None) -> None:
    """The smaller check for places without the shapes."""
    graph = read(client, "ttl")
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)
    for name in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset, DCAT.service):
        assert graph.value(catalogue, name, any=True), name
    datasets = list(graph.objects(catalogue, DCAT.dataset))
    assert len(datasets) == 3
    for dataset in datasets:
        for name in (DCTERMS.publisher, DCAT.contactPoint, DCAT.theme, DCTERMS.modified, DCTERMS.spatial,
                     DCTERMS.accrualPeriodicity, DCTERMS.identifier):  # fmt: skip
            assert graph.value(dataset, name, any=True), name
        assert {title.language for title in graph.objects(dataset, DCTERMS.title)} == {"de", "en"}
        distributions = list(graph.objects(dataset, DCAT.distribution))
        assert len(distributions) == 5
        for distribution in distributions:
            for name in (DCAT.accessURL, DCTERMS.license, DCTERMS["format"], DCAT.mediaType):
                assert graph.value(distribution, name), name


def test_what_it_links_is_there_and_as_large(client: Any, city: None) -> None:
    graph = read(client, "ttl")
    site = django_settings.SITE_URL
    sizes = 0
    for distribution in graph.subjects(RDF.type, DCAT.Distribution):
        address = str(graph.value(distribution, DCAT.accessURL))
        answer = client.get(address.removeprefix(site))
        assert answer.status_code == 200, address
        media_type = str(graph.value(distribution, DCAT.mediaType)).rpartition("media-types/")[2]
        assert answer["Content-Type"].startswith(media_type)
        size = graph.value(distribution, DCAT.byteSize)
        if size is not None:
            sizes += 1
            assert int(size) == len(answer.getvalue())
    assert sizes == 12


def test_the_place_is_the_city(client: Any, city: None) -> None:
    graph = read(client, "ttl")
    key = URIRef("http://dcat-ap.de/def/politicalGeocoding/municipalityKey/07315000")
    assert set(graph.objects(None, DCTERMS.spatial)) == {key}


def test_each_language_offers_the_same_catalogue(client: Any, city: None) -> None:
    german, english = client.get("/offene-daten/katalog.ttl"), client.get("/en/open-data/catalogue.ttl")
    assert german.content == english.content
    assert german["Content-Type"] == "text/turtle; charset=utf-8"
    assert client.get("/offene-daten/katalog.ttl", headers={"if-none-match": german["ETag"]}).status_code == 304


def test_a_dataset_of_a_plugin_that_is_off_is_gone(client: Any, city: None) -> None:
    from cms.plugins import switches

    assert Service.objects.exists()
    switches.switch(label="services", off=True)
    assert "services" not in client.get("/offene-daten/katalog.ttl").content.decode()
    assert client.get("/offene-daten/services.csv").status_code == 404
