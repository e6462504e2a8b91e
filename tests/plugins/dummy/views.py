"""Lists and shows what the reader may see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from .models import DummyNote


def index(request: HttpRequest) -> HttpResponse:
    """Show all notes the reader may see."""
    return render(request, "dummy/index.html", {"notes": DummyNote.objects.visible_to(request)})


def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one note. Raises Http404 for one that is hidden or missing."""
    found = get_object_or_404(DummyNote.objects.visible_to(request), pk=pk)
    return render(request, "dummy/index.html", {"notes": [found]})
