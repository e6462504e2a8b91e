"""Pictures in templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from cms.media.pictures import Shown, show

register = template.Library()


@register.simple_tag(takes_context=True)
def photo(
    context: Context, image: Any, alt: str = "", decorative: bool = False, caption: str = "", ratio: str = ""
) -> Shown | None:
    """Return what the reader is shown of an image; for ``cms/components/image.html`` alone, which marks it up."""
    # A template leaves out what it does not know: that arrives as "".
    return show(
        context.get("request"),
        image or None,
        page=context.get("page"),
        alt=alt or "",
        decorative=bool(decorative),
        caption=caption or "",
        ratio=ratio or "",
    )
