"""What operators see first."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.contracts.portal import Tile
from cms.plugins.registry import collect

from .views import RIGHT


def tiles(request: HttpRequest) -> list[Tile]:
    """Return how many problems the apps report, for those who may do something about them."""
    if not request.user.has_perm(RIGHT):
        return []
    count = sum(len(ask()) for _config, ask in collect("health"))
    return [Tile(title=_("Problems in operation"), value=count, url=reverse("background_work"), urgent=count > 0)]
