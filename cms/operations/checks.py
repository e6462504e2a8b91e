"""System checks of the keys in the settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

#: A random key of so many characters has at least 128 bits, even when it is written in digits (BSI TR-02102-1).
SHORTEST = 40


@register("security")
def check_data_keys(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse keys that are short, given twice, or the one that signs sessions."""
    found: list[CheckMessage] = []
    keys = settings.DATA_KEYS
    if any(len(key) < SHORTEST or len(set(key)) < 8 for key in keys):
        found.append(
            Error(f"A key in DATA_KEYS is too short (at least {SHORTEST} random characters).", id="operations.E001")
        )
    if len(set(keys)) != len(keys) or settings.SECRET_KEY in keys:
        found.append(
            Error("The keys in DATA_KEYS must differ from one another and from SECRET_KEY.", id="operations.E002")
        )
    return found
