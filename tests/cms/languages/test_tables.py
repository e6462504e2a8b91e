"""Tables and charts are translated cell by cell; numbers are nobody's work."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from cms.content.blocks.data import table
from cms.content.models import ContentPage
from cms.languages.states import State
from tests.conftest import client_of, make_page

from .test_states import publish, state_of, translator  # noqa: F401  (fixture)

pytestmark = pytest.mark.django_db
ROWS = [["Tonne", "Gebühr", "Tag"], ["Papier", "12,50 €", "Montag"], ["Bio", "8", "Montag"], ["Rest", "3 Euro", None]]
TABLE = {"type": "table", "id": "1c5ebd5f-6d2e-4f6e-8f3f-0a4ad70a1c61", "value": table(ROWS, "Abfuhr")}
CHART = {
    "type": "chart",
    "id": "1c5ebd5f-6d2e-4f6e-8f3f-0a4ad70a1c62",
    "value": {
        "title": "Umzüge", "kind": "bar", "summary": "Mehr kommen.", "unit": "", "source": "",
        "data": table([["", "Zuzüge"], ["2024", "13,8"]]),
    },
}  # fmt: skip
WORDS = {
    "Müll": "Waste", "muell": "waste", "Abfuhr": "Collection", "Tonne": "Bin", "Gebühr": "Fee", "Tag": "Day",
    "Papier": "Paper", "Montag": "Monday", "Bio": "Organic", "Rest": "Residual", "3 Euro": "3 euros",
    "Umzüge": "Moves", "Mehr kommen.": "More come.", "Zuzüge": "Arrivals",
}  # fmt: skip


@pytest.fixture
def page(home: Any) -> Page:
    made = make_page(home, "Müll", slug="muell", body=[TABLE, CHART])
    publish(made)
    return made


@pytest.fixture
def editing(translator: Any) -> Any:  # noqa: F811
    return client_of(translator)


@pytest.fixture
def translation(page: Page, english: Any, editing: Any) -> Translation:
    editing.post(reverse("wagtail_localize:submit_page_translation", args=[page.pk]), {"locales": [english.locale.pk]})
    return Translation.objects.get(target_locale=english.locale)


def segments(block: dict[str, Any]) -> list[str]:
    found = StringSegment.objects.filter(context__path__startswith=f"body.{block['id']}").order_by("order")
    return [segment.string.data for segment in found]


def translate(translation: Translation) -> None:
    for segment in StringSegment.objects.filter(source=translation.source):
        StringTranslation.objects.get_or_create(
            translation_of=segment.string,
            locale=translation.target_locale,
            context=segment.context,
            defaults={"data": WORDS[segment.string.data], "translation_type": "manual"},
        )


def english_body(translation: Translation) -> Any:
    return ContentPage.objects.get(pk=translation.get_target_instance().pk).get_latest_revision_as_object().body


def test_each_cell_with_words_is_one_segment(translation: Translation) -> None:
    assert segments(TABLE) == [
        "Abfuhr", "Tonne", "Gebühr", "Tag", "Papier", "Montag", "Bio", "Montag", "Rest", "3 Euro",
    ]  # fmt: skip
    assert segments(CHART) == ["Umzüge", "Mehr kommen.", "Zuzüge"]


def test_the_translated_page_shows_translated_cells(translation: Translation, editor: Any, client: Any) -> None:
    translate(translation)
    translation.save_target(user=editor, publish=False)
    tables = english_body(translation)
    assert tables[0].value["data"] == [
        ["Bin", "Fee", "Day"], ["Paper", "12,50 €", "Monday"], ["Organic", "8", "Monday"], ["Residual", "3 euros", None],
    ]  # fmt: skip
    assert tables[0].value["table_caption"] == "Collection"
    assert tables[0].value["table_header_choice"] == "row"
    assert tables[1].value["data"]["data"] == [["", "Arrivals"], ["2024", "13,8"]]
    translation.get_target_instance().get_latest_revision().publish(user=editor)
    html = client.get("/en/waste/").content.decode()
    assert "Residual" in html
    assert "Montag" not in html


def test_translators_see_the_cells(translation: Translation, editing: Any) -> None:
    answer = editing.get(reverse("wagtailadmin_pages:edit", args=[translation.get_target_instance().pk]))
    assert answer.status_code == 200
    assert "3 Euro" in answer.content.decode()
    assert "12,50" not in answer.content.decode()


def test_a_row_put_in_leaves_the_translations_of_the_others(page: Page, translation: Translation, editing: Any) -> None:
    translate(translation)
    page.body = [{**TABLE, "value": table([ROWS[0], ["Glas", "0", "Montag"], *ROWS[1:]], "Abfuhr")}, CHART]
    publish(page)
    source = TranslationSource.objects.get()
    editing.post(reverse("wagtail_localize:update_translations", args=[source.pk]), {})
    missing = StringSegment.objects.filter(source=source).annotate_translation(translation.target_locale)
    assert [segment.string.data for segment in missing.filter(translation=None).order_by("order")] == ["Glas", "Montag"]
    assert state_of(page) == State.IN_WORK


def test_a_cell_without_translation_stays_in_the_language_of_the_source(translation: Translation, editor: Any) -> None:
    translation.save_target(user=editor, publish=False)
    assert english_body(translation)[0].value["data"] == ROWS


def test_an_empty_table_is_no_work(home: Any, english: Any, editing: Any) -> None:
    page = make_page(home, "Leer", body=[{**TABLE, "value": None}, {**TABLE, "value": {"data": []}}])
    publish(page)
    source, _new = TranslationSource.get_or_create_from_instance(page)
    assert not StringSegment.objects.filter(source=source, context__path__startswith="body.").exists()
