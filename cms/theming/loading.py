"""Which folders a theme is made of.

Settings import this module before any app is loaded, so it knows nothing of Django. A theme
is a folder below ``themes/`` with a ``theme.toml``; ``parent`` names the theme it refines.
Folders are listed child first: a child's template or static file wins over its parent's with
the same path, and, because they are searched before the apps, over any plugin's.

Problems (a missing parent, a cycle) are collected, not raised: settings must stay importable so
that ``manage.py check`` can name them (see ``cms.theming.checks``).
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parents[2]
THEMES_DIR = BASE_DIR / "themes"
COMPONENTS_DIR = BASE_DIR / "cms" / "templates"


@dataclass(frozen=True, kw_only=True)
class Theme:
    """What ``theme.toml`` says."""

    name: str
    path: Path
    label: str = ""
    parent: str = ""
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    head_scripts: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    icon: str = ""
    touch_icon: str = ""
    app: str = ""
    social: str = ""
    colors: tuple[tuple[str, str], ...] = ()
    sections: tuple[str, ...] = ()

    @property
    def tokens(self) -> Path:
        return self.path / "tokens.css"

    @property
    def sections_file(self) -> Path:
        """Tokens of sections; a theme may do without."""
        return self.path / "sections.css"

    @property
    def named_files(self) -> tuple[str, ...]:
        """Static paths of every file ``theme.toml`` names."""
        single = (self.icon, self.touch_icon, self.app, self.social)
        return (*self.styles, *self.scripts, *self.head_scripts, *self.preload, *filter(None, single))


@dataclass(frozen=True, kw_only=True)
class Chain:
    """A theme and its ancestors, child first, and what is wrong with them."""

    themes: tuple[Theme, ...] = ()
    problems: tuple[str, ...] = field(default=())

    @property
    def parents_first(self) -> tuple[Theme, ...]:
        return self.themes[::-1]

    def first(self, attribute: str) -> Any:
        """The nearest theme's value that is set."""
        return next((value for theme in self.themes if (value := getattr(theme, attribute))), None)

    def merged(self, attribute: str) -> tuple[Any, ...]:
        """Values of all themes, the parent's first."""
        return tuple(value for theme in self.parents_first for value in getattr(theme, attribute))


def load_theme(name: str, themes_dir: Path = THEMES_DIR) -> Theme:
    """Read one ``theme.toml``; raises ``FileNotFoundError`` or ``ValueError`` (bad TOML, bad type)."""
    path = themes_dir / name
    data = tomllib.loads((path / "theme.toml").read_text(encoding="utf-8"))

    def strings(key: str) -> tuple[str, ...]:
        value = data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ValueError(f"{key} must be a list of strings")
        return tuple(value)

    return Theme(
        name=name,
        path=path,
        label=str(data.get("label", name)),
        parent=str(data.get("parent", "")),
        styles=strings("styles"),
        scripts=strings("scripts"),
        head_scripts=strings("head_scripts"),
        preload=strings("preload"),
        icon=str(data.get("icon", "")),
        touch_icon=str(data.get("touch_icon", "")),
        app=str(data.get("app", "")),
        social=str(data.get("social", "")),
        colors=tuple(sorted((str(k), str(v)) for k, v in dict(data.get("colors", {})).items())),
        sections=strings("sections"),
    )


@functools.cache
def chain(name: str, themes_dir: Path = THEMES_DIR) -> Chain:
    """The theme called ``name`` with all its ancestors."""
    themes: list[Theme] = []
    problems: list[str] = []
    seen: set[str] = set()
    child = ""
    while name:
        if name in seen:
            problems.append(f"Theme “{child}” names “{name}” as its parent, which descends from it.")
            break
        seen.add(name)
        try:
            theme = load_theme(name, themes_dir)
        except FileNotFoundError:
            asked_by = f"parent of theme “{child}”" if child else "setting THEME"
            problems.append(f"There is no theme “{name}” ({asked_by}): {themes_dir.name}/{name}/theme.toml is missing.")
            break
        except ValueError as error:
            problems.append(f"{themes_dir.name}/{name}/theme.toml can't be read: {error}")
            break
        themes.append(theme)
        child, name = name, theme.parent
    return Chain(themes=tuple(themes), problems=tuple(problems))


def template_dirs(name: str, themes_dir: Path = THEMES_DIR) -> list[Path]:
    """For ``TEMPLATES[…]["DIRS"]``: the theme chain, then the core's components."""
    found = [theme.path / "templates" for theme in chain(name, themes_dir).themes]
    return [path for path in found if path.is_dir()] + [COMPONENTS_DIR]


def static_dirs(name: str, themes_dir: Path = THEMES_DIR) -> list[Path]:
    """For ``STATICFILES_DIRS``: the theme chain, child first."""
    found = [theme.path / "static" for theme in chain(name, themes_dir).themes]
    return [path for path in found if path.is_dir()]
