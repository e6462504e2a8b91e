"""Pages, found by their stored address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail import hooks, views
from wagtail.models import Page, Site
from wagtail.wagtail_hooks import check_view_restrictions

from cms.access.pages import visible_pages
from cms.caching import versions
from cms.records.texts import current_language

from .models.base import shown_page


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Answer with the page at ``path`` as Wagtail would.

    Wagtail walks down the tree and then asks for the restrictions of all ancestors. Here one query finds the page by its
    address, if the reader may see it; whatever is not found so (no right, part of a page, no page) goes Wagtail's way.
    """
    note_site(request)
    page = find_page(request, path)
    if page is None:
        return views.serve(request, path)
    answer: Any = views.serve_chain
    for hook in reversed(hooks.get_hooks("on_serve_page")):
        if hook is not check_view_restrictions:  # the access rule has said yes
            answer = hook(answer)
    for hook in hooks.get_hooks("before_serve_page"):
        result = hook(page, request, [], {})
        if isinstance(result, HttpResponse):
            return result
    return answer(page, request, [], {})


def note_site(request: HttpRequest) -> None:
    """Let whoever asks Wagtail for the site find it at the request: there is one."""
    request._wagtail_site = versions.remembered("site", lambda: Site.objects.filter(is_default_site=True).first())  # type: ignore[attr-defined]


def find_page(reader: Any, path: str) -> Page | None:
    """Return the page at ``path`` below the start page of the active language as what it is, if ``reader`` may see it."""
    language = current_language()
    root = next((item for item in Site.get_site_root_paths() if item.language_code == language), None)
    if root is None:
        return None
    pages = Page.objects.filter(url_path=root.root_path + path)
    found = visible_pages(reader, pages).only("pk", "content_type_id").first()
    return shown_page(found) if found else None
