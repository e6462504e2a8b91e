"""Nothing leaks: for each way to read, a restricted thing and a reader who must not see it."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.urls import URLPattern, URLResolver, get_resolver
from PIL import Image as PillowImage
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction

from cms.api.resources import api_path
from cms.content.models import CityDocument
from plugins.services.models import LifeSituation, Service
from search.indexing import project_pending
from tests.conftest import client_of, make_location, make_page, make_service, make_unit, make_user

from .leaks import PATHS

TESTS = Path(__file__).resolve().parents[1]
SECRET = "Winkelhakenstube"


def own_addresses() -> set[str]:
    """Return the names of all addresses but those of Wagtail's admin and of static files."""
    found = set()

    def walk(patterns: list[Any], prefix: str) -> None:
        for item in patterns:
            if isinstance(item, URLResolver):
                if item.app_name != "wagtailadmin" and not str(item.pattern).startswith("admin"):
                    walk(item.url_patterns, f"{item.namespace}:" if item.namespace else prefix)
            elif isinstance(item, URLPattern) and item.name:
                found.add(f"{prefix}{item.name}")

    walk(get_resolver().url_patterns, "")
    return found


def test_every_address_is_in_the_list() -> None:
    listed = {url for path in PATHS for url in path.urls}
    ignored = {name for name in own_addresses() if name.startswith("wagtail") and name != "wagtail_serve"}
    assert own_addresses() - listed - ignored == set()


def test_every_row_names_tests_that_exist() -> None:
    for path in PATHS:
        assert path.tests or path.why, path.name
        for test in path.tests:
            file, function = test.split("::")
            assert f"def {function}(" in (TESTS / file).read_text(encoding="utf-8"), test


pytestmark = pytest.mark.django_db


@pytest.fixture
def secrets(intranet: Any, staff_rule: Any) -> dict[str, Any]:
    """One restricted thing of each kind, all called alike."""
    unit = make_unit(f"{SECRET} Amt", "98", slug="geheim-amt", access_rule=staff_rule)
    location = make_location(f"{SECRET} Haus", access_rule=staff_rule)
    from cms.directory.models import Person

    person = Person.objects.create(slug="geheim", last_name=SECRET, unit=unit, access_rule=staff_rule)
    situation = LifeSituation(slug="umzug")
    situation.set_texts({("title", "de"): "Umzug"})
    situation.save()
    service = make_service(
        f"{SECRET} buchen", slug="geheim", access_rule=staff_rule, unit=make_unit(), location=make_location()
    )
    service.life_situations.set([situation])
    service.save()
    page = make_page(intranet, f"{SECRET} Seite", slug="geheim")
    project_pending(500)
    return {"unit": unit, "location": location, "person": person, "service": service, "page": page}


def body(client: Any, path: str) -> str:
    return client.get(path, follow=True).content.decode()


def test_a_restricted_page_is_not_read(client: Any, secrets: Any, staff_user: Any) -> None:
    assert SECRET not in body(client, "/intranet/geheim/")
    assert SECRET in body(client_of(staff_user), "/intranet/geheim/")


def test_menus_and_lists_leave_restricted_pages_out(
    client: Any, secrets: Any, home: Any, roles: Any, staff_user: Any
) -> None:
    from tests.conftest import restrict

    open_page = make_page(home, "Offen", show_in_menus=True)
    hidden = make_page(open_page, f"{SECRET} darunter")
    restrict(hidden, roles["staff"])
    menu = make_page(home, f"{SECRET} im Menü", show_in_menus=True)
    restrict(menu, roles["staff"])
    for path in ("/", "/offen/"):
        assert SECRET not in body(client, path)
        assert SECRET in body(client_of(staff_user), path)


def test_breadcrumbs_leave_restricted_pages_out(secrets: Any, home: Any) -> None:
    page = secrets["page"]
    assert page.breadcrumbs(None) == []


def test_the_sitemap_names_public_things_only(client: Any, secrets: Any, home: Any) -> None:
    make_page(home, "Öffentlich", slug="oeffentlich")
    text = body(client, "/sitemap.xml")
    assert "/oeffentlich/" in text
    assert "geheim" not in text
    assert "intranet" not in text
    assert "winkelhakenstube" not in text


def test_a_link_block_leaves_restricted_pages_out(client: Any, secrets: Any, home: Any, staff_user: Any) -> None:
    block = {"type": "links", "value": [{"label": f"Zur {SECRET}", "page": secrets["page"].pk, "url": ""}]}
    make_page(home, "Links", body=json.dumps([block]))
    assert SECRET not in body(client, "/links/")
    assert SECRET in body(client_of(staff_user), "/links/")


def test_blocks_show_only_what_the_reader_may_see(client: Any, secrets: Any, home: Any, staff_user: Any) -> None:
    document = private_document()
    blocks = [
        {"type": "unit_contact", "value": secrets["unit"].pk},
        {"type": "opening_hours", "value": secrets["location"].pk},
        {"type": "services", "value": {"title": "", "services": [secrets["service"].pk]}},
        {"type": "document", "value": document.pk},
    ]
    make_page(home, "Blöcke", slug="bloecke", body=json.dumps(blocks))
    public, staff = body(client, "/bloecke/"), body(client_of(staff_user), "/bloecke/")
    assert SECRET not in public
    for text in (f"{SECRET} Amt", f"{SECRET} Haus", f"{SECRET} buchen", f"{SECRET} Papier"):
        assert text in staff


def test_the_preview_asks_for_the_right_to_edit(client: Any, secrets: Any, staff_user: Any) -> None:
    for path in (
        f"/admin/pages/{secrets['page'].pk}/edit/preview/",
        f"/admin/pages/{secrets['page'].pk}/view_draft/",
        f"/admin/snippets/services/service/preview/{secrets['service'].pk}/",
    ):
        assert SECRET not in body(client, path)
        assert client_of(staff_user).get(path, follow=True).status_code == 403


def private_collection() -> Collection:
    from django.contrib.auth.models import Group

    collection = Collection.get_first_root_node().add_child(name="intern")
    restriction = CollectionViewRestriction.objects.create(
        collection=collection, restriction_type=CollectionViewRestriction.GROUPS
    )
    restriction.groups.set(Group.objects.filter(name="staff"))
    return collection


def private_document() -> CityDocument:
    document = CityDocument(title=f"{SECRET} Papier", collection=private_collection())
    document.file.save("papier.txt", ContentFile(b"intern"), save=False)
    document.save()
    return document


def test_private_files_do_not_exist_for_the_public(client: Any, home: Any, staff_user: Any, editor_user: Any) -> None:
    collection = private_collection()
    document = CityDocument(title="Papier", collection=collection)
    document.file.save("intern.txt", ContentFile(b"intern"), save=False)
    document.save()
    buffer = BytesIO()
    PillowImage.new("RGB", (40, 40)).save(buffer, "PNG")
    image = get_image_model()(title="Bild", collection=collection, file=ImageFile(buffer, name="intern.png"))
    image.save()
    for url in (document.url, image.file.url, image.get_rendition("width-20").url):
        assert client.get(url).status_code == 404, url
        assert client_of(staff_user).get(url).status_code == 200, url
    CollectionViewRestriction.objects.all().delete()
    assert client.get(document.url).status_code == 200


def test_private_files_are_not_cached(client: Any, home: Any, staff_user: Any) -> None:
    document = private_document()
    answer = client_of(staff_user).get(document.url)
    assert "private" in answer["Cache-Control"]
    assert "no-store" in answer["Cache-Control"]
    CollectionViewRestriction.objects.all().delete()
    assert "public" in client.get(document.url)["Cache-Control"]


def test_search_addresses_hide_restricted_records(client: Any, secrets: Any, staff_user: Any) -> None:
    for path in (f"/suche/?q={SECRET}", f"/api/v1/search/?q={SECRET}", f"/suche/vorschlaege/?q={SECRET[:6]}"):
        public = body(client, path).replace(f'value="{SECRET}"', "").replace(f'"text":"{SECRET}"', "")
        assert f"{SECRET} " not in public.replace(f"{SECRET} –", ""), path
        staff = body(client_of(staff_user), path)
        assert f"{SECRET} buchen" in staff, path
    assert client.get("/api/v1/search/", {"q": SECRET}).json()["total"] == 0


def test_the_comparison_is_for_staff(client: Any, secrets: Any, citizen: Any, staff_user: Any) -> None:
    path = f"/suche/vergleich/?q={SECRET}"
    assert client.get(path).status_code == 302
    assert client_of(citizen).get(path).status_code == 403
    assert f"{SECRET} buchen" in body(client_of(staff_user), path)


def test_a_restricted_service_is_on_no_page(client: Any, secrets: Any, staff_user: Any) -> None:
    lists = ["/", "/leistungen/", "/leistungen/lebenslagen/umzug/", "/leistungen/nach-aemtern/buergeramt/",
             "/aemter/buergeramt/", "/standorte/buergerservice/", "/api/v1/services/"]  # fmt: skip
    for path in lists:
        assert SECRET not in body(client, path), path
    for path in lists[1:]:
        assert SECRET in body(client_of(staff_user), path), path
    thing = api_path("service", Service.objects.get(slug="geheim").pk)
    assert SECRET in body(client_of(staff_user), thing)
    for path in ("/leistungen/geheim/", "/leistungen/geheim/drucken/", "/leistungen/nach-aemtern/geheim-amt/", thing):
        assert client.get(path).status_code == 404, path


def test_counts_do_not_count_restricted_services(client: Any, secrets: Any, staff_user: Any) -> None:
    assert client.get("/leistungen/").context["count"] == 0
    assert client_of(staff_user).get("/leistungen/").context["count"] == 1
    assert [item.service_count for item in client.get("/leistungen/lebenslagen/").context["situations"]] == [0]
    assert client.get("/leistungen/nach-aemtern/").context["units"] == []
    assert client.get("/api/v1/services/").json()["results"] == []


def test_restricted_units_locations_and_people_are_on_no_page(client: Any, secrets: Any, staff_user: Any) -> None:
    for path in ("/aemter/", "/standorte/", "/api/v1/units/", "/api/v1/locations/"):
        assert SECRET not in body(client, path), path
        assert SECRET in body(client_of(staff_user), path), path
    for name in ("unit", "location"):
        path = api_path(name, secrets[name].pk)
        assert client.get(path).status_code == 404
        assert SECRET in body(client_of(staff_user), path)
    for name in ("unit", "location", "person"):
        url = secrets[name].get_absolute_url()
        assert client.get(url).status_code == 404
        assert client_of(staff_user).get(url).status_code == 200


def test_answers_for_people_signed_in_are_private(secrets: Any, staff_user: Any, client: Any) -> None:
    for path in ("/", "/leistungen/", "/aemter/", "/suche/?q=x", "/api/v1/services/"):
        assert "private" in client_of(staff_user).get(path)["Cache-Control"], path
        assert not client.get(path).cookies, path


def test_the_error_page_says_the_same_for_hidden_and_missing(client: Any, secrets: Any) -> None:
    hidden, missing = client.get("/leistungen/geheim/"), client.get("/leistungen/fehlt/")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content.replace(b"geheim", b"") == missing.content.replace(b"fehlt", b"")


def test_figures_are_for_the_local_machine_or_the_token(client: Any, settings: Any, db: None) -> None:
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert (
        client.get("/metrics", REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 404
    )
    settings.METRICS_TOKEN = "t0ken"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer t0ken"}).status_code == 200


def test_a_password_reset_does_not_tell_who_has_an_account(client: Any, home: Any, staff_user: Any) -> None:
    answers = [
        client.post("/accounts/password/reset/", {"email": mail}) for mail in (staff_user.email, "niemand@x.example")
    ]
    assert {(answer.status_code, answer.get("Location")) for answer in answers} == {(302, answers[0]["Location"])}


def test_earlier_versions_are_for_those_who_edit(client: Any, home: Any, staff_user: Any) -> None:
    page = make_page(home, "Seite")
    page.title = SECRET
    revision = page.save_revision()
    chief = client_of(make_user("chef", is_superuser=True))
    for path in (
        f"/admin/pages/{page.pk}/history/",
        f"/admin/pages/{page.pk}/revisions/{revision.pk}/view/",
        f"/admin/pages/{page.pk}/revisions/compare/earliest...latest/",
        f"/admin/pages/{page.pk}/view_draft/",
    ):
        for reader in (client, client_of(staff_user)):
            assert reader.get(path).status_code in {302, 403}, path
        assert chief.get(path).status_code == 200, path
    assert SECRET not in body(client, page.url)
