"""``manage.py sign_out``: end the sessions of one person or of everybody."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.accounts.models import User
from cms.accounts.sessions import end_sessions


class Command(BaseCommand):
    """Sign people out everywhere."""

    help = "Ends all sessions of a person (user name or mail address), or with --all of everybody."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare who."""
        parser.add_argument("who", nargs="?", default="")
        parser.add_argument("--all", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """End them. Raises CommandError when nobody is called so."""
        users = User.objects.all()
        if not options["all"]:
            users = User.objects.filter(username=options["who"]) | User.objects.filter(email__iexact=options["who"])
            if not options["who"] or not users.exists():
                raise CommandError("Whose sessions? A user name, a mail address, or --all.")
        self.stdout.write(f"{end_sessions(users)} sessions ended")
