"""Template variable ``theme``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from cms.theming.finders import current


def theme(request: HttpRequest) -> dict[str, Any]:
    """The chosen theme and the section whose tokens apply.

    A view or middleware may set ``request.section`` ("museum", "intranet", "service-centre");
    a template can still override block ``section``.
    """
    found = current()
    return {
        "theme": {
            "name": settings.THEME,
            "label": found.first("label") or "",
            "colors": dict(found.first("colors") or ()),
            "section": getattr(request, "section", ""),
            "address": settings.SITE_URL,  # not the request's host: pages of errors have none that can be believed
        }
    }
