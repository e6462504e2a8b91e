"""Whatever is sent to any address of ours, the answer is never a server error."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.services.models import LifeSituation
from tests.conftest import client_of, make_location, make_service, make_unit

pytestmark = pytest.mark.django_db
ODD = [
    "x" * 10_000,
    "\N{GRINNING FACE}",
    "\x00",
    "\x07\x1b",
    "\u202e",
    "'--",
    "<script>",
    "%",
    "9" * 40,
    "-1",
    "1e9",
    "%s{0}",
]
PARAMETERS = ["object_id", "q", "page", "kind", "size", "limit", "offset", "format", "next", "language"]


def own_paths(value: str) -> list[str]:
    """Return every path of ours in both languages, ``value`` in each place that takes one."""
    found: set[str] = set()

    def walk(patterns: list[Any], prefix: str) -> None:
        for item in patterns:
            route = str(item.pattern).replace("^", "").replace("$", "")
            if isinstance(item, URLResolver):
                if item.app_name != "wagtailadmin" and not route.startswith("admin"):
                    walk(item.url_patterns, prefix + route)
            elif isinstance(item, URLPattern) and "(" not in route:
                parts = (prefix + route).split("/")
                found.add("/" + "/".join(value if part.startswith("<") else part for part in parts))

    for language in ("de", "en"):
        with translation.override(language):
            walk(get_resolver().url_patterns, "")
    return sorted(found)


@pytest.fixture
def city(home: Any) -> None:
    unit, location = make_unit(), make_location()
    situation = LifeSituation(slug="umzug")
    situation.set_texts({("title", "de"): "Umzug"})
    situation.save()
    service = make_service(unit=unit, location=location)
    service.life_situations.set([situation])
    service.save()


def test_all_addresses_are_tried() -> None:
    paths = own_paths("x")
    for path in ("/leistungen/x/", "/en/offices/x/", "/api/v1/units/", "/suche/", "/media/x", "/accounts/login/"):
        assert path in paths


@pytest.mark.parametrize("odd", ODD)
def test_odd_places_in_paths(client: Any, city: None, odd: str) -> None:
    for path in own_paths(odd):
        assert client.get(path).status_code < 500, path[:80]


@pytest.mark.parametrize(("name", "odd"), list(product(PARAMETERS, ODD)))
def test_odd_parameters(client: Any, city: None, name: str, odd: str) -> None:
    for path in ("/", "/suche/", "/suche/vorschlaege/", "/leistungen/", "/aemter/", "/standorte/", "/accounts/login/",
                 "/api/v1/search/", "/api/v1/services/", "/api/v1/units/", "/api/v1/locations/", "/api/v1/notices/", "/api/schema/", "/barriere-melden/"):  # fmt: skip
        assert client.get(path, {name: odd}).status_code < 500, path


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "head"])
def test_other_methods(client: Any, city: None, method: str) -> None:
    for path in own_paths("x"):
        assert getattr(client, method)(path).status_code < 500, path


@pytest.mark.parametrize("odd", ODD)
def test_odd_words_when_signing_in(client: Any, home: Any, odd: str) -> None:
    answer = client.post("/accounts/login/", {"login": odd, "password": odd, "next": odd})
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "headers",
    [
        {"accept-language": "xx-klingon,de;q=9"},
        {"accept-language": "x" * 5_000},
        {"accept": "nonsense/\xf0"},
        {"host": "evil.example"},
        {"cookie": "sessionid=\xf0\x9f; csrftoken=\x07; django_language=xx"},
        {"x-forwarded-for": "not, an, address"},
        {"range": "bytes=9999-1"},
        {"if-modified-since": "gestern"},
        {"hx-request": "true"},
    ],
)
def test_odd_headers(client: Any, city: None, headers: dict[str, str]) -> None:
    for path in ("/", "/leistungen/", "/suche/?q=x", "/api/v1/services/"):
        assert client.get(path, headers=headers).status_code < 500, path


def test_pages_for_staff_stand_the_same(city: None, staff_user: Any) -> None:
    client = client_of(staff_user)
    for odd in ("x" * 10_000, "\x00", "9" * 40):
        assert client.get("/suche/vergleich/", {"q": odd}).status_code < 500


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60), page=st.text(max_size=12), size=st.integers())
def test_any_search_is_answered(client: Any, home: Any, words: str, page: str, size: int) -> None:
    values = {"q": words.encode("utf-8", "replace"), "page": page.encode("utf-8", "replace"), "size": size}
    for path in ("/suche/", "/suche/vorschlaege/", "/api/v1/search/"):
        assert client.get(path, values).status_code in {200, 400, 404}
