"""Integrations of the demo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Group

from cms.accounts import rights

from . import services
from .credentials import PREFIX_LENGTH, hash_of
from .models import ApiKey, Integration


def load(data: dict[str, Any], report: Callable[[str], None]) -> None:
    """Create the integrations of ``fixtures/integrations.yaml`` with keys that everybody knows. Safe to repeat."""
    for row in data.get("integrations", []):
        if Integration.objects.filter(name=row["name"]).exists():
            continue
        made = services.create_integration(name=row["name"], contact=row["contact"], purpose=row["purpose"])
        rights.assign(user=made.account, role=Group.objects.get(name=row["role"]))
        ApiKey.objects.create(
            integration=made, name=row["key_name"], prefix=row["key"][:PREFIX_LENGTH], secret_hash=hash_of(row["key"]),
            scopes=row["scopes"],
        )  # fmt: skip
