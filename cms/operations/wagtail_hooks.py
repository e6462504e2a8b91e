"""What operations adds to the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from .panels import ContributedPanel


@hooks.register("construct_homepage_panels")
def contributed(request: HttpRequest, panels: list[Any]) -> None:
    """Put what apps contribute first."""
    panels.append(ContributedPanel())
