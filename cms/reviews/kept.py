"""Nothing typed is lost: an answer that would throw it away gives it back with a button to send it again.

It lies in the page itself, in hidden fields, so it needs neither session, database nor script. Autosave stores drafts
every half second; this is for what could no longer be stored.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RequestDataTooBig, UnreadablePostError
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from cms.api.errors import is_api

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
#: Never sent back to the browser.
SECRET = ("password", "csrfmiddlewaretoken")
GetResponse = Callable[[HttpRequest], HttpResponse]


class KeptInputMiddleware:
    """Give back what was typed when the session has ended, the form was too old, or the server failed."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or is_api(request) or not _is_form(request):
            return self.get_response(request)
        response = self.get_response(request)
        reason = _reason(request, response)
        # On public pages nobody is signed out in the middle, and who shows what was typed says so.
        if reason != "failed" and not request.path.startswith("/admin/") or getattr(response, "keeps_input", False):
            return response
        # What another site made the browser send must not become a button of ours.
        if not reason or not sent_by_us(request):
            return response
        return give_back(request, reason=reason, status=503 if reason == "failed" else 403) or response


def _is_form(request: HttpRequest) -> bool:
    wants_page = "application/json" not in request.headers.get("Accept", "")
    scripted = request.headers.get("X-Requested-With") == "XMLHttpRequest"
    return wants_page and not scripted and (request.content_type or "") in FORMS


def _reason(request: HttpRequest, response: HttpResponse) -> str:
    if response.status_code >= 500:
        return "failed"
    if response.status_code == 302 and urlsplit(response["Location"]).path == reverse("account_login"):
        return "signed_out"
    if response.status_code == 403 and getattr(request, "csrf_processing_done", None) is not True:
        return "too_old"  # Django's check of the token ended it before any view
    return ""


def sent_by_us(request: HttpRequest) -> bool:
    """Return whether a page of this site sent the form; browsers say so, and who says nothing is not believed."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(sender).netloc == request.get_host()


def give_back(
    request: HttpRequest, *, reason: str, status: int, extra: dict[str, str] | None = None, **context: object
) -> HttpResponse | None:
    """Answer with a page that holds what was typed; None when it can't be read or nothing was typed.

    ``reason``: "failed", "signed_out", "too_old" or "newer"; ``extra``: fields added when it is sent again.
    """
    try:
        fields = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if not name.endswith(SECRET) and name not in (extra or {})
        ]
    except (RequestDataTooBig, UnreadablePostError, MultiPartParserError):
        return None
    if not fields:
        return None
    html = render_to_string(
        "reviews/kept.html",
        {
            "reason": reason,
            "fields": [*fields, *(extra or {}).items()],
            "has_files": bool(request.FILES),
            "action": request.get_full_path(),
            "token": get_token(request),
            **context,
        },
    )
    response = HttpResponse(html, status=status)
    add_never_cache_headers(response)
    # Its own middleware has already been passed on the way out.
    return CsrfViewMiddleware(lambda _request: response).process_response(request, response) or response
