"""The same request sent twice: one deed, one answer."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cms.integrations import idempotency, services
from cms.integrations.models import ApiKey, DoneRequest
from cms.notices import services as notices
from cms.notices.models import Notice
from tests.cms.integrations.calls import Caller, pointers, problem

pytestmark = pytest.mark.django_db
PATH = "/api/v1/notices/"
BRIDGE = {"headline": {"de": "Brücke gesperrt"}, "severity": "warning"}
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


@pytest.fixture
def caller(caller_with: Any) -> Caller:
    return caller_with("notices:write")


def test_the_second_gets_the_answer_of_the_first(caller: Caller) -> None:
    first = caller("post", PATH, BRIDGE, idempotency_key=KEY)
    assert "Idempotency-Replayed" not in first.headers
    turned = dict(reversed(BRIDGE.items()))
    for key in (KEY, f'"{KEY}"'):
        second = caller("post", PATH, turned, idempotency_key=key)
        assert second.headers["Idempotency-Replayed"] == "true"
        assert second.status_code == 201
        assert second.json() == first.json()
        assert second.headers["Location"] == first.headers["Location"]
        assert second.headers["ETag"] == first.headers["ETag"]
    assert Notice.objects.count() == 1


def test_the_answer_is_the_same_after_the_thing_has_changed(caller: Caller) -> None:
    first = caller("post", PATH, BRIDGE, idempotency_key=KEY)
    caller("patch", first.json()["api_url"], {"severity": "information"})
    assert caller("post", PATH, BRIDGE, idempotency_key=KEY).json() == first.json()


@pytest.mark.parametrize(("path", "values"), [(PATH, {**BRIDGE, "severity": "information"}), (f"{PATH}1/end/", {})])
def test_the_key_is_not_for_another_request(caller: Caller, path: str, values: Any) -> None:
    caller("post", PATH, BRIDGE, idempotency_key=KEY)
    problem(caller("post", path, values, idempotency_key=KEY), 422, "idempotency-key-reused")
    assert Notice.objects.count() == 1


def test_a_new_key_of_the_same_integration_goes_on_and_others_are_apart(caller: Caller, caller_with: Any) -> None:
    caller("post", PATH, BRIDGE, idempotency_key=KEY)
    text = services.rotate_key(key=ApiKey.objects.get(prefix=caller.key[:12]))[1]
    assert Caller(text)("post", PATH, BRIDGE, idempotency_key=KEY).headers["Idempotency-Replayed"] == "true"
    other = services.create_integration(name="Anderes Amt", contact="x@mainz.example")
    other_key = services.create_key(integration=other, name="x", scopes=["notices:write"])[1]
    problem(Caller(other_key)("post", PATH, BRIDGE, idempotency_key=KEY), 403, "forbidden")


def test_what_failed_may_be_corrected(caller: Caller) -> None:
    problem(caller("post", PATH, {}, idempotency_key=KEY), 400, "invalid")
    assert caller("post", PATH, BRIDGE, idempotency_key=KEY).status_code == 201


def test_after_a_day_the_key_is_free(caller: Caller) -> None:
    caller("post", PATH, BRIDGE, idempotency_key=KEY)
    DoneRequest.objects.update(at=timezone.now() - timedelta(hours=24))
    assert "Idempotency-Replayed" not in caller("post", PATH, BRIDGE, idempotency_key=KEY).headers
    assert Notice.objects.count() == 2
    assert idempotency.forget(timezone.now()) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "ä"])
def test_a_key_that_is_none_is_named(caller: Caller, key: str) -> None:
    assert pointers(problem(caller("post", PATH, BRIDGE, idempotency_key=key), 400, "invalid")) == ["/Idempotency-Key"]
    assert not Notice.objects.exists()


def test_a_crash_leaves_neither_thing_nor_answer(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(**values: Any) -> None:
        raise RuntimeError

    caller.client.raise_request_exception = False
    with monkeypatch.context() as patched:  # after the notice is stored, before the request ends
        patched.setattr(notices, "record", break_down)
        problem(caller("post", PATH, BRIDGE, idempotency_key=KEY), 500, "server-error")
    assert not Notice.objects.exists()
    assert not DoneRequest.objects.exists()
    assert caller("post", PATH, BRIDGE, idempotency_key=KEY).status_code == 201


@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite the second request waits for the first")
@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_answered_the_second_is_refused(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, answers = threading.Event(), threading.Event(), []
    real = notices.record

    def slow(**values: Any) -> Any:
        begun.set()
        assert go_on.wait(20)
        return real(**values)

    monkeypatch.setattr(notices, "record", slow)

    def first() -> None:
        answers.append(Caller(caller.key)("post", PATH, BRIDGE, idempotency_key=KEY))
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert begun.wait(20)
    problem(caller("post", PATH, BRIDGE, idempotency_key=KEY), 409, "conflict")
    go_on.set()
    thread.join(20)
    again = caller("post", PATH, BRIDGE, idempotency_key=KEY)
    assert again.json() == answers[0].json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Notice.objects.count() == 1
