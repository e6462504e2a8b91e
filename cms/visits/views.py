"""Did you find what you were looking for? Yes and no, counted without anybody's name."""

from __future__ import annotations

import hashlib

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from wagtail.models import Page

from cms.access.pages import visible_pages

from .counting import note_answer

#: One answer of one sender to one page counts in so many seconds.
ONCE_IN = 3600


# Without a token: pages stay the same for everybody and in caches. A forged answer changes a count by one, once an hour.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def helpful(request: HttpRequest) -> HttpResponse:
    """Count an answer (POST ``page``, ``answer``) and say thank you; a page the reader may not see is a 404."""
    data = request.POST if request.method == "POST" else request.GET
    number = data.get("page", "")
    if not (number.isascii() and number.isdigit() and len(number) < 12):
        raise Http404
    page = visible_pages(request, Page.objects.filter(pk=int(number))).first()
    if page is None:
        raise Http404
    if request.method != "POST":
        return render(request, "visits/thanks.html", {"page_read": page, "helped": data.get("answer") == "yes"})
    answer = data.get("answer")
    if answer not in ("yes", "no"):
        return redirect(page.get_url(request) or "/")
    if _is_first(request, page.pk):
        note_answer(page.pk, answer == "yes")
    return redirect(f"{request.path}?page={page.pk}&answer={answer}")


def _is_first(request: HttpRequest, page_id: int) -> bool:
    """Return whether this sender has not answered for this page lately. The keyed digest of the sender lives an hour."""
    try:
        sender = get_adapter().get_client_ip(request)
    except PermissionDenied:
        sender = "unknown"
    digest = hashlib.sha256(f"{settings.SECRET_KEY} {sender} {page_id}".encode()).hexdigest()
    return bool(cache.add(f"helpful:{digest}", 1, ONCE_IN))
