"""What becomes of the HTML of other sites."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cms.importing import sources
from cms.importing.converting import Converted, Surroundings, convert, plain

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
NOTHING = Surroundings(page_at=lambda _address: None, image_from=lambda _url: None, base="https://alt.example/a/b/")


def rich(html: str, around: Surroundings = NOTHING, **values: Any) -> str:
    made = convert(html, around, is_fragment=True, **values)
    return "".join(block["value"] for block in made.blocks if block["type"] == "rich_text")


def kinds(made: Converted) -> list[str]:
    return [kind for kind, _detail in made.losses]


def test_scripts_styles_and_handlers_never_arrive() -> None:
    html = (
        '<p onclick="x()" style="color:red">Hallo <a href="javascript:x()">du</a><script>alert(1)</script></p>'
        '<img src=x onerror=alert(1)><svg onload=alert(1)></svg><a href="data:text/html,x">da</a>'
    )
    text = rich(html)
    assert "Hallo" in text
    for bad in ("script", "onclick", "style", "javascript", "onerror", "svg", "data:"):
        assert bad not in text


def test_escaped_markup_stays_text() -> None:
    assert rich("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"


def test_no_level_of_headings_is_left_out() -> None:
    assert re.findall(r"<(h\d)>", rich("<h1>A</h1><h5>B</h5><h2>C</h2><h6>D</h6><h6>E</h6>")) == [
        "h2", "h2", "h3", "h4",
    ]  # fmt: skip


def test_a_table_keeps_its_cells_and_names_what_it_loses() -> None:
    made = convert(
        "<table><tr><th>Tag</th><th>Zeit</th></tr><tr><td>Mo</td><td>8–12</td></tr>"
        '<tr><td colspan="2">geschlossen</td></tr></table>', NOTHING, is_fragment=True,
    )  # fmt: skip
    (table,) = made.blocks
    assert table["value"]["data"] == [["Tag", "Zeit"], ["Mo", "8–12"], ["geschlossen", ""]]
    assert table["value"]["first_row_is_table_header"] is True
    assert kinds(made) == ["merged cells"]


def test_links_to_pages_that_came_along_are_links_within() -> None:
    around = Surroundings(page_at={"/a/c/": 7}.get, image_from=lambda _url: None, base="https://alt.example/a/b/")
    assert rich('<p><a href="../c/?x=1">weiter</a></p>', around) == '<p><a linktype="page" id="7">weiter</a></p>'


def test_other_links_are_kept_or_named() -> None:
    made = convert(
        '<p><a href="/weg/">alt</a> <a href="https://rlp.example/">Land</a> <a href="#oben">hoch</a> '
        '<a href="mailto:amt@mainz.example">Post</a></p>', NOTHING, is_fragment=True,
    )  # fmt: skip
    text = made.blocks[0]["value"]
    assert 'href="https://alt.example/weg/"' in text
    assert 'href="https://rlp.example/"' in text
    assert 'href="mailto:amt@mainz.example"' in text
    assert "hoch" in text
    assert kinds(made) == ["old link", "anchor"]


def test_images_stand_between_texts() -> None:
    around = Surroundings(page_at=lambda _a: None, image_from=lambda url: 3 if url.endswith("a.jpg") else None)
    made = convert(
        '<p>Vorher <img src="https://x.example/a.jpg" alt="Dom"> danach</p><img src="https://x.example/b.jpg">',
        around, is_fragment=True,
    )  # fmt: skip
    assert [block["type"] for block in made.blocks] == ["image", "rich_text"]
    assert made.blocks[0]["value"] == {"image": 3, "alt": "Dom", "decorative": False, "caption": ""}
    assert kinds(made) == ["image"]


def test_nested_lists_and_boxes_keep_their_text() -> None:
    text = rich(
        "<div>Lose <b>Worte</b><ul><li>Eins<ul><li>Zwei</li></ul></li></ul><section><p>Drei</p></section></div>"
    )
    assert text == "<p>Lose <b>Worte</b></p><ul><li>Eins<ul><li>Zwei</li></ul></li></ul><p>Drei</p>"


def test_forms_frames_and_films_are_named() -> None:
    made = convert('<form action="/s"><input><p>Text</p></form><iframe src="/k"></iframe><video></video>', NOTHING)
    assert sorted(kinds(made)) == ["embedded", "embedded", "form"]
    assert made.blocks[0]["value"] == "<p>Text</p>"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Anna &quot;Bella&quot;", 'Anna "Bella"'),
        ("Null\u200bbreite", "Nullbreite"),
        ("GrÃ¶ÃŸe", "Größe"),
        ("  viel \n Platz ", "viel Platz"),
        ("Ärger", "Ärger"),
    ],
)
def test_titles_are_mended(before: str, after: str) -> None:
    assert plain(before) == after


def test_broken_markup_is_read_as_far_as_it_goes() -> None:
    assert "Ende" in rich("<p>Anfang <b>fett <i>beides</p></b><td>Zelle<p>Ende")
    assert convert("", NOTHING).blocks == []
    assert convert("<<<>>>&&&", NOTHING, is_fragment=True).losses == []


def test_too_large_a_page_and_a_wrong_selector_are_refused() -> None:
    with pytest.raises(ValueError, match="characters"):
        convert("x" * 5_000_001, NOTHING)
    with pytest.raises(ValueError, match="selector"):
        convert("<p>x</p>", NOTHING, selector="###")


def test_a_selector_says_where_the_text_is() -> None:
    html = "<body><div class=a><p>Menü</p></div><div class=b><p>Text</p></div></body>"
    assert convert(html, NOTHING, selector=".b").blocks == [{"type": "rich_text", "value": "<p>Text</p>"}]


@pytest.mark.skipif(not DATA.is_dir(), reason="the real pages lie in ../shared/data")
def test_press_pages_of_a_real_city() -> None:
    found = {page.address: page for page in sources.read(str(DATA / "hierbautberlin"))}
    assert len(found) == 2
    for page in found.values():
        made = convert(page.html, NOTHING)
        text = " ".join(str(block["value"]) for block in made.blocks)
        assert made.language == "de"
        assert made.title in {
            "Stromnetz Berlin ist wieder im Eigentum des Landes Berlin",
            "Gehweg- und Fahrbahnsanierungen an der Suarezstraße",
        }
        assert "Pressemitteilung" in text
        assert "Pressearchiv 2008" not in text  # the menu beside it
        assert "Corona" not in text  # the notice above it, in the same class as the text
        assert "Schlagworte" not in text  # a comment


@pytest.mark.skipif(not DATA.is_dir(), reason="the real pages lie in ../shared/data")
def test_hardly_a_word_of_600_real_pages_is_lost() -> None:
    before = after = count = 0
    for path in sorted((DATA / "omos-qa" / "pages").glob("*.json")):
        for page in sources.read(str(path)):
            made = convert(page.html, NOTHING, is_fragment=True, title=page.title)
            count += 1
            before += made.words
            texts = []
            for block in made.blocks:
                value = block["value"]
                texts.append(value if isinstance(value, str) else " ".join(map(str, value.values())))
            after += len(re.sub(r"<[^>]+>", " ", " ".join(texts)).split())
    assert count == 600
    assert after / before >= 0.99
