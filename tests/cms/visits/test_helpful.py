"""Did you find what you were looking for?"""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cms.visits import counting
from cms.visits.models import PageDay
from tests.conftest import client_of, make_page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_waiting() -> Any:
    counting.forget_waiting()
    yield
    counting.forget_waiting()


def test_an_answer_is_counted_once_an_hour(client: Any, home: Any) -> None:
    page = make_page(home, "Markt")
    for _time in range(3):
        answer = client.post(reverse("visits:helpful"), {"page": page.pk, "answer": "no"})
        assert answer.status_code == 302
    assert client.get(answer.url).status_code == 200
    counting.flush()
    row = PageDay.objects.get(page=page)
    assert (row.helped, row.failed) == (0, 1)


def test_two_senders_count_twice(client: Any, home: Any) -> None:
    page = make_page(home, "Markt")
    for number in (1, 2):
        client.post(reverse("visits:helpful"), {"page": page.pk, "answer": "yes"}, REMOTE_ADDR=f"192.0.2.{number}")
    counting.flush()
    assert PageDay.objects.get(page=page).helped == 2


@pytest.mark.parametrize("page", ["", "x", "²", "9" * 30, "-1", "99999"])
def test_nonsense_is_no_page(client: Any, home: Any, page: str) -> None:
    assert client.post(reverse("visits:helpful"), {"page": page, "answer": "yes"}).status_code == 404
    assert client.get(reverse("visits:helpful"), {"page": page}).status_code == 404


def test_an_answer_that_is_none_counts_nothing(client: Any, home: Any) -> None:
    page = make_page(home, "Markt")
    assert client.post(reverse("visits:helpful"), {"page": page.pk, "answer": "perhaps"}).status_code == 302
    assert counting.flush() == 0


def test_a_page_the_reader_may_not_see_is_answered_like_none(client: Any, intranet: Any, staff_user: Any) -> None:
    data = {"page": intranet.pk, "answer": "yes"}
    assert client.post(reverse("visits:helpful"), data).status_code == 404
    assert client.get(reverse("visits:helpful"), data).status_code == 404
    assert client_of(staff_user).post(reverse("visits:helpful"), data).status_code == 302


def test_the_page_asks_without_script_token_or_session(client: Any, home: Any) -> None:
    page = make_page(home, "Markt")
    answer = client.get(page.url)
    text = answer.content.decode()
    assert f'action="{reverse("visits:helpful")}"' in text
    assert "csrfmiddlewaretoken" not in text
    assert not answer.cookies
