"""``manage.py import_services DIR``: a city's service catalogue as sample data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from plugins.services.importer.apply import CatalogueImport, SuspiciousDrop, check_drop
from plugins.services.importer.parse import BrokenFile, read_catalogue
from plugins.services.importer.report import Report
from search.indexing import after_commit, project_pending

STEP = 25


class Command(BaseCommand):
    """Import services and offices; safe to repeat."""

    help = "Imports services and offices from a ZMS export (services_de.json, locations_de.json). Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("folder", type=Path, help="Folder with services_de.json and locations_de.json.")
        parser.add_argument("--dry-run", action="store_true", help="Show what would happen and change nothing.")
        parser.add_argument(
            "--force", action="store_true", help="Accept an export with less than half of the last one."
        )
        parser.add_argument("--report", type=Path, metavar="FILE", help="Write the report as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read everything first, then write in one transaction."""
        report = Report()
        try:
            catalogue = read_catalogue(options["folder"], report)
            with transaction.atomic():
                if not options["force"]:
                    check_drop(catalogue)
                # Registered outside of the records' savepoints, it stands for all of their own.
                transaction.on_commit(after_commit)
                CatalogueImport(report, self._progress).run(catalogue)
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except (BrokenFile, SuspiciousDrop) as error:
            raise CommandError(str(error)) from error
        if not options["dry_run"]:
            self._index()
        if options["report"]:
            try:
                options["report"].write_text(
                    json.dumps(report.as_dict(), ensure_ascii=False, indent=2), encoding="utf-8"
                )
            except OSError as error:
                self.stderr.write(f"The report could not be written: {error}")
        for line in report.lines():
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was changed.")

    def _index(self) -> None:
        """Make the changes findable at once, without waiting for a worker."""
        total = 0
        while done := project_pending(4 * STEP):
            total += done
            self.stderr.write(f"search {total} records")

    def _progress(self, kind: str, number: int, total: int) -> None:
        if number % STEP == 0 or number == total:
            self.stderr.write(f"{kind} {number}/{total} ({100 * number // total} %)")
