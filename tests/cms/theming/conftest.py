"""Pages with another theme than the settings' own."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cms.theming.loading import THEMES_DIR, chain, static_dirs, template_dirs
from cms.theming.templatetags import theming


@pytest.fixture
def use_theme(settings: Any) -> Iterator[Callable[..., None]]:
    """Choose a theme as ``THEME`` in the environment does: ``use_theme("kern")``, or one in another folder."""

    def use(name: str, themes_dir: Path = THEMES_DIR) -> None:
        chain.cache_clear()
        theming._picture_source.cache_clear()
        templates = copy.deepcopy(settings.TEMPLATES)
        templates[0]["DIRS"] = template_dirs(name, themes_dir)
        settings.THEMES_DIR, settings.THEME = themes_dir, name
        settings.TEMPLATES, settings.STATICFILES_DIRS = templates, static_dirs(name, themes_dir)

    yield use
    chain.cache_clear()
    theming._picture_source.cache_clear()
