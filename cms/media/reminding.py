"""Who is told that an image is going to leave the pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from cms.accounts.models import User

from .models import CityImage


def recipients_of(images: Iterable[CityImage]) -> dict[Any, list[CityImage]]:
    """Return who is told of which image: whoever uploaded it, and the owners of the pages that show it."""
    wanted: dict[int, list[CityImage]] = defaultdict(list)
    for image in images:
        people = {image.uploaded_by_user_id}
        people |= {getattr(row[0], "owner_id", None) for row in image.get_usage()}
        for pk in people - {None}:
            wanted[pk].append(image)
    users = User.objects.filter(pk__in=wanted, is_active=True).order_by("pk")
    return {user: wanted[user.pk] for user in users}
