"""Serves every theme's ``tokens.css``, which lies beside its ``theme.toml`` and not in ``static/``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from cms.theming.loading import Theme, chain


def tokens_path(theme: Theme) -> str:
    """Static path of a theme's tokens."""
    return f"theme/{theme.name}/tokens.css"


class ThemeTokensFinder(BaseFinder):
    """Finds ``theme/<name>/tokens.css`` for each theme of the chain, and nothing else."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []  # cms.theming.checks names missing tokens

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        wanted = path.replace(os.sep, "/")
        for theme in chain(settings.THEME).themes:
            if wanted == tokens_path(theme) and theme.tokens.is_file():
                return [str(theme.tokens)] if find_all else str(theme.tokens)
        return []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for theme in chain(settings.THEME).themes:
            if theme.tokens.is_file():
                storage = FileSystemStorage(location=theme.path)
                storage.prefix = f"theme/{theme.name}"  # type: ignore[attr-defined]  # read by collectstatic
                yield "tokens.css", storage
