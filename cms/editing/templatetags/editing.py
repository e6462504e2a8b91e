"""What templates of Wagtail's admin ask the editors' help."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page

from ..checking.checker import Report, check
from ..duplicates import Similar, of_page
from ..models import PageReview
from ..review_dates import Care, Inheritance
from ..uses import SHOWN, used_below, used_by

register = template.Library()


@register.simple_tag
def findings_of(page: Any) -> Report | None:
    """Return what could be better on a page, as it was stored last; None for what is no page or not stored yet."""
    if not isinstance(page, Page) or not page.pk:
        return None
    return check(page)


@register.simple_tag
def review_of(page: Any) -> tuple[PageReview | None, Care] | None:
    """Return the review date of a page and who answers for it; None for what is no page or not stored yet."""
    if not isinstance(page, Page) or not page.pk:
        return None
    own = PageReview.objects.filter(page_id=page.pk).select_related("owner", "unit__head").first()
    return own, Inheritance().care(page.path, own)


@register.simple_tag
def similar_to(page: Any, reader: Any) -> list[Similar]:
    """Return what ``reader`` may see and says nearly the same as a page."""
    return of_page(page, reader) if isinstance(page, Page) and page.pk else []


@register.simple_tag(takes_context=True)
def uses_here(context: Any) -> dict[str, Any]:
    """Return what refers to the one thing a page of the admin asks about: ``uses``, ``more``, ``below``."""
    names = ("page", "object", "instance", "image", "document", "snippet")
    things = (context.get(name) for name in names)
    thing = next((thing for thing in things if getattr(thing, "pk", None) and hasattr(thing, "_meta")), None)
    if thing is None:
        return {"uses": [], "more": 0, "below": 0}
    uses = used_by(thing, getattr(context.get("request"), "user", AnonymousUser()))
    return {
        "uses": uses[:SHOWN],
        "more": max(0, len(uses) - SHOWN),
        "below": used_below(thing) if isinstance(thing, Page) else 0,
    }
