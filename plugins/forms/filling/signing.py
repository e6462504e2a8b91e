"""The page of the second person: reads what the first has filled in, and agrees or does not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ..models import CoSignature
from . import guard, sending, services
from .opening import NotOpen, definition_of
from .steps import language_of
from .summary import summary


@guard.private
def sign(request: HttpRequest, token: str) -> HttpResponse:
    """Show the summary; a POST agrees or declines."""
    message = ""
    if request.method == "POST":
        try:
            sending.sign(token=token, agree="agree" in request.POST)
        except (
            sending.NotReady,
            sending.Blocked,
            sending.NeedsConfirmation,
            sending.NeedsIdentity,
            sending.NeedsSignature,
            sending.FilesRefused,
            NotOpen,
        ):
            message = _("It can't be sent at the moment. Please tell the person who asked you.")
    row, filling, content = sending.find_signature(token)
    definition = definition_of(filling.version)
    language = language_of(filling, definition)
    waits = row.state == CoSignature.State.WAITING
    found = services.evaluated(definition, content)
    context = {
        "record": filling.version.form,
        "signature": row,
        "waits": waits,
        "message": message,
        "reference": content.reference,
        "content_language": language,
        "parts": summary(definition, found, language) if waits else [],
        "price_cents": found.price_cents,
    }
    return render(request, "forms/sign.html", context)
