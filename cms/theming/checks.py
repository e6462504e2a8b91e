"""What ``manage.py check`` says about the chosen theme."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, Warning, register

from cms.theming.contrast import tokens, weak_pairs
from cms.theming.finders import current
from cms.theming.loading import THEMES_DIR, Chain

FINDER = "cms.theming.finders.ThemeTokensFinder"


@register("theming")
def check_theme(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The chain resolves, has tokens, and every file ``theme.toml`` names exists."""
    themes_dir = getattr(settings, "THEMES_DIR", THEMES_DIR)
    found = current()
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
        for path in theme.named_files:
            if finders.find(path) is None or finders.find(path) == []:
                messages.append(
                    Error(
                        f"Theme “{theme.name}” names the static file {path}, which does not exist.",
                        hint="Run manage.py build_theme if it is a font; else correct theme.toml.",
                        id="theming.E003",
                    )
                )
    if not messages:
        messages += _contrast(found)
    if FINDER not in settings.STATICFILES_FINDERS:
        messages.append(
            Warning("Tokens of themes are not served.", hint=f"Add {FINDER} to STATICFILES_FINDERS.", id="theming.W001")
        )
    return messages


def _contrast(found: Chain) -> list[CheckMessage]:
    """Every token is set, every named section has tokens, and every pair can be read."""
    sections = tuple(dict.fromkeys(found.merged("sections")))
    plain = tokens(found, mode="light")
    messages: list[CheckMessage] = [
        Error(
            f"Theme “{found.themes[0].name}” names the section {section}, for which no sections.css has tokens.",
            hint=f'Add [data-section="{section}"] to sections.css or take it out of theme.toml.',
            id="theming.E005",
        )
        for section in sections
        if tokens(found, mode="light", section=section) == plain
    ]
    return messages + [
        Error(str(pair), hint="Change one of both in tokens.css or sections.css.", id="theming.E004")
        for pair in weak_pairs(found, sections)
    ]
