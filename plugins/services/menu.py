"""Entries of the main menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.contracts.navigation import MenuItem


def items(request: HttpRequest) -> list[MenuItem]:
    """Return services A–Z and life situations."""
    return [
        MenuItem(title=_("Services A–Z"), url=reverse("services:index"), order=10, icon="list"),
        MenuItem(title=_("Life situations"), url=reverse("services:life_situations"), order=20, icon="signpost"),
    ]
