"""The API schema describes our API only, not the admin's internal one."""

from __future__ import annotations

from typing import Any


def only_public_api(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """Keep (path, regex, method, view) entries below /api/v1/. A preprocessing hook of drf-spectacular."""
    return [entry for entry in endpoints if entry[0].startswith("/api/v1/")]
