"""The history reads like a text: words, names of blocks, rows of tables; nothing as stored."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.conftest import client_of, make_page, make_user

pytestmark = pytest.mark.django_db


def block(number: int, kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": f"{number}0000000-0000-4000-8000-000000000000"}


def table(*rows: list[str], caption: str = "Gebühren") -> dict[str, Any]:
    return {"data": list(rows), "table_caption": caption, "first_row_is_table_header": True,
            "first_col_is_header": False, "table_header_choice": "row"}  # fmt: skip


def compared(home: Any, before: list[Any], after: list[Any]) -> str:
    """The page of the comparison, as the browser gets it."""
    page = make_page(home, "Seite")
    revisions = []
    for body in (before, after):
        page.body = body
        revisions.append(page.save_revision(clean=False))
    client = client_of(make_user("chef", is_superuser=True))
    url = f"/admin/pages/{page.pk}/revisions/compare/{revisions[0].pk}...{revisions[1].pk}/"
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode().split("<main")[1]


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_changed_words_are_marked(home: Any) -> None:
    html = compared(
        home,
        [block(1, "rich_text", "<p>Der Rhein ist <b>lang</b> und tief.</p>")],
        [block(1, "rich_text", "<p>Der Rhein ist <b>breit</b> und tief.</p>")],
    )
    assert re.search(r'class="deletion">lang\b', html)
    assert re.search(r'class="addition">breit\b', html)
    assert "Text (geändert)" in text_of(html)


def test_a_table_is_compared_by_rows(home: Any) -> None:
    html = compared(
        home,
        [block(1, "table", table(["Was", "Preis"], ["Ausweis", "37 Euro"]))],
        [block(1, "table", table(["Was", "Preis"], ["Ausweis", "39 Euro"]))],
    )
    text = text_of(html)
    assert "Zeile 2" in text
    assert "first_row_is_table_header" not in text
    assert "Zeile 1" not in text  # as it was


def test_choices_and_structs_speak_german(home: Any) -> None:
    html = compared(
        home,
        [block(1, "callout", {"tone": "info", "title": "Achtung", "text": "<p>A</p>"})],
        [block(1, "callout", {"tone": "warning", "title": "Achtung", "text": "<p>A</p>"})],
    )
    text = text_of(html)
    assert "Warnung" in text
    assert "warning" not in text
    assert "Art:" in text


def test_new_deleted_and_moved_blocks_say_so(home: Any) -> None:
    one, two, three = (block(number, "quote", {"text": f"Satz {number}", "source": ""}) for number in (1, 2, 3))
    four = block(4, "rich_text", "<p>Neuer Absatz</p>")
    text = text_of(compared(home, [one, two, three], [three, one, four]))
    assert "Zitat (verschoben)" in text
    assert "Zitat (gelöscht) Zitat: Satz 2" in text or "Zitat (gelöscht)" in text
    assert "Text (neu)" in text


def test_lists_are_compared_item_by_item(home: Any) -> None:
    def item(number: int, text: str) -> dict[str, Any]:
        return {"type": "item", "id": f"a{number}", "value": {"title": f"Teil {number}", "text": f"<p>{text}</p>"}}

    html = compared(
        home,
        [block(1, "accordion", [item(1, "eins"), item(2, "zwei")])],
        [block(1, "accordion", [item(1, "eins"), item(2, "drei")])],
    )
    text = text_of(html)
    assert "2 › Text" in text
    assert "1 › Text" not in text


def test_scripts_in_texts_stay_text(home: Any) -> None:
    html = compared(
        home,
        [block(1, "quote", {"text": "<script>alert(1)</script>", "source": ""})],
        [block(1, "quote", {"text": "<script>alert(2)</script>", "source": ""})],
    )
    assert "<script>alert" not in html


def test_an_earlier_version_comes_back(home: Any) -> None:
    page = make_page(home, "Erster Titel")
    first = page.save_revision()
    page.title = "Zweiter Titel"
    page.save_revision()
    client = client_of(make_user("chef", is_superuser=True))
    answer = client.get(f"/admin/pages/{page.pk}/revisions/{first.pk}/revert/")
    assert "Erster Titel" in answer.content.decode()
