"""Bad input gets a clear answer, never a 500."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError

pytestmark = pytest.mark.django_db
ODD = [
    "x" * 10_000,
    "😀",
    "\x00",
    "\x07\x1b",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    '"(((',
    "%",
    "ä" * 500,
    "der die das",
    "...",
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_queries(client: Any, home: Any, odd: str) -> None:
    for path in ("/suche/", "/api/v1/search/", "/suche/vorschlaege/"):
        answer = client.get(path, {"q": odd})
        assert answer.status_code in {200, 400}
        if "html" in answer["Content-Type"]:
            assert b"<script>alert" not in answer.content


@pytest.mark.parametrize(
    "parameters", [{"page": "0"}, {"page": "-1"}, {"page": "abc"}, {"page": "9" * 40}, {"size": "7"}, {"kind": "nope"}]
)
def test_wrong_types_are_named(client: Any, home: Any, parameters: dict[str, str]) -> None:
    assert client.get("/suche/", {"q": "x", **parameters}).status_code == 400
    answer = client.get("/api/v1/search/", {"q": "x", **parameters})
    assert answer.status_code == 400
    assert next(iter(parameters)) in [place["parameter"] for place in answer.json()["errors"]]


def test_a_page_beyond_the_last_is_404(client: Any, home: Any) -> None:
    assert client.get("/suche/", {"q": "x", "page": "99"}).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/gibt-es-nicht/",
        "/leistungen/x/",
        "/aemter/x/",
        "/standorte/x/",
        "/personen/x/",
        "/media/../settings.py",
        "/media/x.png",
        "/leistungen/lebenslagen/x/",
    ],
)
def test_unknown_addresses_are_404_in_german(client: Any, home: Any, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404


def test_database_away_is_a_readable_503_and_recovers(client: Any, home: Any) -> None:
    with patch("django.db.backends.utils.CursorWrapper.execute", side_effect=OperationalError("gone")):
        answer = client.get("/leistungen/")
    assert answer.status_code == 503
    assert "115" in answer.content.decode()
    assert answer["Retry-After"]
    assert client.get("/leistungen/").status_code == 200


def test_health_names_what_fails(client: Any) -> None:
    assert client.get("/health/ready/").json() == {
        "status": "ok",
        "checks": {"database": True, "migrations": True, "cache": True},
    }
    with patch("cms.operations.views.cache.get", side_effect=ConnectionError):
        answer = client.get("/health/ready/")
    assert answer.status_code == 503
    assert answer.json()["checks"]["cache"] is False
