"""``manage.py load_demo``: the demo city. Safe to repeat; nothing that exists is changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cms.operations.demo import load_demo
from cms.operations.indexing import indexed_afterwards


class Command(BaseCommand):
    """Load accounts, offices, services and pages of the demo city."""

    help = "Loads the demo city. Existing records stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        with indexed_afterwards():
            load_demo(lambda line: self.stdout.write(f"  {line}"))
