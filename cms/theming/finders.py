"""Serves every theme's ``tokens.css`` and ``sections.css``, which lie beside its ``theme.toml`` and not in ``static/``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from cms.theming.loading import THEMES_DIR, Chain, Theme, chain


def current() -> Chain:
    """The chain of the theme that the settings choose."""
    return chain(settings.THEME, getattr(settings, "THEMES_DIR", THEMES_DIR))


def token_files(theme: Theme) -> dict[str, Path]:
    """Files with tokens that a theme has, by static path, in the order in which they are linked."""
    files = (theme.tokens, theme.sections_file)
    return {f"theme/{theme.name}/{file.name}": file for file in files if file.is_file()}


class ThemeTokensFinder(BaseFinder):
    """Finds ``theme/<name>/tokens.css`` and ``sections.css`` for each theme of the chain, and nothing else."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []  # cms.theming.checks names missing tokens

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        wanted = path.replace(os.sep, "/")
        for theme in current().themes:
            if file := token_files(theme).get(wanted):
                return [str(file)] if find_all else str(file)
        return []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for theme in current().themes:
            for file in token_files(theme).values():
                storage = FileSystemStorage(location=theme.path)
                storage.prefix = f"theme/{theme.name}"  # type: ignore[attr-defined]  # read by collectstatic
                yield file.name, storage
