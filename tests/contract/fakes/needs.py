"""Which capabilities the enabled plugins require and nobody of them provides. No models here: settings read it."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

from cms.plugins.loading import app_paths


def wanted() -> set[str]:
    """Return the names of the missing capabilities."""
    required: set[str] = set()
    provided: set[str] = set()
    for path in app_paths(settings.PLUGINS):
        module = import_module(f"{path}.apps")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, AppConfig) and value.__module__ == module.__name__:
                required |= set(value.manifest.requires)
                provided |= set(value.manifest.provides)
    return required - provided
