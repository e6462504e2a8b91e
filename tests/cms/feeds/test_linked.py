"""JSON-LD: what is told, to whom, and in words that schema.org has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from cms.directory.models import OpeningException, Person
from cms.notices.models import Notice
from tests.conftest import client_of, make_location, make_page, make_service, make_unit

pytestmark = pytest.mark.django_db
FOLDER = Path(django_settings.BASE_DIR).parent / "shared" / "standards" / "schema-org"
#: Types of ours -> the types above them (schema.org 30.0); the shapes name properties where they are defined.
ABOVE = {
    "GovernmentOffice": ("LocalBusiness", "Organization", "Place", "Thing"),
    "CivicStructure": ("Place", "Thing"),
    "GovernmentOrganization": ("Organization", "Thing"),
    "GovernmentService": ("Service", "Intangible", "Thing"),
    "PostalAddress": ("ContactPoint", "StructuredValue", "Intangible", "Thing"),
    "GeoCoordinates": ("StructuredValue", "Intangible", "Thing"),
    "LocationFeatureSpecification": ("PropertyValue", "StructuredValue", "Intangible", "Thing"),
    "OpeningHoursSpecification": ("StructuredValue", "Intangible", "Thing"),
    "AdministrativeArea": ("Place", "Thing"),
    "ServiceChannel": ("Intangible", "Thing"),
    "Offer": ("Intangible", "Thing"),
    "Person": ("Thing",),
    "BreadcrumbList": ("ItemList", "Intangible", "Thing"),
    "ListItem": ("Intangible", "Thing"),
    "FAQPage": ("WebPage", "CreativeWork", "Thing"),
    "Question": ("Comment", "CreativeWork", "Thing"),
    "Answer": ("Comment", "CreativeWork", "Thing"),
    "WebSite": ("CreativeWork", "Thing"),
    "SearchAction": ("Action", "Thing"),
    "EntryPoint": ("Intangible", "Thing"),
    "SpecialAnnouncement": ("CreativeWork", "Thing"),
}


def linked(answer: Any) -> list[dict[str, Any]]:
    """Return all things a page tells of."""
    assert answer.status_code == 200
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', answer.content.decode(), re.S)
    found = [json.loads(script) for script in scripts]
    return [thing for part in found for thing in (part if isinstance(part, list) else [part])]


def of_type(answer: Any, name: str) -> dict[str, Any]:
    (thing,) = [thing for thing in linked(answer) if thing["@type"] == name]
    return thing


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every thing in ``value``, however deep."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from nodes(part)
    elif isinstance(value, list):
        for part in value:
            yield from nodes(part)


@pytest.fixture
def city(home: Any) -> Any:
    place = make_location("Stadthaus", latitude=50.0, longitude=8.27, barrier_free=True, email="a@mainz.example")
    place.exceptions.set([OpeningException(date=timezone.localdate() + timedelta(days=2), reason={"de": "zu"})])
    place.save()
    above = make_unit("Dezernat", "3", slug="dezernat")
    unit = make_unit(parent=above, email="amt@mainz.example")
    unit.set_texts({("description", "de"): "<p>Alles & mehr</p>"})
    unit.locations.set([place])
    unit.save()
    Person.objects.create(slug="muster", last_name="Muster", function={"de": "Leiterin"}, unit=unit, location=place)
    make_service(unit=unit, location=place, texts={"summary": "Ausweis </script><b>"})
    questions = [{"title": "Wer darf?", "text": "<p>Alle.</p>"}, {"title": "Wie lange?", "text": "<p>Ein Jahr.</p>"}]
    make_page(home, "Fragen", body=[("accordion", questions)])
    make_page(home, "Teile", body=[("accordion", [{"title": "Erstens", "text": "<p>x</p>"}, questions[0]])])
    Notice.objects.create(headline={"de": "Hochwasser"}, severity="warning", ends=timezone.now() + timedelta(days=1))
    return place


PAGES = ["/", "/aemter/", "/aemter/buergeramt/", "/standorte/stadthaus/", "/personen/muster/", "/hinweise/", "/fragen/",
         "/leistungen/personalausweis-beantragen/"]  # fmt: skip


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the vocabulary of schema.org is not here")
def test_every_word_is_one_of_schema_org(client: Any, city: Any) -> None:
    context = json.loads((FOLDER / "schemaorgcontext-30.0.jsonld").read_text())["@context"]
    shapes = (FOLDER / "schemaorg-30.0-shapes.shacl").read_text()
    allowed = {
        found[1]: set(re.findall(r"sh:path schema1:(\w+)", part))
        for part in shapes.split("\n\n")
        if (found := re.search(r"sh:targetClass schema1:(\w+)", part))
    }
    seen = set()
    for path in PAGES:
        for thing in nodes(linked(client.get(path))):
            kind = thing["@type"]
            seen.add(kind)
            assert kind in context, kind
            known = set().union(*(allowed.get(name, set()) for name in (kind, *ABOVE[kind])))
            for name in thing.keys() - {"@type", "@id", "@context", "query-input"}:
                assert name in context, name
                assert name in known, f"{kind} has no {name}"
    assert seen == set(ABOVE) - {"CivicStructure"}, "each type we use is on one of the pages"


def test_a_place_tells_its_hours(client: Any, city: Any) -> None:
    place = of_type(client.get("/standorte/stadthaus/"), "GovernmentOffice")
    assert {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": "Thursday",
        "opens": "14:00",
        "closes": "18:00",
    } in place["openingHoursSpecification"]
    day = (timezone.localdate() + timedelta(days=2)).isoformat()
    closed = next(item for item in place["specialOpeningHoursSpecification"] if item["validFrom"] == day)
    assert (closed["opens"], closed["closes"]) == ("00:00", "00:00")
    assert place["address"]["streetAddress"] == "Große Bleiche"


def test_a_service_tells_who_and_where(client: Any, city: Any) -> None:
    service = of_type(client.get("/leistungen/personalausweis-beantragen/"), "GovernmentService")
    assert service["description"] == "Ausweis </script><b>", "escaped in the page, whole when read"
    assert service["provider"][0]["name"] == "Bürgeramt"
    assert service["offers"] == [{"@type": "Offer", "name": "Ausweis", "price": "37.00", "priceCurrency": "EUR"}]


def test_the_way_here(client: Any, city: Any) -> None:
    crumbs = of_type(client.get("/aemter/buergeramt/"), "BreadcrumbList")["itemListElement"]
    assert [item["name"] for item in crumbs] == ["Startseite", "Ämter", "Dezernat", "Bürgeramt"]
    assert crumbs[1]["item"] == "http://testserver/aemter/"
    assert [item["position"] for item in crumbs] == [1, 2, 3, 4]


def test_only_questions_are_questions(client: Any, city: Any) -> None:
    questions = of_type(client.get("/fragen/"), "FAQPage")["mainEntity"]
    assert questions[1] == {
        "@type": "Question",
        "name": "Wie lange?",
        "acceptedAnswer": {"@type": "Answer", "text": "Ein Jahr."},
    }
    assert [thing["@type"] for thing in linked(client.get("/teile/"))] == ["BreadcrumbList"]


def test_the_start_page_tells_how_to_search(client: Any, city: Any) -> None:
    site = of_type(client.get("/"), "WebSite")
    assert site["potentialAction"]["target"]["urlTemplate"] == "http://testserver/suche/?q={search_term_string}"


def test_nothing_is_told_that_the_reader_may_not_see(client: Any, home: Any, staff_rule: Any, staff_user: Any) -> None:
    above = make_unit("Winkelhakenstube", slug="geheim", access_rule=staff_rule)
    unit = make_unit(parent=above)
    place = make_location("Setzkasten", access_rule=staff_rule)
    Person.objects.create(slug="offen", last_name="Offen", unit=above)
    make_service(unit=above, location=place, slug="dienst")
    Notice.objects.create(headline={"de": "Winkelhakenstube"}, severity="warning", access_rule=staff_rule)
    assert unit.parent_id == above.pk
    for path in ("/aemter/buergeramt/", "/personen/offen/", "/leistungen/dienst/", "/hinweise/"):
        told = json.dumps(linked(client.get(path)), ensure_ascii=False)
        assert "Winkelhakenstube" not in told
        assert "Setzkasten" not in told
        assert "Winkelhakenstube" in json.dumps(linked(client_of(staff_user).get(path)), ensure_ascii=False)
