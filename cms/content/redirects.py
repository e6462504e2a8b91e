"""Old addresses lead to new ones, for those who may see what is there now."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from cms.access.pages import visible_pages

from .views import note_site

#: So many redirects may follow one another before they count as a circle.
LONGEST_CHAIN = 5


class VisibleRedirectMiddleware(RedirectMiddleware):
    """Wagtail's redirects without what they give away: the new address of a page the reader may not see.

    A chain of redirects is answered with its end; one that leads back to where it began is not followed.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Turn a 404 into a redirect, if there is one for this address and reader."""
        if response.status_code != 404:
            return response
        note_site(request)
        answer = super().process_response(request, response)
        if answer is response:
            return response
        target = target_of(request, request.get_full_path())
        if not target:
            return response
        answer["Location"] = target
        # Browsers keep a permanent redirect for ever: a page that later takes the old address would never be seen.
        answer["Cache-Control"] = "no-cache"
        return answer


def target_of(request: HttpRequest, address: str) -> str:
    """Return where ``address`` (path and query) leads now, "" for nowhere or a page that the reader may not see."""
    redirect = _end_of_chain(request, address)
    if redirect is None:
        return ""
    if redirect.redirect_page_id:
        pages = visible_pages(request, Page.objects.filter(pk=redirect.redirect_page_id))
        if not pages.exists():
            return ""
    return redirect.link or ""


def _end_of_chain(request: HttpRequest, address: str) -> Redirect | None:
    """Return the last redirect of the chain that begins at ``address``; None for a circle."""
    path = Redirect.normalise_path(address, decode_unicode=False)
    found = get_redirect(request, path) or get_redirect(request, urlsplit(path).path)
    seen = {path, urlsplit(path).path}
    for _step in range(LONGEST_CHAIN):
        if found is None or found.redirect_page_id or not found.redirect_link.startswith("/"):
            return found
        target = Redirect.normalise_path(found.redirect_link, decode_unicode=False)
        if target in seen:
            return None
        seen.add(target)
        following = get_redirect(request, target)
        if following is None:
            return found
        found = following
    return None
