"""Queries that fail become to-dos for the owner of the record that should have answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.notifications.models import Mail
from search.indexing import project_pending
from search.learning.todos import QUIET, decide, make_todos
from search.models import SearchTodo
from tests.conftest import client_of, make_page, make_service
from tests.search.learning.conftest import asked

pytestmark = pytest.mark.django_db


def make() -> None:
    make_todos.func()


@pytest.fixture
def page(home: Any, editor_user: Any) -> Any:
    page = make_page(home, "Eislaufen im Winter", owner=editor_user)
    project_pending()
    return page


def test_the_owner_of_the_likely_page_is_asked_once_and_told(page: Any, editor_user: Any) -> None:
    asked("eislaufen preise", a_day=4, without=4, results=0)
    make()
    make()
    todo = SearchTodo.objects.get()
    assert (todo.text, todo.reason, todo.searches, todo.title) == ("eislaufen preise", "without", 12, page.title)
    assert (todo.kind, todo.object_id, todo.assignee) == ("page", str(page.pk), editor_user)
    assert Mail.objects.filter(topic="search_todos").count() == 1


def test_results_that_nobody_opens_are_one_opened_ones_are_none(page: Any) -> None:
    asked("eislaufen", a_day=4)
    make_service("Sperrmüll")
    asked("sperrmüll", a_day=4, clicks=2, ranks=2)
    make()
    assert list(SearchTodo.objects.values_list("text", "reason")) == [("eislaufen", "unclicked")]


def test_what_failed_seldom_or_for_staff_only_is_none(page: Any) -> None:
    asked("glasfaser", days=2, a_day=1, without=1, results=0)
    asked("dienstwagen", a_day=9, without=9, results=0, audience="staff")
    make()
    assert not SearchTodo.objects.exists()


def test_an_internal_record_is_never_the_likely_one(page: Any, staff_rule: Any) -> None:
    make_service("Winkelhakenstube buchen", access_rule=staff_rule)
    project_pending()
    asked("winkelhakenstube", a_day=4, without=4, results=0)
    make()
    assert SearchTodo.objects.get().title == ""


@pytest.mark.parametrize("state", [SearchTodo.State.DONE, SearchTodo.State.DISMISSED])
def test_what_was_decided_rests_and_comes_again_when_it_still_fails(page: Any, state: str) -> None:
    asked("eislaufen preise", a_day=4, without=4, results=0)
    make()
    todo = SearchTodo.objects.get()
    decide(todo_id=todo.pk, state=state)
    make()
    assert SearchTodo.objects.get().state == state
    SearchTodo.objects.update(decided_at=timezone.now() - QUIET - timedelta(days=1))
    make()
    assert SearchTodo.objects.get().state == SearchTodo.State.OPEN


def test_they_are_decided_with_a_button_by_those_who_may(page: Any, editor_user: Any, staff_user: Any) -> None:
    asked("eislaufen preise", a_day=4, without=4, results=0)
    make()
    todo = SearchTodo.objects.get()
    url = reverse("decide_search_todo", args=[todo.pk])
    assert client_of(staff_user).post(url, {"state": "done"}).status_code in (302, 403)
    todo.refresh_from_db()
    assert todo.state == "open"
    editor = client_of(editor_user)
    assert editor.post(url, {"state": "nonsense"}).status_code == 404
    assert b"eislaufen preise" in editor.get(reverse("search_learning"), {"whose": "mine"}).content
    assert editor.post(url, {"state": "done"}).status_code == 302
    todo.refresh_from_db()
    assert (todo.state, todo.decided_at is not None) == ("done", True)
