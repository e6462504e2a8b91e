"""What templates say of hand-overs."""

from __future__ import annotations

from django import template

from ..handover import wording

register = template.Library()


@register.filter
def said(error: str) -> str:
    """Return an error in the reader's language."""
    return wording.said(error)
