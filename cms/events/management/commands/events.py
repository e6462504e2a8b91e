"""``manage.py events``: who subscribes, and tell a subscriber again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware

from cms.events.models import Delivery
from cms.events.services import replay, subscribers


class Command(BaseCommand):
    """List subscribers with their deliveries, or replay."""

    help = "Lists the subscribers of events, or tells one of them again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the action."""
        parser.add_argument("action", nargs="?", choices=["list", "replay"], default="list")
        parser.add_argument("subscriber", nargs="?", default="", help="as listed: app.name")
        parser.add_argument("--kind", default="", help="only events of this kind")
        parser.add_argument("--since", default="", help="only events from this time on (ISO 8601)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. Raises CommandError for an unknown subscriber and for a time that is none."""
        if options["action"] == "list":
            self._list()
            return
        since = None
        if options["since"]:
            try:
                since = parse_datetime(options["since"])
            except ValueError:
                since = None
            if since is None:
                raise CommandError(f"{options['since']!r} is no time. Write it like 2026-01-31T08:00:00+01:00")
            since = make_aware(since) if is_naive(since) else since
        try:
            count = replay(subscriber=options["subscriber"], kind=options["kind"], since=since)
        except LookupError as error:
            raise CommandError(error.args[0]) from error
        self.stdout.write(f"{count} events will be delivered to {options['subscriber']} again.")

    def _list(self) -> None:
        counts = Delivery.objects.values_list("subscriber", "state").annotate(Count("pk"))
        for name, subscriber in subscribers():
            states = ", ".join(f"{number} {state}" for who, state, number in counts if who == name) or "nothing yet"
            wants = f"{subscriber.kind or 'any kind'}: {', '.join(subscriber.verbs) or 'everything'}"
            self.stdout.write(f"{name} ({wants}) {states}")
