"""``manage.py search rebuild|status|check``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.documents import documents
from search.indexing import project_pending, rebuild
from search.models import PendingObject, SearchEntry


class Command(BaseCommand):
    """Build, show and check the search's entries. Safe to run twice."""

    help = "rebuild: build all entries again; status: what is pending; check: compare entries with records."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["rebuild", "status", "check"])
        parser.add_argument("--if-empty", action="store_true", help="rebuild only when there are no entries")
        parser.add_argument("--repair", action="store_true", help="check: build what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        {"rebuild": self.rebuild, "status": self.status, "check": self.compare}[options["action"]](options)

    def rebuild(self, options: dict[str, Any]) -> None:
        """Build everything, or only what is pending when ``--if-empty`` finds entries."""
        if options["if_empty"] and SearchEntry.objects.exists():
            done = 0
            while count := project_pending(500):
                done += count
            self.stdout.write(f"  {done} pending objects built")
            return
        rebuild(progress=lambda kind, number, total: self.stdout.write(f"  {kind} {number}/{total}"))
        PendingObject.objects.filter(attempts=0).delete()

    def status(self, options: dict[str, Any]) -> None:
        """Print entries a kind, and what is pending or failed."""
        for kind in documents():
            self.stdout.write(f"{kind}: {SearchEntry.objects.filter(kind=kind).count()} entries")
        failed = PendingObject.objects.filter(attempts__gt=0)
        self.stdout.write(f"pending: {PendingObject.objects.filter(attempts=0).count()}, failed: {failed.count()}")
        for row in failed:
            self.stdout.write(f"  {row.kind} {row.object_id}: {row.last_error}")

    def compare(self, options: dict[str, Any]) -> None:
        """Compare entries with records; exit non-zero when they differ and ``--repair`` is not given."""
        wrong = 0
        for kind, document in documents().items():
            expected = {
                (str(obj.pk), entry.language, entry.part): entry.rule_id
                for obj in document.queryset().iterator(chunk_size=200)
                for entry in document.entries(obj)
            }
            stored = {
                (row[0], row[1], row[2]): row[3]
                for row in SearchEntry.objects.filter(kind=kind).values_list("object_id", "language", "part", "rule_id")
            }
            differing = {key[0] for key in expected.keys() ^ stored.keys()}
            differing |= {key[0] for key in expected.keys() & stored.keys() if expected[key] != stored[key]}
            if differing:
                wrong += len(differing)
                self.stdout.write(f"{kind}: {len(differing)} objects differ")
                if options["repair"]:
                    rebuild([kind])
        if wrong and not options["repair"]:
            raise CommandError(f"{wrong} objects differ; run with --repair.")
        self.stdout.write("entries and records agree" if not wrong else f"{wrong} objects repaired")
