"""The address to which a results page tells which place was opened."""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ..queries import MAX_PAGE, PAGE_SIZES
from . import log

MAX_TOKEN = 1_000
MAX_DIGITS = 6


# The signed token takes the part of the CSRF token: a beacon has no form, and results pages stay without a session.
@csrf_exempt
@require_POST
def opened(request: HttpRequest) -> HttpResponse:
    """Count one opened result: ``token`` of the page, ``rank`` from 1. 204, or 400 for anything else."""
    token, rank = request.POST.get("token", ""), request.POST.get("rank", "")
    is_place = rank.isdecimal() and len(rank) <= MAX_DIGITS and 1 <= int(rank) <= MAX_PAGE * max(PAGE_SIZES)
    if len(token) > MAX_TOKEN or not is_place:
        return HttpResponse(status=400)
    try:
        log.note_opened(token, int(rank))
    except (signing.BadSignature, ValueError):
        return HttpResponse(status=400)
    return HttpResponse(status=204)
