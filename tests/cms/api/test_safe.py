"""What the API takes and tells browsers: sizes, times, other origins, policies."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from cms.api import limits
from tests.cms.integrations.calls import Caller, problem
from tests.conftest import make_location

NOTICES = "/api/v1/notices/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(caller_with: Any) -> Caller:
    return caller_with("notices:write")


def test_a_body_that_is_too_large_is_refused(caller: Caller, settings: Any) -> None:
    settings.API_MAX_BODY = 1_000
    problem(caller("post", NOTICES, {"headline": {"de": "x" * 1_000}}), 413, "too-large")


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000, "{", '"\\ud800"', "NaN", "\xff", "1" * 5_000])
def test_what_is_no_json_is_refused(caller: Caller, body: str) -> None:
    headers = {"authorization": f"Bearer {caller.key}"}
    answer = caller.client.generic("POST", NOTICES, body.encode("latin-1"), "application/json", headers=headers)
    problem(answer, 400, "invalid")


def test_answers_are_data_and_nothing_runs_in_them(client: Any) -> None:
    answer = client.get(NOTICES)
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src" not in client.get("/api/docs/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in client.get("/api/docs/").headers["Content-Security-Policy"]


def asked_from(client: Any, origin: str, path: str = NOTICES) -> Any:
    return client.get(path, headers={"origin": origin}).headers.get("Access-Control-Allow-Origin")


def test_no_other_origin_reads_the_api_by_default(client: Any) -> None:
    assert asked_from(client, "https://app.example") is None


def test_named_origins_do_without_cookies(client: Any, settings: Any, roles: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    assert asked_from(client, "https://app.example") == "https://app.example"
    assert asked_from(client, "https://other.example") is None
    assert asked_from(client, "https://app.example", "/aemter/") is None
    asked = {"origin": "https://app.example", "access-control-request-method": "POST",
             "access-control-request-headers": "authorization,idempotency-key"}  # fmt: skip
    answer = client.options(NOTICES, headers=asked)
    assert answer.status_code == 200
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "idempotency-key" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no limit on the time of a statement")
@pytest.mark.django_db(transaction=True)
def test_a_statement_that_takes_too_long_is_ended(client: Any, settings: Any, monkeypatch: Any) -> None:
    settings.API_STATEMENT_SECONDS = 1
    make_location()

    def slow(self: Any, *args: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr("cms.api.views.ResourceList.get_queryset", slow)
    client.raise_request_exception = False
    problem(client.get("/api/v1/locations/"), 503, "unavailable")
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] == "0"


def test_the_limit_ends_with_the_list(client: Any) -> None:
    with limits.time_limit():
        pass
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone()[0] == "0"


def test_options_say_what_there_is(client: Any, caller: Caller) -> None:
    assert client.options(NOTICES).status_code == 200
    answer = caller("options", NOTICES)
    assert answer.status_code == 200
    assert json.loads(answer.content)["name"]
