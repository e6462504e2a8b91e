"""What must answer."""

from __future__ import annotations

from django.urls import reverse


def paths() -> list[str]:
    """Return the statement and the form."""
    return [reverse("accessibility:statement"), reverse("accessibility:report")]
