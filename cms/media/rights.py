"""What must be known of an image before it is published."""

from __future__ import annotations

from wagtail.models import Page

from .models import CityImage
from .pictures import images_in


def without_credit(page: Page) -> list[CityImage]:
    """Return the images that ``page``, as it is in memory, shows without anybody to name as their author."""
    ids = images_in(page)
    return list(CityImage.objects.filter(credit="", pk__in=ids).order_by("title", "pk")) if ids else []
