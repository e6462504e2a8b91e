"""What must be known of an image before it is published, whichever way."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from .models import CityImage
from .pictures import images_in


def not_publishable(page: Page) -> list[CityImage]:
    """Return the images with which ``page``, as it is in memory, must not be published, by title.

    Nobody is named as their author (where the city asks for credits), or their last day is over when the page goes live.
    """
    ids = images_in(page)
    if not ids:
        return []
    wrong = Q(expires_on__lt=_day_of(page))
    if settings.IMAGE_CREDIT_REQUIRED:
        wrong |= Q(credit="")
    return list(CityImage.objects.filter(wrong, pk__in=ids).order_by("title", "pk"))


def what_is_wrong(page: Page, image: CityImage) -> str:
    """Return in a sentence why ``page`` must not be published with ``image``."""
    if image.is_expired(_day_of(page)):
        return _("The last day of the picture “%(title)s” is over. Take another one.") % {"title": image.title}
    return _("The picture “%(title)s” has no credit. Enter it at the picture.") % {"title": image.title}


def _day_of(page: Page) -> object:
    now = timezone.now()
    return timezone.localdate(max(now, page.go_live_at or now))
