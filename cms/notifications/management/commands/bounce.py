"""``manage.py bounce``: takes one returned mail on standard input; the mail server pipes it here."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from cms.notifications import bounces


class Command(BaseCommand):
    """Note that a mail came back."""

    help = "Reads one returned mail from standard input and notes it (docs/deployment.md)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Note it; say what it was."""
        bounce = bounces.read(sys.stdin.buffer.read())
        if bounce is None:
            self.stdout.write("no report about a failure")
        elif bounces.note(bounce):
            self.stdout.write(f"noted: {bounce.status}")
        else:
            self.stdout.write("not about a mail of ours")
