"""``manage.py search rebuild|status|check``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.documents import documents
from search.elastic.client import FAILURES
from search.elastic.mapping import schema
from search.elastic.rebuild import AlreadyRunning, differences, rebuild_index, repair
from search.elastic.shipping import lag, retry_dead, ship_pending, targets
from search.health import problems
from search.indexing import project_pending, rebuild
from search.models import PendingObject, SearchEntry, SearchIndex
from search.models.shipping import MAX_ATTEMPTS


class Command(BaseCommand):
    """Build, show and check the search's entries. Safe to run twice."""

    help = (
        "rebuild: build all entries again; status: what is pending; check: compare entries with records; "
        "retry: try again what failed or was refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["rebuild", "status", "check", "retry"])
        parser.add_argument("--if-empty", action="store_true", help="rebuild only when there are no entries")
        parser.add_argument(
            "--index-only", action="store_true", help="rebuild: only the index, from the entries as they are"
        )
        parser.add_argument("--repair", action="store_true", help="check: build what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        actions = {"rebuild": self.rebuild, "status": self.status, "check": self.compare, "retry": self.retry}
        actions[options["action"]](options)

    def retry(self, options: dict[str, Any]) -> None:
        """Try again, from the first attempt, what could not be built and what Elasticsearch refused."""
        failed = PendingObject.objects.filter(attempts__gt=0).update(attempts=0)
        refused = retry_dead()
        while project_pending(500):
            pass
        while ship_pending():
            pass
        self.stdout.write(f"{failed} objects and {refused} entries tried again")

    def rebuild(self, options: dict[str, Any]) -> None:
        """Build everything, or only what is pending when ``--if-empty`` finds entries."""
        if options["if_empty"] and SearchEntry.objects.exists():
            done = 0
            while count := project_pending(500):
                done += count
            self.stdout.write(f"  {done} pending objects built")
            if (
                settings.SEARCH_BACKEND == "elasticsearch"
                and not targets().filter(state=SearchIndex.State.LIVE).exists()
            ):
                self.rebuild_index()
            return
        if not options["index_only"]:
            rebuild(progress=lambda kind, number, total: self.stdout.write(f"  {kind} {number}/{total}"))
            PendingObject.objects.filter(attempts=0).delete()
        if settings.SEARCH_BACKEND == "elasticsearch":
            self.rebuild_index()

    def rebuild_index(self) -> None:
        """Build a new index and put it in place; go on where an interrupted run stopped."""
        try:
            index = rebuild_index(
                progress=lambda row: self.stdout.write(f"  {_bar(row.percent)} {row.done}/{row.total}")
            )
        except AlreadyRunning as running:
            self.stdout.write(f"  {running.index} is being built by another process ({running.index.percent} %)")
        except FAILURES as error:
            raise CommandError(f"Elasticsearch does not answer ({error}). Run it again: it goes on.") from error
        else:
            self.stdout.write(f"  {index} is in use")

    def status(self, options: dict[str, Any]) -> None:
        """Print entries a kind, and what is pending or failed."""
        for kind in documents():
            self.stdout.write(f"{kind}: {SearchEntry.objects.filter(kind=kind).count()} entries")
        failed = PendingObject.objects.filter(attempts__gt=0)
        self.stdout.write(f"pending: {PendingObject.objects.filter(attempts=0).count()}, failed: {failed.count()}")
        for row in failed:
            self.stdout.write(f"  {row.kind} {row.object_id}: {row.last_error}")
        self.stdout.write(f"engine: {settings.SEARCH_BACKEND}")
        for index in SearchIndex.objects.all():
            mine = "" if index.schema == schema() else ", of other code"
            self.stdout.write(
                f"{index}: {index.get_state_display()}{mine}, {index.shipments.count()} behind, "
                f"lag {lag(index).total_seconds():.0f} s"
            )
            for shipment in index.shipments.filter(attempts__gte=MAX_ATTEMPTS):
                self.stdout.write(f"  entry {shipment.entry_id} is refused: {shipment.error}")
        for problem in problems():
            self.stdout.write(f"! {problem.text}")

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
        if settings.SEARCH_BACKEND == "elasticsearch":
            wrong += self.compare_index(options["repair"])
        if wrong and not options["repair"]:
            raise CommandError(f"{wrong} objects differ; run with --repair.")
        self.stdout.write("entries and records agree" if not wrong else f"{wrong} objects repaired")

    def compare_index(self, mend: bool) -> int:
        """Compare each index of this code with the entries; return how many differ."""
        count = 0
        for index in targets().filter(state=SearchIndex.State.LIVE):
            try:
                found = repair(index) if mend else sum(1 for _pk in differences(index))
            except FAILURES as error:
                raise CommandError(f"Elasticsearch does not answer ({error}).") from error
            if found:
                self.stdout.write(f"{index}: {found} entries differ")
            count += found
        return count


def _bar(percent: int) -> str:
    return f"[{'#' * (percent // 5):<20}] {percent:3} %"
