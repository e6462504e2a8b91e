"""What is kept about a person: handing it out, erasing it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from cms.plugins.registry import collect

from .models import User


class LastAdministrator(Exception):
    """Without this account nobody could administer the site any more."""


def export(user: User) -> dict[str, Any]:
    """Return everything kept about ``user``: app -> name -> rows, JSON (Art. 15, 20 DSGVO). Off plugins, too."""
    found: dict[str, Any] = {"exported_at": timezone.now().isoformat()}
    for config, items in collect("privacy", also_off=True):
        found[config.label] = {item.name: item.export(user) for item in items}
    return found


@transaction.atomic
def erase(*, user: User) -> dict[str, int]:
    """Erase what every app keeps about ``user``, then the account (Art. 17 DSGVO); return "app.name" -> rows.

    Raises LastAdministrator instead of leaving the site without one.
    """
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if user.is_superuser and not others.exists():
        raise LastAdministrator
    counts = {}
    for config, items in collect("privacy", also_off=True):
        for item in items:
            counts[f"{config.label}.{item.name}"] = item.erase(user)
    user.delete()
    return counts
