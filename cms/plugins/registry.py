"""Pull what plugins contribute from Django's app registry. There is no other registry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from .config import CONTRIBUTIONS, PluginConfig
from .loading import app_path
from .switches import is_off


def contributing_apps() -> list[PluginConfig]:
    """Return every installed app with a manifest: core apps and enabled plugins, in the order of INSTALLED_APPS."""
    return [config for config in apps.get_app_configs() if isinstance(config, PluginConfig)]


def enabled_plugins() -> list[PluginConfig]:
    """Return the configs of the plugins named in settings.PLUGINS, in that order."""
    paths = [app_path(name) for name in settings.PLUGINS]
    by_path = {config.name: config for config in contributing_apps()}
    # An entry point may name the config class; its module is the app's name plus ".apps".
    return [by_path[name] for name in (path.split(".apps.")[0] for path in paths) if name in by_path]


def collect(kind: str, *, also_off: bool = False) -> Iterator[tuple[PluginConfig, Any]]:
    """Yield (app config, contribution) for every app that contributes ``kind`` and is not switched off.

    ``also_off``: those as well; for what is built once at start and gated elsewhere, such as addresses, and for
    looking after stored content. Raises ValueError for unknown kinds.
    """
    if kind not in CONTRIBUTIONS:
        raise ValueError(f"There is no contribution kind {kind!r}; known: {', '.join(CONTRIBUTIONS)}.")
    for config in contributing_apps():
        contribution = config.contribution(kind)
        if contribution is not None and (also_off or not is_off(config.label)):
            yield config, contribution


def providers(capability: str) -> dict[str, Any]:
    """Return app label -> implementation of ``capability``, for every app that provides it and is not switched off."""
    return {
        config.label: import_string(config.manifest.provides[capability])
        for config in contributing_apps()
        if capability in config.manifest.provides and not is_off(config.label)
    }
