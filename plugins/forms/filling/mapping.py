"""The map on which people point at a place: a picture of the part they look at. Scripts fetch it, see map.js."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from cms.content.mapping import draw_at
from cms.content.tiles import AREA

SIZE = (400, 340)
ZOOMS = range(11, 17)
#: Where the map begins: the middle of the city.
MIDDLE, FIRST_ZOOM = (49.995, 8.265), 13
KEPT_SECONDS = 86_400


@require_safe
def area(request: HttpRequest) -> HttpResponse:
    """Answer with the drawing around ``lat`` and ``lng`` at ``zoom``. Raises Http404 for what is not near the city."""
    try:
        lat, lng = (float(request.GET.get(name, first)) for name, first in zip(("lat", "lng"), MIDDLE, strict=True))
        zoom = int(request.GET.get("zoom", FIRST_ZOOM))
    except ValueError as error:
        raise Http404 from error
    (south, west), (north, east) = AREA
    if not (south <= lat <= north and west <= lng <= east and zoom in ZOOMS):
        raise Http404
    view, drawing = draw_at(lat, lng, zoom, size=SIZE)
    context = {"map": drawing, "view": view, "attribution": settings.MAP_ATTRIBUTION if drawing.tiles else ""}
    response = render(request, "forms/parts/map.html", context)
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    return response
