"""Webhooks on the start page of the admin."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.contracts.portal import Tile

from .models import WebhookDelivery, WebhookEndpoint
from .services import RIGHT


def tiles(request: HttpRequest) -> list[Tile]:
    """Return how many messages were given up, for those who can do something about them."""
    if not request.user.has_perm(RIGHT) or not WebhookEndpoint.objects.exists():
        return []
    dead = WebhookDelivery.objects.filter(state=WebhookDelivery.State.DEAD).count()
    return [
        Tile(
            title=_("messages to other systems given up"),
            value=dead,
            url=reverse("webhooks:index"),
            order=60,
            urgent=dead > 0,
        )
    ]
