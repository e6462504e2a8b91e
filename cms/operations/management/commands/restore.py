"""``manage.py restore FILE``"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

from cms.operations.backup import BackupError, restore


class Command(BaseCommand):
    help = "Bring database and media back from an archive of 'dump'. Stop the site and the worker before."
    requires_system_checks: ClassVar[list[str]] = []  # the database is empty or wrong at this moment

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="archive to read")
        parser.add_argument("--replace", action="store_true", help="replace a database and media that are not empty")

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        try:
            manifest = restore(source=file, replace=replace, report=self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(f"restored the state of {manifest.created}; now run: manage.py migrate"))
