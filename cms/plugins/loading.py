"""From the names in the setting PLUGINS to importable apps. Imported by the settings: no Django models here."""

from __future__ import annotations

from importlib.metadata import entry_points
from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured

ENTRY_POINT_GROUP = "cms.plugins"


def app_path(name: str) -> str:
    """Return the dotted path of the app called ``name``.

    A name is a folder below ``plugins/`` or an entry point of group ``cms.plugins``.
    Raises ImproperlyConfigured for a name that is neither or both.
    """
    own = f"plugins.{name}" if name.isidentifier() and find_spec(f"plugins.{name}") else None
    foreign = [point.value for point in entry_points(group=ENTRY_POINT_GROUP) if point.name == name]
    candidates = ([own] if own else []) + foreign
    if not candidates:
        raise ImproperlyConfigured(
            f"PLUGINS names {name!r}, but there is no folder plugins/{name} and no installed package "
            f"with an entry point {name!r} in the group {ENTRY_POINT_GROUP}."
        )
    if len(candidates) > 1:
        raise ImproperlyConfigured(f"PLUGINS names {name!r}, which stands for several apps: {', '.join(candidates)}.")
    return candidates[0]


def app_paths(names: list[str]) -> list[str]:
    """Return the dotted paths of ``names`` in order. Raises ImproperlyConfigured for doubles and unknown names."""
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise ImproperlyConfigured(f"PLUGINS names {', '.join(sorted(doubled))} more than once.")
    return [app_path(name) for name in names]
