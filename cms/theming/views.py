"""The page that shows every component with its states."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cms.access.rules import reader_levels

from .samples import samples


def components(request: HttpRequest) -> HttpResponse:
    """All components with sample data, for designers: shown in the demo and to staff."""
    if not getattr(settings, "DEMO_ACCOUNTS_VISIBLE", False) and "staff" not in reader_levels(request):
        raise Http404
    return render(request, "theming/components.html", samples(request))
