"""``manage.py build_theme``: make web fonts, icons and the preview picture again (their result is committed)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cms.theming.fonts import make_all
from cms.theming.images import make_images
from cms.theming.loading import THEMES_DIR


class Command(BaseCommand):
    help = "Makes the web fonts and images of themes/city from the installed font wheels."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", default=str(THEMES_DIR / "city" / "static" / "theme" / "city"))

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"])
        for path in (*make_all(folder / "fonts"), *make_images(folder)):
            self.stdout.write(f"{path.name}  {path.stat().st_size / 1024:.1f} kB")
