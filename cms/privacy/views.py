"""Requests of persons, in the admin: begin, watch, read, hand out, erase."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cms.sealing import Unreadable

from . import services
from .forms import RequestForm
from .models import PersonRequest

A_PAGE = 50
#: Finds read and shown at a time: each is unsealed.
FINDS = 25


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm(services.RIGHT):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def requests(request: HttpRequest) -> HttpResponse:
    """Show earlier requests and the form for a new one. Raises PermissionDenied without the right."""
    _check(request)
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = services.begin(sought=form.sought, file_number=form.cleaned_data["file_number"], by=request.user)
        return redirect("privacy_request", made.pk)
    rows = Paginator(PersonRequest.objects.select_related("asked_by"), A_PAGE).get_page(request.GET.get("p"))
    context = {"form": form, "rows": rows, "days": services.KEPT.days}
    return _closed(render(request, "privacy/requests.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was found; hand out or erase what is ticked, the latter after a second question."""
    _check(request)
    found = get_object_or_404(PersonRequest, pk=pk)
    deed = request.POST.get("deed", "")
    ticked = set(request.POST.getlist("key"))
    if deed == "again":
        services.again(request=found, by=request.user)
        return redirect("privacy_request", pk)
    if deed and not ticked:
        messages.error(request, _("Please tick at least one entry."))
    elif deed == "hand_out":
        return _zip(services.hand_out(request=found, keys=ticked, by=request.user))
    elif deed == "erase":
        number = services.erase(request=found, keys=ticked, by=request.user)
        messages.success(request, ngettext("%(n)d entry erased.", "%(n)d entries erased.", number) % {"n": number})
        return redirect("privacy_request", pk)
    page = Paginator([] if found.is_busy else found.keys, FINDS).get_page(request.GET.get("p"))
    rows = services.traces(page)
    asked = [row for row in rows if row[0] in ticked and not row[2].needed] if deed == "ask" else []
    if deed == "ask" and ticked and not asked:
        messages.error(request, _("None of this can be erased yet: each entry says why."))
    context = {
        "record": found,
        "sought": _sought(found),
        "rows": asked or rows,
        "page": page,
        "asked": bool(asked),
        "total": len(services.tracers()),
        "kept_until": found.asked_at + services.KEPT,
    }
    return _closed(render(request, "privacy/request.html", context))


def _sought(found: PersonRequest) -> list[str]:
    try:
        sought = found.sought
    except Unreadable:
        return []
    return [text for text in (sought.mail, sought.reference, " ".join(sought.words)) if text]


def _zip(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{_("personal-data")}-{timezone.localdate():%Y-%m-%d}.zip"'
    return _closed(response)


def _closed(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_store=True)
    return response
