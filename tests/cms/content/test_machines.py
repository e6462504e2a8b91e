"""robots.txt, sitemap.xml, security.txt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.checks import run_checks
from django.test import override_settings
from django.utils import timezone

from cms.content import machines
from search.indexing import project_pending
from tests.conftest import make_page, make_service, restrict

pytestmark = pytest.mark.django_db
LINK = "{http://www.w3.org/1999/xhtml}link"
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(answer: Any) -> dict[str, str]:
    """Return address -> lastmod."""
    assert answer.status_code == 200
    found = ElementTree.fromstring(answer.content)  # noqa: S314  our own answer
    return {
        item.findtext(f"{NAMESPACE}loc", ""): item.findtext(f"{NAMESPACE}lastmod", "")
        for item in found
    }  # fmt: skip


@pytest.fixture
def city(home: Any, roles: Any, staff_rule: Any) -> None:
    make_page(home, "Kultur").save_revision().publish()
    restrict(make_page(home, "Geheim"), roles["staff"])
    make_service("Hund anmelden", slug="hund")
    make_service("Tresor öffnen", slug="tresor", access_rule=staff_rule)
    project_pending(100)


def test_pages_and_records_are_named_with_the_day_they_changed(client: Any, city: Any) -> None:
    found = addresses(client.get("/sitemap.xml"))
    today = timezone.localdate().isoformat()  # the city's day, as the page shows it
    assert found["http://testserver/kultur/"][:10] == today
    assert found["http://testserver/leistungen/hund/"][:10] == today
    assert not [address for address in found if "geheim" in address or "tresor" in address]


def test_a_record_names_its_address_in_other_languages(client: Any, home: Any, staff_rule: Any) -> None:
    for slug, rule in (("hund", None), ("tresor", staff_rule)):
        service = make_service("Anmelden", slug=slug, **({"access_rule": rule} if rule else {}))
        service.set_texts({("title", "en"): "Register"})
        service.save()
    make_service("Nur deutsch", slug="nur")
    project_pending(100)
    found = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314  our own answer
    others = {
        item.findtext(f"{NAMESPACE}loc"): {link.get("hreflang"): link.get("href") for link in item.iter(LINK)}
        for item in found
    }
    both = {"de": "http://testserver/leistungen/hund/", "en": "http://testserver/en/services/hund/"}
    assert others[both["de"]] == others[both["en"]] == both
    assert others["http://testserver/leistungen/nur/"] == {}
    assert "tresor" not in str(others)


def test_a_long_sitemap_is_an_index_of_parts(client: Any, city: Any, monkeypatch: Any, staff_user: Any) -> None:
    client.force_login(staff_user)  # what is public, whoever asks
    monkeypatch.setattr(machines, "MOST_ADDRESSES", 1)
    for part in machines.SITEMAPS.values():
        monkeypatch.setattr(part, "limit", 1)
    parts = addresses(client.get("/sitemap.xml"))
    assert "http://testserver/sitemap-pages.xml?p=2" in parts
    every = {address for part in parts for address in addresses(client.get(part))}
    assert {"http://testserver/kultur/", "http://testserver/leistungen/hund/"} <= every
    assert not [address for address in every if "geheim" in address or "tresor" in address]


@pytest.mark.parametrize("path", ["/sitemap-nichts.xml", "/sitemap-pages.xml?p=99", "/sitemap-pages.xml?p=x"])
def test_parts_that_do_not_exist(client: Any, city: Any, path: str) -> None:
    assert client.get(path).status_code == 404


def test_crawlers_stay_out_of_search_and_admin(client: Any, home: Any) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert {"Disallow: /admin/", "Disallow: /suche/", "Disallow: /en/search/", "Disallow: /@"} <= set(lines)
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"


def soon(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def test_security_txt_names_contact_and_expiry(client: Any, db: None) -> None:
    with override_settings(SECURITY_TXT_CONTACT=["mailto:x@mainz.example", "https://x.example/"],
                           SECURITY_TXT_EXPIRES=soon(90), SITE_URL="https://mainz.example"):  # fmt: skip
        answer = client.get("/.well-known/security.txt")
    fields = [line.split(": ", 1) for line in answer.content.decode().splitlines()]
    assert answer["Content-Type"] == "text/plain; charset=utf-8"  # RFC 9116, section 3
    assert [value for name, value in fields if name == "Contact"] == ["mailto:x@mainz.example", "https://x.example/"]
    values = dict(fields)
    assert datetime.fromisoformat(values["Expires"]) > datetime.now(UTC)
    assert values["Canonical"] == "https://mainz.example/.well-known/security.txt"
    assert [name for name, _value in fields].count("Expires") == 1


@pytest.mark.parametrize(
    ("contact", "expires"), [([], soon(90)), (["mailto:x@y.example"], None), (["mailto:x@y.example"], soon(-1))]
)
def test_a_statement_that_holds_no_longer_is_not_shown(client: Any, db: None, contact: list[str], expires: Any) -> None:
    with override_settings(SECURITY_TXT_CONTACT=contact, SECURITY_TXT_EXPIRES=expires):
        assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    ("contact", "expires", "message"),
    [
        ([], None, "content.W001"),
        (["x@y.example"], soon(90), "content.E001"),
        (["mailto:x@y.example"], None, "content.W002"),
        (["mailto:x@y.example"], soon(10), "content.W003"),
        (["mailto:x@y.example"], soon(800), "content.W004"),
        (["mailto:x@y.example"], soon(200), ""),
    ],
)
def test_the_check_before_going_live_warns(contact: list[str], expires: Any, message: str) -> None:
    with override_settings(SECURITY_TXT_CONTACT=contact, SECURITY_TXT_EXPIRES=expires):
        found = {item.id for item in run_checks(tags=["security"], include_deployment_checks=True)}
    assert {item for item in found if item.startswith("content.")} == ({message} if message else set())
