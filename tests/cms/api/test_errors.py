"""Errors have one shape (RFC 9457), whoever notices them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError

from cms.api.errors import PROBLEMS
from tests.conftest import make_unit

pytestmark = pytest.mark.django_db


def check(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"].endswith(f"/api/problems/#{code}")
    assert problem["detail"]
    return problem


def test_addresses_that_do_not_exist(client: Any, home: Any) -> None:
    for path in ("/api/v1/gibtesnicht/", "/api/v2/units/", "/api/v1/units/17/", "/api/v1/units/x/"):
        check(client.get(path), 404, "not-found")


def test_methods_that_do_not_exist(client: Any, home: Any) -> None:
    check(client.delete("/api/v1/search/"), 405, "method-not-allowed")


def test_other_forms_than_json(client: Any, home: Any) -> None:
    check(client.get("/api/v1/units/", headers={"accept": "application/xml"}), 406, "not-acceptable")


def test_a_misspelled_parameter(client: Any, home: Any) -> None:
    problem = check(client.get("/api/v1/units/", {"ofice_code": "33"}), 400, "unknown-parameter")
    (place,) = problem["errors"]
    assert place["parameter"] == "ofice_code"
    assert "office_code" in place["detail"]


def test_nul_characters(client: Any, home: Any) -> None:
    check(client.get("/api/v1/units/", {"slug": "\x00"}), 400, "invalid")


def test_too_many_requests(client: Any, home: Any, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 2
    for _number in range(2):
        assert client.get("/api/v1/units/").status_code == 200
    answer = client.get("/api/v1/units/")
    check(answer, 429, "too-many-requests")
    assert int(answer["Retry-After"]) > 0
    assert client.get("/").status_code == 200


def failing(error: Exception) -> Any:
    def rows(reader: Any) -> Any:
        raise error

    return rows


def test_a_database_that_is_away(client: Any, home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make_unit()
    monkeypatch.setattr("cms.api.views.ResourceList.get_queryset", lambda self: failing(OperationalError())(None))
    answer = client.get("/api/v1/units/")
    check(answer, 503, "unavailable")
    assert answer["Retry-After"] == "30"


def test_what_nobody_expected(client: Any, home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("cms.api.views.ResourceList.get_queryset", lambda self: failing(RuntimeError("geheim"))(None))
    problem = check(client.get("/api/v1/units/"), 500, "server-error")
    assert "geheim" not in str(problem)


def test_each_kind_of_problem_is_explained_where_its_type_leads(client: Any, home: Any) -> None:
    text = client.get("/api/problems/").content.decode()
    for code in PROBLEMS:
        assert f'id="{code}"' in text
