"""Pictures in templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from cms.media.facts import DocumentFacts, facts_of
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


@register.simple_tag
def document_facts(document: Any) -> DocumentFacts | None:
    """Return version, date and barriers of a document, and where to ask for another form of it."""
    return facts_of(document) if document is not None else None


@register.simple_tag
def media_badges(item: Any) -> list[tuple[str, str]]:
    """Return (tone, words) of the badges of an image or document in the admin's lists."""
    from cms.media.admin import badges_of

    return badges_of(item)


@register.simple_tag
def document_findings(document: Any) -> list[tuple[str, str]]:
    """Return (what is the matter, what to do) for the editor of a document."""
    from cms.media.admin import findings_of

    return findings_of(document)
