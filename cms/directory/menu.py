"""Entries of the main menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.contracts.navigation import MenuItem


def items(request: HttpRequest) -> list[MenuItem]:
    """Return offices and locations."""
    return [
        MenuItem(title=_("Offices"), url=reverse("directory:units"), order=30, icon="landmark"),
        MenuItem(title=_("Locations"), url=reverse("directory:locations"), order=40, icon="map-pin"),
    ]
