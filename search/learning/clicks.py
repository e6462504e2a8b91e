"""The address to which a results page tells which place was opened."""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ..queries import MAX_PAGE, PAGE_SIZES
from . import log

MAX_TOKEN = 1_000


# The signed token takes the part of the CSRF token: a beacon has no form, and results pages stay without a session.
@csrf_exempt
@require_POST
def opened(request: HttpRequest) -> HttpResponse:
    """Count one opened result: ``token`` of the page, ``rank`` from 1. 204, or 400 for anything else."""
    token, rank = request.POST.get("token", ""), request.POST.get("rank", "")
    if len(token) > MAX_TOKEN or not rank.isdecimal() or not 1 <= int(rank[:6]) <= MAX_PAGE * max(PAGE_SIZES):
        return HttpResponse(status=400)
    try:
        log.note_opened(token, int(rank))
    except (signing.BadSignature, ValueError):
        return HttpResponse(status=400)
    return HttpResponse(status=204)
