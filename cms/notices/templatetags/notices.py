"""Notices in templates. All tags of a page share one query."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from wagtail.models import Page

from ..serving import Board, board_of, remembered_emergencies

register = template.Library()


def _board(context: Context) -> Board:
    request = getattr(context, "request", None) or context.get("request")
    if not request:  # an error page without a context, or a block rendered by itself ("" where a template passes it on)
        return Board([])
    return board_of(request)


@register.inclusion_tag("notices/region.html", takes_context=True)
def page_notices(context: Context) -> dict[str, Any]:
    """Show what stands on every page, and what stands on this one; once, in the frame of the page."""
    request, navigation = getattr(context, "request", None), context.get("navigation")
    portal = bool(request and navigation) and any(request.path.startswith(item.url) for item in navigation.portals)
    board = _board(context)
    notices = board.everywhere(portal=portal)
    page = context.get("page")
    if isinstance(page, Page) and page.pk:
        notices = [*notices, *board.of(page)]
    return {"notices": notices, "LANGUAGE_CODE": context.get("LANGUAGE_CODE")}


@register.inclusion_tag("notices/list.html", takes_context=True)
def notices_of(context: Context, record: Any) -> dict[str, Any]:
    """Show the notices of a record in full, where the record is what the page or the part of it is about."""
    return {"notices": _board(context).of(record) if record else []}


@register.inclusion_tag("notices/brief.html", takes_context=True)
def notices_brief(context: Context, record: Any) -> dict[str, Any]:
    """Show the titles of a record's notices, in cards and lists."""
    return {"notices": _board(context).of(record) if record else []}


@register.inclusion_tag("notices/brief.html", takes_context=True)
def notices_at(context: Context, kind: str, object_id: Any) -> dict[str, Any]:
    """Show the titles of the notices of (kind, id), where the record itself is not at hand."""
    return {"notices": _board(context).at(kind, object_id)}


@register.inclusion_tag("notices/list.html")
def last_emergencies() -> dict[str, Any]:
    """Show the emergencies last seen, on pages for when nothing can be read."""
    return {"notices": remembered_emergencies()}


@register.inclusion_tag("notices/notice.html")
def notice_preview(notice: Any) -> dict[str, Any]:
    """Show one notice as it will look."""
    return {"notice": notice}
