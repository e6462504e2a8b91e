"""Nearly the same texts are found, among what the reader may see."""

from __future__ import annotations

from typing import Any

import pytest

from cms.editing import duplicates
from cms.editing.models import TextPrint
from tests.conftest import make_page, restrict

from .conftest import text_page

pytestmark = pytest.mark.django_db
TEXT = (
    "<p>Das Mainzer Radnetz verbindet alle Stadtteile. Beleuchtet sind die Strecken am Rheinufer und über die Brücke. "
    "Im Winter räumt der Entsorgungsbetrieb zuerst die roten Strecken, danach die blauen. Wer einen Schaden sieht, "
    "meldet ihn über das Formular oder ruft an. Neue Wege entstehen in jedem Jahr, zuletzt in Gonsenheim und Laubenheim.</p>"
)


def titles(page: Any, reader: Any) -> list[str]:
    duplicates.store_all()
    return [item.title for item in duplicates.of_page(page, reader)]


def test_a_copy_with_small_changes_is_found(home: Any, admin_user: Any) -> None:
    text_page(home, TEXT.replace("Gonsenheim", "Bretzenheim"), title="Radwege", summary="")
    other = "<p>" + " ".join(f"Wort{number}" for number in range(60)) + "</p>"
    text_page(home, other, title="Ganz anderes", summary="")
    page = text_page(home, TEXT, title="Mainzer Radnetz", summary="")
    assert titles(page, admin_user) == ["Radwege"]


def test_the_same_title_in_another_order_is_found(home: Any, admin_user: Any) -> None:
    text_page(home, "<p>Eins.</p>", title="Anmeldung zur Kita")
    page = text_page(home, "<p>Zwei.</p>", title="Kita: Anmeldung zur")
    assert titles(page, admin_user) == ["Anmeldung zur Kita"]


def test_a_copy_the_reader_may_not_see_is_not_named(
    home: Any, roles: Any, admin_user: Any, citizen: Any, staff_user: Any
) -> None:
    section = make_page(home, "Intern")
    restrict(section, roles["staff"])
    text_page(section, TEXT, title="Radnetz intern", summary="")
    page = text_page(home, TEXT, title="Mainzer Wege für Räder", summary="")
    assert titles(page, staff_user) == ["Radnetz intern"]
    assert titles(page, citizen) == []
    assert [row.title for row, _similar in duplicates.pairs(citizen)] == []
    assert len(duplicates.pairs(staff_user)) == 1


def test_a_page_that_is_withdrawn_loses_its_fingerprint(home: Any) -> None:
    page = text_page(home, TEXT)
    duplicates.store("page", str(page.pk))
    assert TextPrint.objects.filter(kind="page").count() == 1
    page.unpublish()
    duplicates.store("page", str(page.pk))
    assert not TextPrint.objects.filter(kind="page").exists()


def test_estimates_are_near_the_truth() -> None:
    words = [f"w{number}" for number in range(400)]
    one = duplicates.signature(" ".join(words))
    half = duplicates.signature(" ".join(words[:300] + [f"x{number}" for number in range(100)]))
    assert duplicates.common(one, one) == 1
    assert 0.4 < duplicates.common(one, half) < 0.8  # 297 of 497 shingles: 0.6
    assert duplicates.common(one, duplicates.signature(" ".join(f"y{n}" for n in range(400)))) < 0.1


def test_comparing_costs_no_more_queries_with_more_pages(
    home: Any, admin_user: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(15):
        text_page(home, TEXT, title=f"Radnetz {number}", summary="")
    duplicates.store_all()
    page = text_page(home, TEXT, title="Radnetz", summary="")
    with django_assert_max_num_queries(8):
        duplicates.of_page(page, admin_user)
