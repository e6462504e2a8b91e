"""``manage.py setup_roles``: the roles a city works with, after the first start and after an upgrade that brings one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cms.accounts.roles import set_up_roles


class Command(BaseCommand):
    """Create roles and add the rights they lack."""

    help = "Creates all roles, or those named, and adds the rights they lack. Rights you have added stay."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare which."""
        parser.add_argument("roles", nargs="*", metavar="ROLE", help="only these; rights taken from others stay away")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Set them up. Raises CommandError for a name that is no role."""
        try:
            groups = set_up_roles(options["roles"])
        except LookupError as error:
            raise CommandError(str(error)) from error
        for name, group in sorted(groups.items()):
            self.stdout.write(f"{name}: {group.permissions.count()} rights")
