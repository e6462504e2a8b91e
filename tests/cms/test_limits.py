"""Everything that changes something has a limit, whatever address it is sent to."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from tests.cms.test_every_address import own_paths
from tests.conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def low(settings: Any) -> None:
    settings.UNSAFE_REQUESTS_A_MINUTE = settings.API_REQUESTS_A_MINUTE = 3


def test_every_address_of_ours_is_limited(home: Any) -> None:
    client = Client()
    began = 0.0
    for path in own_paths("x"):
        if time.monotonic() > began + 30:  # on a slow machine the minute ends before the addresses do
            began = time.monotonic()
            for _number in range(3):
                client.post("/")
                client.get("/api/v1/units/")  # the API counts for itself
        answer = client.post(path)
        assert answer.status_code == 429, path
        assert answer["Retry-After"] == "60"


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_count_as_well(home: Any, method: str) -> None:
    client = Client()
    statuses = [getattr(client, method)("/").status_code for _number in range(4)]
    assert statuses[-1] == 429
    assert 429 not in statuses[:3]


def test_reading_is_not_limited(home: Any) -> None:
    client = Client()
    for _number in range(5):
        client.post("/")
    assert client.get("/").status_code == 200


def test_another_address_is_another_sender(home: Any) -> None:
    for _number in range(4):
        Client(REMOTE_ADDR="192.0.2.1").post("/")
    assert Client(REMOTE_ADDR="192.0.2.1").post("/").status_code == 429
    assert Client(REMOTE_ADDR="198.51.100.1").post("/").status_code != 429


def test_a_header_anybody_can_write_changes_nothing(home: Any) -> None:
    for number in range(4):
        Client(headers={"x-forwarded-for": f"203.0.113.{number}"}).post("/")
    assert Client(headers={"x-forwarded-for": "203.0.113.99"}).post("/").status_code == 429


def test_editors_behind_one_address_do_not_stop_each_other(home: Any, editor_user: User, staff_user: User) -> None:
    editor, staff = client_of(editor_user), client_of(staff_user)
    path = reverse("notification_preferences")
    for _number in range(30):
        assert editor.post(path).status_code != 429
    assert editor.post(path).status_code == 429
    assert staff.post(path).status_code != 429
