"""ETag and Last-Modified: an unchanged answer costs next to nothing, a changed one is never taken for unchanged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.access.models import AccessRule, principal
from cms.access.rules import STAFF_GROUP
from cms.caching import versions
from tests.conftest import client_of, make_service, make_unit

pytestmark = pytest.mark.django_db
PATH = "/api/v1/units/"


def again(client: Any, answer: Any, path: str = PATH, **headers: str) -> Any:
    return client.get(path, headers={"if-none-match": answer["ETag"], **headers})


def test_an_unchanged_answer_is_not_sent_again(client: Any, home: Any) -> None:
    make_unit()
    answer = client.get(PATH)
    with CaptureQueriesContext(connection) as captured:
        unchanged = again(client, answer)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged["ETag"] == answer["ETag"]
    assert len(captured) <= 2


def test_for_people_signed_in_it_takes_four_queries(home: Any, staff_user: Any) -> None:
    make_unit()
    client = client_of(staff_user)
    answer = client.get(PATH)
    assert "private" in answer["Cache-Control"]
    with CaptureQueriesContext(connection) as captured:
        assert again(client, answer).status_code == 304
    assert len(captured) <= 4, [query["sql"] for query in captured]


def test_a_change_is_seen_at_once(client: Any, home: Any) -> None:
    unit = make_unit()
    answer = client.get(PATH)
    unit.set_texts({("name", "de"): "Neuer Name"})
    unit.save()
    assert again(client, answer).status_code == 200


def test_an_answer_for_one_is_no_unchanged_answer_for_another(client: Any, home: Any, staff_user: Any) -> None:
    make_unit()
    mine = client_of(staff_user)
    answer = mine.get(PATH)
    assert again(client, answer).status_code == 200
    assert again(mine, answer).status_code == 304
    assert again(mine, client.get(PATH)).status_code == 200


def test_who_loses_a_role_is_answered_anew(home: Any, staff_user: Any, staff_rule: Any) -> None:
    make_unit("Ermittlungen", "39", access_rule=staff_rule)
    client = client_of(staff_user)
    answer = client.get(PATH)
    assert len(answer.json()["results"]) == 1
    staff_user.groups.remove(staff_user.groups.get(name=STAFF_GROUP))
    changed = again(client, answer)
    assert changed.status_code == 200
    assert changed.json()["results"] == []


def test_another_language_is_another_answer(client: Any, home: Any) -> None:
    make_service()
    answer = client.get("/api/v1/services/")
    assert again(client, answer, "/api/v1/services/", **{"accept-language": "en"}).status_code == 200


def test_what_the_clock_opens_is_seen_when_it_opens(client: Any, home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opens = timezone.now() + timedelta(minutes=5)
    rule = AccessRule.objects.intern([[principal("public", start=opens.isoformat())]])
    make_unit("Wahlamt", "12", access_rule=rule)
    answer = client.get(PATH)
    assert answer.json()["results"] == []
    assert again(client, answer).status_code == 304
    monkeypatch.setattr(timezone, "now", lambda: opens + timedelta(seconds=1))
    opened = again(client, answer)
    assert opened.status_code == 200
    assert len(opened.json()["results"]) == 1


def test_the_time_of_the_last_change_counts_without_an_etag(client: Any, home: Any) -> None:
    unit = make_unit()
    client.get(PATH)
    versions._memory.since -= timedelta(seconds=5)  # as if it had been seen then
    answer = client.get(PATH)
    asked = {"if-modified-since": answer["Last-Modified"]}
    assert client.get(PATH, headers=asked).status_code == 304
    unit.set_texts({("name", "de"): "Neuer Name"})
    unit.save()
    assert client.get(PATH, headers=asked).status_code == 200


def test_no_time_is_told_in_the_second_of_a_change(client: Any, home: Any) -> None:
    make_unit()
    assert not client.get(PATH).has_header("Last-Modified")


def test_an_answer_made_for_a_session_is_not_for_everybody(home: Any, staff_user: Any) -> None:
    make_unit()
    answer = client_of(staff_user).get(PATH)
    assert "no-cache" in answer["Cache-Control"]
    assert {"Cookie", "Authorization", "Accept-Language"} <= set(answer["Vary"].split(", "))
    assert "public" in Client().get(PATH)["Cache-Control"]
