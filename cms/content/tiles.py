"""Map tiles of a configured source, fetched and kept here, so that no reader's browser ever asks a third party."""

from __future__ import annotations

import logging

import requests
from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from .mapping import world

logger = logging.getLogger(__name__)

KINDS = {"image/png", "image/jpeg", "image/webp"}
LARGEST = 300_000  # bytes
ZOOMS = range(8, 17)
#: South-west and north-east of what is served: the city and its surroundings, or this would be a proxy of the world.
AREA = ((49.70, 7.95), (50.20, 8.60))
KEPT_SECONDS, FAILED_SECONDS = 7 * 86_400, 300
TIMEOUT_SECONDS = 4


def map_tile(request: HttpRequest, zoom: int, column: int, row: int) -> HttpResponse:
    """Answer with a tile. Raises Http404 without a source, outside of the area, and when the source has none for us."""
    if not settings.MAP_TILES_URL or zoom not in ZOOMS or not _is_inside(zoom, column, row):
        raise Http404
    key = f"map-tile:{zoom}/{column}/{row}"
    kept = cache.get(key)
    if kept is None:
        kept = _fetched(zoom, column, row) or ("", b"")
        cache.set(key, kept, KEPT_SECONDS if kept[0] else FAILED_SECONDS)
    kind, content = kept
    if not kind:
        raise Http404
    response = HttpResponse(content, content_type=kind)
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    return response


def _is_inside(zoom: int, column: int, row: int) -> bool:
    (left, bottom), (right, top) = world(*AREA[0]), world(*AREA[1])
    scale = 2**zoom / 256
    return int(left * scale) <= column <= int(right * scale) and int(top * scale) <= row <= int(bottom * scale)


def _fetched(zoom: int, column: int, row: int) -> tuple[str, bytes] | None:
    """Return kind and content of a tile from the source; None when it can't be had."""
    url = settings.MAP_TILES_URL.format(z=zoom, x=column, y=row)
    agent = {"User-Agent": f"Mogontia ({settings.SITE_URL})"}
    try:
        with requests.get(url, timeout=TIMEOUT_SECONDS, headers=agent, stream=True, allow_redirects=False) as answer:
            kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if answer.status_code != 200 or kind not in KINDS:
                logger.warning("map source answered %s %s", answer.status_code, kind)
                return None
            content = answer.raw.read(LARGEST + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        logger.warning("map source can't be reached: %s", type(error).__name__)
        return None
    if len(content) > LARGEST:
        logger.warning("a tile of the map source is too large")
        return None
    return kind, content
