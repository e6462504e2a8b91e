"""What templates say of hand-overs."""

from __future__ import annotations

from django import template

from ..handover import wording

register = template.Library()


@register.simple_tag
def problem(found: str | dict[str, str]) -> str:
    """Return why a submission was refused in the reader's language: a name, or a problem as we have sent it."""
    if isinstance(found, str):
        return wording.problem(found)
    return wording.problem(found["title"], found["instance"])


@register.filter
def said(error: str) -> str:
    """Return an error in the reader's language."""
    return wording.said(error)
