"""Block data migrations change rows, drafts and earlier versions, and can be taken back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor
from wagtail.models import Revision

from cms.content.migrating import ChangeBlocks
from cms.content.models import ContentPage
from tests.conftest import make_page

pytestmark = pytest.mark.django_db
QUOTE = ("quote", {"text": "Gutenberg", "source": "Mainz"})


def upper(value: Any) -> Any:
    return {**value, "text": value["text"].upper()}


def lower(value: Any) -> Any:
    return {**value, "text": value["text"].capitalize()}


def run(operation: ChangeBlocks, *, backwards: bool = False) -> None:
    """Run it as ``migrate`` does: with the models as the migrations describe them."""
    state = MigrationExecutor(connection).loader.project_state()
    editor = connection.schema_editor()  # not entered: SQLite allows that outside of transactions only
    change = operation.database_backwards if backwards else operation.database_forwards
    change("content", editor, state, state)


def stored(page: ContentPage) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM content_contentpage WHERE page_ptr_id = %s", [page.pk])
        raw = cursor.fetchone()[0]
    value = json.loads(raw) if isinstance(raw, str) else raw
    return json.loads(value) if isinstance(value, str) else value


def draft(page: ContentPage) -> ContentPage:
    return ContentPage.objects.get(pk=page.pk).get_latest_revision_as_object()


@pytest.fixture
def page(home: Any) -> ContentPage:
    page = make_page(home, "Seite", body=[QUOTE, QUOTE])
    page.save_revision()
    return page


def test_a_value_is_changed_everywhere_and_back(page: ContentPage) -> None:
    operation = ChangeBlocks("quote", value=upper, back=lower)
    run(operation)
    assert [item["value"]["text"] for item in stored(page)] == ["GUTENBERG"] * 2
    assert draft(page).body[0].value["text"] == "GUTENBERG"
    run(operation, backwards=True)
    assert [item["value"] for item in stored(page)] == [QUOTE[1]] * 2
    assert draft(page).body[1].value["text"] == "Gutenberg"


def test_a_block_is_renamed_and_everything_else_stays(page: ContentPage) -> None:
    before = stored(page)
    operation = ChangeBlocks("quote", to="citation")
    run(operation)
    after = stored(page)
    assert [item["type"] for item in after] == ["citation"] * 2
    assert [(item["id"], item["value"]) for item in after] == [(item["id"], item["value"]) for item in before]
    content = Revision.objects.get(object_id=str(page.pk)).content
    assert {item["type"] for item in json.loads(content["body"])} == {"citation"}
    assert content["title"] == "Seite"
    run(operation, backwards=True)
    assert stored(page) == before


def test_blocks_of_plugins_that_are_gone_are_kept(home: Any, page: ContentPage) -> None:
    foreign = {"type": "of_a_plugin_that_is_gone", "value": {"x": 1}, "id": "a"}
    body = json.dumps([foreign, {"type": "quote", "value": QUOTE[1], "id": "b"}])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE content_contentpage SET body = %s WHERE page_ptr_id = %s", [body, page.pk])
    run(ChangeBlocks("quote", value=upper))
    assert stored(page)[0] == foreign
    assert stored(page)[1]["value"]["text"] == "GUTENBERG"


def test_nested_blocks_are_reached(page: ContentPage) -> None:
    inner = {"type": "quote", "value": QUOTE[1], "id": "i"}
    body = json.dumps([{"type": "columns", "value": {"left": [inner], "right": []}, "id": "o"}])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE content_contentpage SET body = %s WHERE page_ptr_id = %s", [body, page.pk])
    run(ChangeBlocks("quote", to="citation"))
    assert stored(page)[0]["value"]["left"][0]["type"] == "citation"


def test_without_a_way_back_it_says_so(page: ContentPage) -> None:
    operation = ChangeBlocks("quote", value=upper)
    assert not operation.reversible
    with pytest.raises((NotImplementedError, IrreversibleError)):
        run(operation, backwards=True)


def test_it_can_be_written_into_a_migration() -> None:
    name, args, kwargs = ChangeBlocks("quote", to="citation", value=upper, back=lower).deconstruct()
    assert (name, args, kwargs) == ("ChangeBlocks", ["quote"], {"to": "citation", "value": upper, "back": lower})
    assert ChangeBlocks("quote", to="citation").describe() == "Change the block 'quote' to 'citation'"
