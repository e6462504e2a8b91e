"""``manage.py build_theme``: make the web fonts again (their result is committed)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cms.theming.fonts import make_all
from cms.theming.loading import THEMES_DIR


class Command(BaseCommand):
    help = "Makes the web fonts of themes/city from the installed font wheels."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", default=str(THEMES_DIR / "city" / "static" / "theme" / "city" / "fonts"))

    def handle(self, *args: Any, **options: Any) -> None:
        from pathlib import Path

        for path in make_all(Path(options["folder"])):
            self.stdout.write(f"{path.name}  {path.stat().st_size / 1024:.1f} kB")
