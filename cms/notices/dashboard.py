"""Notices on the start page of the admin."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.contracts.portal import Action, Tile

from .services import EMERGENCY_RIGHT, running_emergencies


def tiles(request: HttpRequest) -> list[Tile]:
    """Return how many emergencies are on, if any, for those who can end them."""
    if not request.user.has_perm(EMERGENCY_RIGHT):
        return []
    running = running_emergencies().count()
    if not running:
        return []
    return [
        Tile(
            title=_("emergency notices on the site"),
            value=running,
            url=reverse("notice_emergency"),
            order=1,
            urgent=True,
        )
    ]


def actions(request: HttpRequest) -> list[Action]:
    """Offer the emergency notice."""
    if not request.user.has_perm(EMERGENCY_RIGHT):
        return []
    return [Action(title=_("Publish an emergency notice"), url=reverse("notice_emergency"), icon="warning", order=5)]
