"""Notices in the words of schema.org."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from .models import Notice


def announcement(notice: Notice, absolute: Any) -> dict[str, Any]:
    """Return a warning or an emergency that everybody is to know; ``absolute`` makes an address of a path."""
    thing = {
        "@type": "SpecialAnnouncement",
        "name": notice.title_text,
        "text": notice.body_text or notice.title_text,
        "datePosted": notice.starts.isoformat(timespec="seconds"),
        "url": absolute(f"#notice-{notice.pk}"),
        "spatialCoverage": {"@type": "AdministrativeArea", "name": settings.CITY_NAME},
    }
    if notice.ends:
        thing["expires"] = notice.ends.isoformat(timespec="seconds")
    return thing
