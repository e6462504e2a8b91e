"""Follow a short link."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponseRedirect
from wagtail.models import Page

from cms.access.pages import visible_pages
from cms.plugins.registry import providers

from .models import ShortLink


def follow(request: HttpRequest, name: str) -> HttpResponseRedirect:
    """Lead to the target of ``name``. Raises Http404, the same for unknown, expired and what the reader may not see."""
    target = short_target(request, name)
    if not target:
        raise Http404
    response = HttpResponseRedirect(target)
    response["Cache-Control"] = "no-cache"  # the target may change, and differ for others
    return response


def short_target(request: HttpRequest, name: str) -> str:
    """Return where the short link ``name`` leads, "" when it leads nowhere or to what the reader may not see."""
    link = ShortLink.objects.valid().filter(name=name.lower()).first()
    if link is None:
        return ""
    if link.page_id:
        pages = visible_pages(request, Page.objects.filter(pk=link.page_id)).select_related("locale")
        return next((page.get_url(request) for page in pages), "")
    path = urlsplit(link.path).path
    answers = [readable(request, path) for readable in providers("readable_address").values()]
    return "" if False in answers else link.path
