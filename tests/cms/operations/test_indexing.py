"""After many saves at once the admin finds everything, without the worker and without tasks."""

from __future__ import annotations

import pytest
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page, ReferenceIndex

from cms.content.models import ContentPage, HomePage
from cms.operations import indexing
from cms.operations.indexing import indexed_afterwards
from tests.cms.editing.conftest import text_page
from tests.conftest import make_page

pytestmark = pytest.mark.django_db(transaction=True)
OF_WAGTAIL = "modelsearch.tasks.insert_or_update_object_task", "wagtail.tasks.update_reference_index_task"


def tasks() -> int:
    """How many tasks of Wagtail wait for the worker."""
    return DBTaskResult.objects.filter(task_path__in=OF_WAGTAIL).count()


def found(word: str) -> list[str]:
    """Titles the admin's search finds."""
    return [page.title for page in Page.objects.search(word)]


def test_found_at_once_and_no_task_left(home: HomePage) -> None:
    before = tasks()
    with indexed_afterwards():
        topic = make_page(home, "Buchdruckmuseum")
        text_page(home, f'<p><a linktype="page" id="{topic.pk}">hin</a></p>')
    assert tasks() == before
    assert found("Buchdruckmuseum") == ["Buchdruckmuseum"]
    assert ReferenceIndex.get_references_to(topic).exists()


def test_what_is_saved_later_is_a_task_again_even_after_an_error(home: HomePage) -> None:
    with pytest.raises(RuntimeError), indexed_afterwards():
        raise RuntimeError
    before = tasks()
    make_page(home, "Stadtarchiv", model=ContentPage)
    assert tasks() > before


def test_nothing_saved_nothing_indexed(home: HomePage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "call_command", lambda *args, **options: pytest.fail(f"{args}"))
    with indexed_afterwards():
        ContentPage.objects.count()
