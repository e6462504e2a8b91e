"""What the checks of a page find, and what they leave alone."""

from __future__ import annotations

from typing import Any

import pytest

from cms.editing.checking import language
from cms.editing.checking.checker import check
from cms.editing.checking.structure import contrast
from cms.editing.models import EditingPolicy
from tests.conftest import make_page

from .conftest import body, rules_of, text_page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ("<h2>Markt</h2><h4>Zeiten</h4><p>Dienstag.</p>", "heading_order"),
        ("<h3>Zeiten</h3><p>Dienstag.</p>", "heading_order"),
        ("<h2>Markt</h2><h2> </h2><p>Dienstag.</p>", "heading_empty"),
        ('<p>Den Plan finden Sie <a href="https://example.org/plan">hier</a>.</p>', "link_text"),
        ('<p><a href="https://example.org/plan">Mehr …</a></p>', "link_text"),
        ('<p><a href="https://example.org/plan">https://example.org/plan</a></p>', "link_address"),
        ('<p><a href="https://a.example/">Plan</a> und <a href="https://b.example/">Plan</a></p>', "link_same_text"),
        ("<p>Das ist WICHTIG für alle.</p>", "capitals"),
        ("<p>" + " ".join(["Wort"] * 30) + ".</p>", "long_sentence"),
        ('<p><a linktype="page" id="99999">Marktordnung</a></p>', "link_broken"),
    ],
)
def test_a_fault_in_a_text_is_found(home: Any, html: str, rule: str) -> None:
    assert rules_of(text_page(home, html)) == [rule]


@pytest.mark.parametrize(
    "html",
    [
        "<h2>Markt</h2><h3>Zeiten</h3><h3>Plätze</h3><h2>Anfahrt</h2><p>Mit dem Bus.</p>",
        '<p><a href="https://example.org/plan">Lageplan des Marktes</a></p>',
        '<p><a href="https://a.example/">Plan</a>, noch einmal <a href="https://a.example">Plan</a></p>',
        "<p>BAföG, KITA und DIN A4 gibt es z. B. am 3. Mai im Amt. Das Amt hat auf.</p>",
        "<table><tr><th>A</th></tr><tr><td>B</td></tr></table>",
        '<p style="color: #1a1a1a">Dunkel</p>',
        '<p><a href="mailto:markt@mainz.example">markt@mainz.example</a></p>',
    ],
)
def test_what_is_right_is_left_alone(home: Any, html: str) -> None:
    assert rules_of(text_page(home, html)) == []


def test_headings_of_all_blocks_are_one_outline(home: Any) -> None:
    """A level left out between two blocks counts; a call-out's title is a heading only if its template makes it one."""
    page = text_page(home, "<h2>Markt</h2>", "<h4>Zeiten</h4>")
    (finding,) = check(page, EditingPolicy(review_owner="off")).findings
    assert finding.rule == "heading_order"
    assert finding.block_id == page.body[1].id
    assert "2" in finding.place


def test_summary_and_title_are_looked_at(home: Any) -> None:
    page = make_page(home, "W" + "o" * 120)
    assert set(rules_of(page)) == {"summary_missing", "title_long"}


def test_nobody_answers_for_the_page(home: Any) -> None:
    assert rules_of(text_page(home, "<p>Gut.</p>"), EditingPolicy()) == ["review_owner"]


def test_a_table_block_without_headers_is_found(home: Any) -> None:
    data = {"data": [["Tag", "Zeit"], ["Di", "7"]], "first_row_is_table_header": False, "first_col_is_header": False}
    assert rules_of(make_page(home, "Markt", summary="Kurz.", body=body(("table", data)))) == ["table_header"]
    data["first_row_is_table_header"] = True
    assert rules_of(make_page(home, "Markt 2", summary="Kurz.", body=body(("table", data)))) == []


def test_link_blocks_and_accordions_are_looked_into(home: Any) -> None:
    page = make_page(
        home,
        "Markt",
        summary="Kurz.",
        body=body(
            ("links", [{"label": "mehr", "url": "https://example.org/", "page": None}]),
            ("accordion", [{"title": "Zeiten", "text": "<p>ACHTUNG heute geschlossen</p>"}]),
        ),
    )
    assert sorted(rules_of(page)) == ["capitals", "link_text"]


def test_a_rule_that_is_off_finds_nothing_and_one_that_blocks_says_so(home: Any) -> None:
    page = text_page(home, "<h2> </h2>")
    assert rules_of(page, EditingPolicy(heading_empty="off", review_owner="off")) == []
    (finding,) = check(page, EditingPolicy(heading_empty="block", review_owner="off")).blocking
    assert finding.blocks


def test_a_block_that_cannot_be_displayed_is_named_and_breaks_nothing(home: Any, monkeypatch: Any) -> None:
    page = text_page(home, "<p>Gut.</p>")

    def broken(*args: Any, **kwargs: Any) -> str:
        raise RuntimeError("no")

    monkeypatch.setattr("wagtail.blocks.stream_block.StreamValue.StreamChild.render", broken)
    assert rules_of(page) == ["display"]


EASY = "Der Markt ist auf dem Platz am Dom. Sie finden dort Obst und Brot. Der Bus hält am Markt. " * 4
HARD = (
    "Die Inanspruchnahme der straßenverkehrsrechtlichen Ausnahmegenehmigungsregelungen unterliegt nach Maßgabe der "
    "einschlägigen Verwaltungsvorschriften besonderen Zulässigkeitsvoraussetzungen, deren Nichteinhaltung "
    "ordnungswidrigkeitenrechtliche Konsequenzen nach sich ziehen kann. "
) * 4


def test_reading_level_tells_plain_from_official_german(home: Any) -> None:
    easy, hard = language.readability(EASY, "de"), language.readability(HARD, "de")
    assert easy is not None
    assert hard is not None
    assert easy.ease > 70
    assert hard.ease < 10
    assert hard.lix > 60 > easy.lix
    assert "reading_level" in rules_of(text_page(home, f"<p>{HARD}</p>"))
    assert "reading_level" not in rules_of(text_page(home, f"<p>{EASY}</p>"))


def test_figures_need_a_text_and_a_language_we_know() -> None:
    assert language.readability("Zu kurz.", "de") is None
    assert language.readability(EASY, "uk") is None


@pytest.mark.parametrize(
    ("word", "code", "number"),
    [("Haus", "de", 1), ("Straße", "de", 2), ("Bürgermeister", "de", 4), ("Europa", "de", 3), ("service", "en", 2)],
)
def test_syllables(word: str, code: str, number: int) -> None:
    assert language.syllables(word, code) == number


def test_sentences_do_not_end_at_abbreviations_and_dates() -> None:
    assert len(language.sentences("Am 3. Oktober ist z. B. zu. Danach ist offen!")) == 2


def test_contrast_of_black_and_white() -> None:
    assert round(contrast("#000", "#ffffff")) == 21
    assert round(contrast("#777777", "#fff"), 2) == 4.48
