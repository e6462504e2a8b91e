"""``manage.py rotate_keys``: seal what lies encrypted with the newest of ``DATA_KEYS``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.operations.resealing import declared, reseal


class Command(BaseCommand):
    """Seal everything anew; may be stopped and repeated. Exits non-zero when something can't be read."""

    help = "Seals what lies encrypted with the newest key. Afterwards the older keys can be taken out of the settings."

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = 0
        for sealed in declared():
            result = reseal(sealed)
            unreadable += result.unreadable
            self.stdout.write(f"{result.label}: {result.changed} sealed anew, {result.unreadable} unreadable")
        if unreadable:
            raise CommandError(f"{unreadable} values can't be read with any known key. Keep the older keys.")
