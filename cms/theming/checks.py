"""What ``manage.py check`` says about the chosen theme."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, Warning, register

from cms.theming.loading import THEMES_DIR, chain

FINDER = "cms.theming.finders.ThemeTokensFinder"


@register("theming")
def check_theme(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The chain resolves, has tokens, and every file ``theme.toml`` names exists."""
    themes_dir = getattr(settings, "THEMES_DIR", THEMES_DIR)
    found = chain(settings.THEME, themes_dir)
    messages: list[CheckMessage] = [
        Error(problem, hint="Correct THEME in the settings or “parent” in theme.toml.", id="theming.E001")
        for problem in found.problems
    ]
    for theme in found.themes:
        if not theme.tokens.is_file():
            messages.append(
                Error(
                    f"Theme “{theme.name}” has no tokens.css.",
                    hint=f"Create {themes_dir.name}/{theme.name}/tokens.css; it may be empty but for a comment.",
                    id="theming.E002",
                )
            )
        named = (*theme.styles, *theme.scripts, *theme.head_scripts, *theme.preload, *filter(None, [theme.icon]))
        for path in named:
            if finders.find(path) is None or finders.find(path) == []:
                messages.append(
                    Error(
                        f"Theme “{theme.name}” names the static file {path}, which does not exist.",
                        hint="Run manage.py build_theme if it is a font; else correct theme.toml.",
                        id="theming.E003",
                    )
                )
    if FINDER not in settings.STATICFILES_FINDERS:
        messages.append(
            Warning("Tokens of themes are not served.", hint=f"Add {FINDER} to STATICFILES_FINDERS.", id="theming.W001")
        )
    return messages
