"""Links to the feeds of a page."""

from __future__ import annotations

from typing import Any

from django import template

from ..declared import FORMATS, feeds_of

register = template.Library()


@register.inclusion_tag("feeds/links.html", takes_context=True)
def feed_links(context: template.Context) -> dict[str, Any]:
    """Write ``<link rel="alternate">`` for the feeds of this page, in its head. Nothing where the public sees none."""
    return {"links": _links(context)}


@register.simple_tag(takes_context=True)
def feed_urls(context: template.Context) -> list[dict[str, str]]:
    """Return title, label, type and url of each format of the feeds of this page, for links in its text."""
    return _links(context)


def _links(context: template.Context) -> list[dict[str, str]]:
    request = context.get("request")
    place = getattr(request, "resolver_match", None)
    if place is None:
        return []
    known = request.__dict__.setdefault("_feed_links", {})
    if place.view_name not in known:
        known[place.view_name] = [
            {"title": f"{feed.title} ({FORMATS[form][1]})", "label": FORMATS[form][1], "type": FORMATS[form][0],
             "form": form, "url": f"{request.path}feed.{form}"}
            for feed in feeds_of(place.view_name)
            # What an anonymous reader sees, everybody sees; of others' pages there may be no feed.
            if not request.user.is_authenticated or feed.read(*place.args, **place.kwargs) is not None
            for form in feed.formats
        ]  # fmt: skip
    return known[place.view_name]
