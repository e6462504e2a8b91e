"""``{% load reviews %}``: what people outside said, beside Wagtail's own comments."""

from __future__ import annotations

from typing import Any

from django import template
from wagtail.models import Page

from cms.reviews.models import OutsideReview

register = template.Library()


@register.inclusion_tag("reviews/beside_comments.html")
def outside_comments(page: Any, user: Any) -> dict[str, Any]:
    """List the reviews of ``page`` that are open or were answered, with their comments, for ``user`` in the editor."""
    if not isinstance(page, Page) or page.pk is None:
        return {"reviews": []}
    rows = page.outside_reviews.exclude(state=OutsideReview.State.WITHDRAWN, answer="", comments=None)
    return {"reviews": rows.distinct().prefetch_related("comments"), "page": page}
