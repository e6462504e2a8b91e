"""All current notices on one page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cms.caching.pages import public_page

from .linked import announcement
from .models import Notice
from .serving import listed


@public_page
def current_notices(request: HttpRequest) -> HttpResponse:
    """What the reader may see of what is going on now, the worst first."""
    notices = listed(request)
    urgent = [notice for notice in notices if notice.severity != Notice.Severity.INFORMATION]
    things = [announcement(notice, request.build_absolute_uri) for notice in urgent]
    return render(request, "notices/all.html", {"notices": notices, "linked": things})


def smoke_paths() -> list[str]:
    """Return the page and its feed."""
    return ["/hinweise/", "/hinweise/feed.rss"]
