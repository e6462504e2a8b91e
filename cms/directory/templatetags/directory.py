"""``{% load directory %}``: what other apps' pages show of places."""

from __future__ import annotations

from typing import Any

from django import template

from cms.directory import presentation

register = template.Library()


@register.simple_tag(takes_context=True)
def open_places(context: dict[str, Any], most: int = 5) -> list[presentation.OpenLocation]:
    """Places the reader may see whose hours are known: open ones first, then those that open next; at most ``most``."""
    return presentation.open_places(context.get("request"), most)
