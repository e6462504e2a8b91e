"""Pages by API: every block typed, links whole, everything a front end of its own needs."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.models import Collection, Page

from cms.content.api.blocks import Showing, block_value, component_name
from cms.content.api.pages import OWN_FIELDS
from cms.content.blocks import BODY_BLOCKS
from cms.content.models import ContentPage, GuidePage, ShortLink, StepByStepPage, Topic, TopicPage
from cms.languages.models import SignLanguagePage
from search.indexing import project_pending
from tests.conftest import client_of, make_location, make_page, make_service, make_unit, restrict

from .test_blocks_rights import document
from .test_images import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(home: Any) -> dict[str, Any]:
    """What blocks lead to."""
    unit, location = make_unit(), make_location(latitude=50.0, longitude=8.27)
    image = get_image_model()(title="Dom", file=picture("PNG"), focal_point_x=5, focal_point_y=5,
                              focal_point_width=2, focal_point_height=2)  # fmt: skip
    image.save()
    pdf = document("eins.pdf", Collection.get_first_root_node())
    page = make_page(home, "Neu")
    service = make_service(unit=unit, location=location)
    project_pending(500)
    return {"unit": unit, "location": location, "image": image, "pdf": pdf, "page": page, "service": service}


@pytest.fixture
def components(client: Any) -> dict[str, Any]:
    """The schemas of the API's description."""
    answer = client.get("/api/schema/", {"format": "json"}, headers={"accept": "application/vnd.oai.openapi+json"})
    return json.loads(answer.content)["components"]["schemas"]


def check(value: Any, schema: dict[str, Any], components: dict[str, Any]) -> None:
    whole = {**schema, "components": {"schemas": components}}
    error = best_match(
        Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(value)
    )
    assert error is None, (error.message, error.json_path)


def names() -> list[str]:
    return list(ContentPage._meta.get_field("body").stream_block.child_blocks)


@pytest.mark.parametrize("name", names())
def test_every_block_is_what_its_schema_says(city: dict[str, Any], components: dict[str, Any], name: str) -> None:
    block = ContentPage._meta.get_field("body").stream_block.child_blocks[name]
    request = RequestFactory().get("/", headers={"host": "testserver"})
    show = Showing(request, city["page"], None, lambda path: f"http://testserver{path}" if path[:1] == "/" else path)
    value = block_value(block, block.normalize(block.get_preview_value()), show)
    assert value is not None
    check(
        {"type": name, "id": "x", "value": value}, {"$ref": f"#/components/schemas/{component_name(name)}"}, components
    )


def test_the_kinds_of_blocks_are_told_apart_by_their_type(components: dict[str, Any]) -> None:
    one = components["Blocks"]["items"]
    assert list(one["discriminator"]["mapping"]) == names()
    for name, address in one["discriminator"]["mapping"].items():
        assert components[address.rpartition("/")[2]]["properties"]["type"] == {"const": name}


def test_the_description_names_nothing_that_it_does_not_have(components: dict[str, Any]) -> None:
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(components)))
    assert named - components.keys() == set()


def test_blocks_of_plugins_are_among_them() -> None:
    assert set(names()) > {name for name, _block in BODY_BLOCKS}


def test_a_body_is_what_the_description_says(client: Any, city: dict[str, Any], components: dict[str, Any]) -> None:
    shown = {"image": city["image"].pk, "alt": "Der Dom", "decorative": False, "caption": "Von Süden"}
    blocks = [
        {
            "type": "rich_text",
            "value": f'<p>Zur <a linktype="page" id="{city["page"].pk}">Seite</a></p><script>x</script>',
        },
        {"type": "image", "value": shown},
        {"type": "unit_contact", "value": city["unit"].pk},
        {"type": "opening_hours", "value": city["location"].pk},
        {"type": "document", "value": city["pdf"].pk},
        {"type": "services", "value": {"title": "", "services": [city["service"].pk]}},
        {
            "type": "teaser",
            "value": {"record": f"service:{city['service'].pk}", "title": "", "text": "", "drawing": ""},
        },
    ]
    page = make_page(city["page"], "Alles", body=json.dumps(blocks), summary="Kurz gesagt")
    answer = client.get(f"/api/v1/pages/{page.pk}/").json()
    check(answer["body"], {"$ref": "#/components/schemas/Blocks"}, components)
    text, image, contact, hours, pdf, services, teaser = [item["value"] for item in answer["body"]]
    assert text == '<p>Zur <a href="http://testserver/neu/">Seite</a></p>'
    assert (image["alt"], image["caption"], image["focal_point"]) == ("Der Dom", "Von Süden", image["focal_point"])
    assert image["focal_point"] is not None
    assert image["src"].startswith("http://testserver/media/")
    assert {source["type"] for source in image["sources"]} <= {"image/avif", "image/webp"}
    assert contact["phone"] == city["unit"].phone
    assert hours["hours"]
    assert pdf["file_type"] == "pdf"
    assert services["services"][0]["title"] == "Personalausweis beantragen"
    assert teaser["api_url"] == f"http://testserver/api/v1/services/{city['service'].pk}/"
    assert answer["summary"] == "Kurz gesagt"
    assert answer["parent_id"] == str(city["page"].pk)


def test_a_page_knows_its_surroundings(client: Any, home: Any) -> None:
    section = make_page(home, "Kultur")
    page = make_page(section, "Museen")
    make_page(page, "Gutenberg-Museum")
    answer = client.get(f"/api/v1/pages/{page.pk}/").json()
    assert [item["title"] for item in answer["breadcrumbs"]] == ["Kultur"]
    assert [item["title"] for item in answer["children"]] == ["Gutenberg-Museum"]
    assert answer["page_type"] == "contentpage"


def test_steps_and_chapters_are_told(client: Any, home: Any) -> None:
    steps = [
        {"type": "step", "value": {"relation": "", "title": "Termin buchen", "text": "<p>Online.</p>", "links": []}}
    ]
    page = make_page(home, "Umziehen", model=StepByStepPage, steps=json.dumps(steps))
    own = client.get(f"/api/v1/pages/{page.pk}/").json()["own"]
    assert own["steps"][0]["value"]["title"] == "Termin buchen"
    guide = make_page(home, "Ratgeber", model=GuidePage)
    assert client.get(f"/api/v1/pages/{guide.pk}/").json()["own"] == {}


def test_units_and_places_in_blocks_are_shown_as_their_resources_show_them(client: Any, city: dict[str, Any]) -> None:
    below = make_unit("Fundbüro", "34", parent=city["unit"])
    body = [
        {"type": "unit_contact", "value": below.pk},
        {"type": "map", "value": {"title": "Karte", "places": [city["location"].pk]}},
    ]
    page = make_page(city["page"], "Amt", body=json.dumps(body))
    contact, places = [item["value"] for item in client.get(f"/api/v1/pages/{page.pk}/").json()["body"]]
    assert contact == client.get(f"/api/v1/units/?slug={below.slug}").json()["results"][0]
    assert contact["parent_id"] == str(city["unit"].pk)
    assert places["places"] == client.get("/api/v1/locations/").json()["results"]


def test_more_of_a_kind_in_a_body_costs_no_more_queries(client: Any, city: dict[str, Any]) -> None:
    def page(number: int) -> Any:
        units = [make_unit(f"Amt {number}{one}", f"{number}{one}", parent=city["unit"]) for one in range(number)]
        places = [make_location(f"Haus {number}{one}") for one in range(number)]
        pages = [make_page(city["page"], f"Ziel {number}{one}") for one in range(number)]
        links = [{"label": "Dorthin", "note": "", "page": item.pk, "url": ""} for item in pages]
        body = [{"type": "unit_contact", "value": item.pk} for item in units]
        body += [{"type": "opening_hours", "value": item.pk} for item in places]
        steps = [{"type": "step", "value": {"relation": "", "title": "Erst", "text": "", "links": links}}]
        return make_page(home, f"Schritte {number}", StepByStepPage, body=json.dumps(body), steps=json.dumps(steps))

    def queries(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path).json()
        assert len(answer["body"]) == 2 * len(answer["own"]["steps"][0]["value"]["links"])
        return len(captured)

    home = city["page"].get_parent()
    few, many = page(1), page(5)
    assert queries(f"/api/v1/pages/{many.pk}/") == queries(f"/api/v1/pages/{few.pk}/") <= 15


def test_texts_of_steps_are_clean(client: Any, home: Any) -> None:
    value = {"relation": "", "title": "Erst", "text": "<p>Los<script>alert(1)</script></p>", "links": []}
    page = make_page(home, "Umziehen", StepByStepPage, steps=json.dumps([{"type": "step", "value": value}]))
    own = client.get(f"/api/v1/pages/{page.pk}/").json()["own"]
    assert own["steps"][0]["value"]["text"] == "<p>Los</p>"


def test_own_fields_exist() -> None:
    models = {model._meta.model_name: model for model in Page.__subclasses__()}
    for name, fields in OWN_FIELDS.items():
        for field in fields:
            assert models[name]._meta.get_field(field)


def test_pages_are_filtered(client: Any, home: Any) -> None:
    section = make_page(home, "Kultur", show_in_menus=True)
    page = make_page(section, "Museen")
    make_page(page, "Gutenberg-Museum")

    def titles(**query: Any) -> list[str]:
        return [row["title"] for row in client.get("/api/v1/pages/", query).json()["results"]]

    assert titles(parent=section.pk) == ["Museen"]
    assert titles(below=section.pk) == ["Museen", "Gutenberg-Museum"]
    assert titles(in_menu="true") == ["Kultur"]
    assert titles(slug="museen") == ["Museen"]
    assert titles(page_type="homepage") == ["Mainz"]
    assert titles(page_language="en") == []


def test_any_address_of_the_site_is_found(client: Any, city: dict[str, Any]) -> None:
    def at(path: str) -> dict[str, str]:
        return client.get("/api/v1/addresses/", {"path": path}).json()

    assert at("/neu/")["api_url"] == f"http://testserver/api/v1/pages/{city['page'].pk}/"
    assert at("/")["kind"] == "page"
    service = city["service"]
    assert (at(service.get_absolute_url())["kind"], at(service.get_absolute_url())["id"]) == (
        "service",
        str(service.pk),
    )
    Redirect.objects.create(old_path="/alt", redirect_page=city["page"])
    assert at("/alt/")["redirect_to"] == "http://testserver/neu/"
    assert client.get("/api/v1/addresses/", {"path": "/gibtesnicht/"}).status_code == 404


def test_short_links_and_missing_slashes_lead_on(client: Any, city: dict[str, Any]) -> None:
    ShortLink.objects.create(name="neu", page=city["page"])
    ShortLink.objects.create(name="alt", page=city["page"], expires_at=timezone.now() - timedelta(seconds=1))
    service = city["service"].get_absolute_url()
    for path, target in (("/@neu", "/neu/"), ("/@Neu/", "/neu/"), ("/neu", "/neu/"), (service[:-1], service)):
        answer = client.get("/api/v1/addresses/", {"path": path}).json()
        assert answer == {"kind": "", "id": "", "api_url": "", "redirect_to": f"http://testserver{target}"}
    assert client.get("/api/v1/addresses/", {"path": "/@alt"}).status_code == 404


@pytest.mark.parametrize("path", ["", "neu", "https://evil.example/", "//evil.example/", "/" + "x" * 3_000])
def test_odd_addresses_are_named(client: Any, home: Any, path: str) -> None:
    assert client.get("/api/v1/addresses/", {"path": path}).status_code == 400


def test_menus_have_whole_addresses(client: Any, home: Any) -> None:
    make_page(home, "Kultur", show_in_menus=True)
    menus = client.get("/api/v1/menus/").json()
    assert {"title": "Kultur", "url": "http://testserver/kultur/", "icon": ""} in menus["main"]
    assert [entry["code"] for entry in menus["languages"]] == ["de", "en"]


def test_menus_lead_to_what_is_in_easy_language_and_signed(client: Any, home: Any) -> None:
    film = make_page(home, "Gebärdensprache", model=SignLanguagePage, slug="dgs")
    Page.objects.filter(pk=film.pk).update(live=True)  # released
    menus = client.get("/api/v1/menus/").json()
    assert menus["sign"] == {"title": "Gebärdensprache", "url": "http://testserver/dgs/", "icon": "hand"}
    assert menus["easy"] is None


def test_a_topic_page_lists_what_there_is_about_it(client: Any, home: Any, roles: Any) -> None:
    topic = Topic.objects.create(slug="verkehr")
    topic.set_texts({("title", "de"): "Verkehr"})
    topic.save()
    page = make_page(home, "Alles zum Verkehr", model=TopicPage, topic=topic)
    for title in ("Radwege", "Baustellenplan"):
        about = make_page(home, title, slug=title.lower(), summary="Kurz")
        about.page_topics.create(topic=topic)
        about.save()
    restrict(about, roles["staff"])
    project_pending(500)
    own = client.get(f"/api/v1/pages/{page.pk}/").json()["own"]
    assert own["topic"] == {"slug": "verkehr", "title": "Verkehr"}
    found = [(entry["kind"], entry["title"], entry["summary"], entry["url"]) for entry in own["entries"]]
    assert found == [("page", "Radwege", "Kurz", "http://testserver/radwege/")]


def test_lists_cost_few_queries_however_long(client: Any, home: Any) -> None:
    for number in range(8):
        make_page(home, f"Seite {number}")
        get_image_model()(title=f"Bild {number}", file=picture("PNG")).save()
    for path in ("/api/v1/pages/", "/api/v1/images/", "/api/v1/documents/", "/api/v1/menus/"):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        assert len(captured) <= 8, (path, len(captured))


def test_a_page_names_its_call_in_its_own_language(client: Any, home: Any, admin_user: Any) -> None:
    service = make_service()
    service.set_texts({("title", "en"): "Apply for an identity card"})
    service.save()
    german = client.get(service.get_absolute_url()).content.decode()
    assert f'<link rel="alternate" type="application/json" href="/api/v1/services/{service.pk}/">' in german
    assert f'<code>curl "http://testserver/api/v1/services/{service.pk}/"</code>' in german
    english = client.get(f"/en/services/{service.slug}/").content.decode()
    assert f'<code>curl "http://testserver/api/v1/services/{service.pk}/?language=en"</code>' in english
    assert "ohne Anmeldung" in german
    assert "ohne Anmeldung" not in client_of(admin_user).get(service.get_absolute_url()).content.decode()


def test_an_office_below_another_is_told_in_a_body(client: Any, home: Any, staff_rule: Any) -> None:
    seen, hidden = make_unit(), make_unit(slug="intern", access_rule=staff_rule)
    for above, told in ((seen, str(seen.pk)), (hidden, None)):
        below = make_unit(slug=f"unter-{above.slug}", parent=above)
        page = make_page(home, f"Kontakt {above.slug}", body=[("unit_contact", below)])
        (block,) = client.get(f"/api/v1/pages/{page.pk}/").json()["body"]
        assert block["value"]["parent_id"] == told


def test_a_start_page_tells_what_is_wanted_and_open(client: Any, home: Any, staff_rule: Any) -> None:
    make_service(is_popular=True)
    make_service(slug="intern", is_popular=True, access_rule=staff_rule)
    own = client.get(f"/api/v1/pages/{home.pk}/").json()["own"]
    assert len(own["wishes"]) == 1
    assert own["wishes"][0]["url"].startswith("http://testserver/")
    assert own["open_places"] == []
