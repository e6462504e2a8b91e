"""A theme is tokens and templates: the second one, and one made by following ``themes/README.md``."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from cms.content.models import SectionPage
from cms.theming.checks import check_theme
from cms.theming.loading import THEMES_DIR
from tests.conftest import make_location, make_page, make_service, make_unit

PATHS = ["/", "/leistungen/", "/leistungen/personalausweis-beantragen/", "/aemter/buergeramt/", "/standorte/",
         "/kultur/", "/suche/?q=Ausweis", "/accounts/login/", "/fehlt/"]  # fmt: skip


@pytest.fixture
def city(home: Any) -> None:
    unit, location = make_unit(), make_location()
    make_service(unit=unit, location=location)
    make_page(home, "Kultur", model=SectionPage, slug="kultur", show_in_menus=True, picture="cathedral")


def test_no_theme_brings_python() -> None:
    assert [path for path in THEMES_DIR.rglob("*.py")] == []


def test_the_second_theme_is_complete(use_theme: Any) -> None:
    use_theme("kern")
    assert check_theme() == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_every_page_has_the_second_theme_and_all_its_files(client: Any, city: Any, use_theme: Any, path: str) -> None:
    use_theme("kern")
    answer = client.get(path)
    body = answer.content.decode()
    assert answer.status_code == (404 if path == "/fehlt/" else 200)
    assert "theme/kern/tokens.css" in body
    assert "theme/city/" not in body
    assert body.count("<h1") == 1
    for address in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', body)):
        file = client.get(address)
        assert file.status_code == 200, address
        file.getvalue()


@pytest.mark.django_db
def test_the_start_page_of_the_second_theme_is_its_own(client: Any, city: Any, use_theme: Any) -> None:
    assert "plain-band" not in client.get("/").content.decode()
    use_theme("kern")
    assert "plain-band" in client.get("/?other").content.decode()


def steps_of_the_readme() -> dict[str, str]:
    """The files that the ten minutes of ``themes/README.md`` make, by path."""
    text = (THEMES_DIR / "README.md").read_text(encoding="utf-8")
    part = text[text.index("## A theme in ten minutes") : text.index("## theme.toml")]
    blocks = re.findall(r"^   ```(toml|css|html)\n(.*?)^   ```", part, re.DOTALL | re.MULTILINE)
    css = [body for kind, body in blocks if kind == "css"]
    files = {
        "theme.toml": next(body for kind, body in blocks if kind == "toml"),
        "tokens.css": css[0],
        "static/theme/rheinhessen/look.css": css[1],
        "templates/structure/brand.html": next(body for kind, body in blocks if kind == "html"),
    }
    for path in ("themes/rheinhessen/theme.toml", "themes/rheinhessen/tokens.css", "structure/brand.html",
                 "themes/rheinhessen/static/theme/rheinhessen/look.css"):  # fmt: skip
        assert path in part
    return {path: re.sub(r"^   ", "", body, flags=re.MULTILINE) for path, body in files.items()}


@pytest.mark.django_db
def test_ten_minutes_with_the_readme_make_a_theme(client: Any, city: Any, use_theme: Any, tmp_path: Path) -> None:
    shutil.copytree(THEMES_DIR / "base", tmp_path / "base")
    for path, body in steps_of_the_readme().items():
        file = tmp_path / "rheinhessen" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body, encoding="utf-8")
    use_theme("rheinhessen", tmp_path)
    assert check_theme() == []
    body = client.get("/").content.decode()
    assert '<span class="brand__name">Rheinhessen</span>' in body
    look = client.get("/static/theme/rheinhessen/look.css").getvalue().decode()
    assert "border-block-start-width: 12px" in look
    assert "light-dark(#2f5d1c" in client.get("/static/theme/rheinhessen/tokens.css").getvalue().decode()
