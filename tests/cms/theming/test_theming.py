"""Themes are tokens and templates; a child wins over its parent and over apps."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cms.content.models import SectionPage
from cms.theming.checks import check_theme
from cms.theming.loading import BASE_DIR, COMPONENTS_DIR, chain, static_dirs, template_dirs
from cms.theming.templatetags.theming import icon, picture
from tests.conftest import client_of, make_page, make_service


def write(folder: Path, name: str, parent: str = "") -> None:
    (folder / name / "templates").mkdir(parents=True)
    (folder / name / "static").mkdir()
    (folder / name / "theme.toml").write_text(f'label = "{name}"\nparent = "{parent}"\n')
    (folder / name / "tokens.css").write_text("")


def test_the_child_comes_before_its_parent(tmp_path: Path) -> None:
    write(tmp_path, "base")
    write(tmp_path, "city", "base")
    found = [path.parent.name for path in template_dirs("city", tmp_path) if path.name == "templates"]
    assert found[:2] == ["city", "base"]
    assert static_dirs("city", tmp_path)


@pytest.mark.parametrize(("parent", "word"), [("nowhere", "nowhere"), ("city", "parent")])
def test_a_broken_chain_is_named(tmp_path: Path, settings: Any, parent: str, word: str) -> None:
    write(tmp_path, "city", parent)
    settings.THEMES_DIR, settings.THEME = tmp_path, "city"
    assert word in " ".join(chain("city", tmp_path).problems)
    assert "theming.E001" in {message.id for message in check_theme()}


def test_missing_tokens_are_named(tmp_path: Path, settings: Any) -> None:
    write(tmp_path, "city")
    (tmp_path / "city" / "tokens.css").unlink()
    settings.THEMES_DIR, settings.THEME = tmp_path, "city"
    assert "theming.E002" in {message.id for message in check_theme()}


def test_the_shipped_theme_is_complete() -> None:
    assert check_theme() == []


def test_icons_are_decoration_unless_named() -> None:
    assert 'aria-hidden="true"' in icon("search")
    assert 'aria-label="Suche"' in icon("search", label="Suche")


def test_drawings_can_be_described_and_unknown_ones_draw_nothing() -> None:
    assert 'aria-label="Der Dom"' in picture("cathedral", alt="Der Dom")
    assert picture("../../etc/passwd") == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/", "/leistungen/", "/leistungen/personalausweis-beantragen/", "/suche/?q=x", "/accounts/login/", "/fehlt/"],
)
def test_pages_need_no_inline_code_and_no_foreign_address(client: Any, home: Any, path: str) -> None:
    make_service()
    answer = client.get(path)
    body = answer.content.decode()
    assert not re.search(
        r'<script(?![^>]*(?:src=|type="application/(?:ld\+)?json"))[^>]*>|<style| style="| on\w+="', body
    )
    assert not re.search(
        r'src="https?://|<link(?! rel="alternate")[^>]*href="https?://', body
    )  # alternates are not fetched
    assert "default-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_component_page_is_for_staff_and_demos(client: Any, home: Any, staff_user: Any) -> None:
    assert client.get("/bausteine/").status_code == 404
    assert client_of(staff_user).get("/bausteine/").status_code == 200


def test_every_component_stands_on_the_page_of_components() -> None:
    page = (BASE_DIR / "cms/theming/templates/theming/components.html").read_text(encoding="utf-8")
    names = {path.name for path in (COMPONENTS_DIR / "cms" / "components").glob("*.html")}
    assert {name for name in names if f'"cms/components/{name}"' not in page} == set()


@pytest.mark.django_db
def test_a_sample_shows_the_code_that_made_it(home: Any, staff_user: Any) -> None:
    body = client_of(staff_user).get("/bausteine/").content.decode()
    assert "{% include &quot;cms/components/steps.html&quot; with steps=steps only %}" in body
    assert 'class="steps"' in body


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/leistungen/", "/fehlt/"])
def test_pages_name_icon_app_and_a_picture_for_shared_links(client: Any, home: Any, path: str) -> None:
    body = client.get(path).content.decode()
    assert 'rel="apple-touch-icon"' in body
    assert 'rel="manifest"' in body
    address = re.search(r'property="og:image" content="http://[^/]+(/static/[^"]+)"', body)
    assert address
    picture_answer = client.get(address[1])
    assert picture_answer.getvalue().startswith(b"\x89PNG")


@pytest.mark.django_db
def test_sections_of_the_menu_say_where_the_reader_is(client: Any, home: Any) -> None:
    section = make_page(home, "Kultur", model=SectionPage, slug="kultur", show_in_menus=True)
    make_page(section, "Dom", slug="dom")
    below = client.get("/kultur/dom/").content.decode()
    assert re.search(r'href="/kultur/" class="is-active"', below)
    assert re.search(r'href="/kultur/" aria-current="page"', client.get("/kultur/").content.decode())
    assert not re.search(r'href="/leistungen/" class="is-active"', below)
