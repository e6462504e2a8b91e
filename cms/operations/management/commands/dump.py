"""``manage.py dump FILE``"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

from cms.operations.backup import BackupError, dump


class Command(BaseCommand):
    help = "Write database and media into one archive (tar.gz) that 'restore' reads. The site may go on meanwhile."
    requires_system_checks: ClassVar[list[str]] = []  # a backup must be possible when something else is wrong

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="archive to write, for example mogontia.tar.gz")
        parser.add_argument("--overwrite", action="store_true", help="replace FILE if it exists")

    def handle(self, *args: Any, file: Path, overwrite: bool, **options: Any) -> None:
        try:
            manifest = dump(target=file, overwrite=overwrite, report=self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from error
        size = file.stat().st_size / 1_000_000
        self.stdout.write(self.style.SUCCESS(f"{file}: {len(manifest.files)} files, {size:.1f} MB"))
