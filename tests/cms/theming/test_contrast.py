"""Every pair of colours can be read: in each theme, mode and section, and where the reader asks for more contrast."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from cms.theming.checks import check_theme
from cms.theming.contrast import MODES, PAIRS, ratio, tokens, weak_pairs
from cms.theming.loading import THEMES_DIR, Chain, chain

THEMES = sorted(path.parent.name for path in THEMES_DIR.glob("*/theme.toml"))


def sections_of(found: Chain) -> list[str]:
    return list(dict.fromkeys(found.merged("sections")))


@pytest.mark.parametrize("name", THEMES)
def test_every_pair_of_the_shipped_themes_can_be_read(name: str) -> None:
    found = chain(name)
    assert [str(pair) for pair in weak_pairs(found, sections_of(found))] == []


@pytest.mark.parametrize("name", ["city", "kern"])
def test_every_section_leads_with_a_colour_of_its_own(name: str) -> None:
    found = chain(name)
    assert {"museum", "intranet", "service-centre"} <= set(sections_of(found))
    accents = [tokens(found, mode="light", section=section)["accent"] for section in ("", *sections_of(found))]
    assert len(set(accents)) == len(accents)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("mode", MODES)
def test_every_pair_names_colours_that_are_set(name: str, mode: str) -> None:
    values = tokens(chain(name), mode=mode)
    for pair in PAIRS:
        assert ratio(values[pair[0]], values[pair[1]]) >= 1, pair


def test_contrast_is_that_of_wcag() -> None:
    assert ratio("#000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#fff") == pytest.approx(4.48, abs=0.01)  # the grey that just fails
    assert ratio("currentcolor", "#fff") == 0


@pytest.fixture
def copied(tmp_path: Path, settings: Any) -> Path:
    """The shipped themes, to be broken."""
    shutil.copytree(THEMES_DIR, tmp_path / "themes")
    settings.THEMES_DIR, settings.THEME = tmp_path / "themes", "city"
    return tmp_path / "themes"


def break_it(file: Path, css: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + css, encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "css", "words"),
    [
        ("tokens.css", ":root { --ink-2: light-dark(#999, #b6b8b6); }", ["--ink-2", "--paper", "(light)"]),
        ("tokens.css", ":root { --accent: light-dark(#b1121b, #401010); }", ["--accent", "(dark)"]),
        ("sections.css", '[data-section="museum"] { --on-accent: #777; }', ["--on-accent", "museum"]),
        ("tokens.css", "@media (prefers-contrast: more) { :root { --ink-2: #777; } }", ["--ink-2", "more contrast"]),
    ],
)
def test_a_theme_that_breaks_a_pair_is_named(copied: Path, file: str, css: str, words: list[str]) -> None:
    break_it(copied / "city" / file, css)
    texts = [message.msg for message in check_theme() if message.id == "theming.E004"]
    assert any(all(word in text for word in words) for text in texts), texts


def test_a_section_without_tokens_is_named(copied: Path) -> None:
    toml = copied / "city" / "theme.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('"museum"', '"museum", "library"'), encoding="utf-8")
    assert [message.msg for message in check_theme() if message.id == "theming.E005"]
