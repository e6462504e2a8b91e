"""``manage.py plugins``: which plugins there are and what each contributes."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cms.plugins.config import CONTRIBUTIONS
from cms.plugins.loading import ENTRY_POINT_GROUP
from cms.plugins.registry import contributing_apps, enabled_plugins


class Command(BaseCommand):
    """List available and enabled plugins and the core apps that contribute like plugins."""

    help = "Lists plugins (available, enabled) and what each contributes."

    def handle(self, *args: Any, **options: Any) -> None:
        enabled = enabled_plugins()
        for config in enabled:
            self._describe("enabled", config)
        for config in contributing_apps():
            if config not in enabled:
                self._describe("core", config)
        folders = (path.parent.name for path in Path(settings.BASE_DIR, "plugins").glob("*/apps.py"))
        points = (point.name for point in entry_points(group=ENTRY_POINT_GROUP))
        for name in sorted({*folders, *points} - set(settings.PLUGINS)):
            self.stdout.write(f"available  {name}")

    def _describe(self, state: str, config: Any) -> None:
        kinds = ", ".join(kind for kind in CONTRIBUTIONS if getattr(config.manifest, kind)) or "nothing"
        self.stdout.write(f"{state:<10} {config.label}: {config.manifest.summary} [{kinds}]")
