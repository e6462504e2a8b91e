"""``manage.py work``: do what is due until told to stop."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cms.jobs.worker import LANES, CityWorker


class Command(BaseCommand):
    """A worker. Several may run, on one machine or many."""

    help = "Runs jobs, delivers events, sends mail. Ends after SIGTERM when what is under way is done."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--only", choices=LANES, action="append", help="only this kind of work (repeatable)")
        parser.add_argument("--interval", type=float, default=1, help="seconds to sleep when nothing is due")
        parser.add_argument("--until-idle", action="store_true", help="end when nothing is due")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work."""
        worker = CityWorker(
            lanes=tuple(options["only"] or LANES), interval=options["interval"], until_idle=options["until_idle"]
        )
        worker.configure_signals()
        worker.run()
