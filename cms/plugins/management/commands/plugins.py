"""``manage.py plugins``: which plugins there are and what each contributes; switch them, or see whether one can go."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.plugins.config import CONTRIBUTIONS
from cms.plugins.content import content_of
from cms.plugins.loading import ENTRY_POINT_GROUP
from cms.plugins.registry import contributing_apps, enabled_plugins
from cms.plugins.switches import SwitchRefused, is_off, switch


class Command(BaseCommand):
    """List, switch and uninstall plugins."""

    help = "Lists plugins (available, enabled, off) and what each contributes; switches them on and off."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the action and the plugin."""
        parser.add_argument("action", nargs="?", choices=["list", "on", "off", "uninstall"], default="list")
        parser.add_argument("label", nargs="?", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. Raises CommandError when it can't be done."""
        action, label = options["action"], options["label"]
        if action == "list":
            self._list()
        elif not label:
            raise CommandError("Which plugin? manage.py plugins off NAME")
        elif action == "uninstall":
            self._uninstall(label)
        else:
            try:
                switch(label=label, off=action == "off")
            except SwitchRefused as refused:
                raise CommandError(str(refused)) from refused
            self.stdout.write(f"{label} is {action}.")

    def _list(self) -> None:
        enabled = enabled_plugins()
        for config in enabled:
            self._describe("off" if is_off(config.label) else "enabled", config)
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

    def _uninstall(self, label: str) -> None:
        config = next((config for config in enabled_plugins() if config.label == label), None)
        if config is None:
            raise CommandError(f"There is no enabled plugin {label!r}.")
        if found := content_of(config):
            lines = "\n".join(f"- {number} × {name}" for name, number in found.items())
            raise CommandError(f"{label} still has content:\n{lines}\nDelete it first, or only switch the plugin off.")
        self.stdout.write(
            f"{label} has no content. Run manage.py migrate {label} zero, then take it out of the setting PLUGINS."
        )
