"""Where "near" is: the city's own districts, addresses and places, or a position a browser gave."""

from __future__ import annotations

import re
from typing import Any

from .analysis import fold
from .models import SearchEntry
from .near import Near
from .scope import Scope, scope_for

RADII = (1, 2, 5, 10)  # km
_POSITION = re.compile(r"^\s*(-?\d{1,2}\.\d{1,6})\s*[,;]\s*(-?\d{1,3}\.\d{1,6})\s*$")


def is_position(text: str) -> bool:
    """Return whether ``text`` is a latitude and a longitude."""
    return bool(_POSITION.match(text))


def find_place(text: str, reader: Any, km: int) -> Near | None:
    """Return the point that ``text`` names: "50.0, 8.27", a district, a place, a street or a postcode; else None.

    Only places the reader may see count. Several that fit are taken together, if they lie close to each other.
    """
    if match := _POSITION.match(text):
        latitude, longitude = float(match[1]), float(match[2])
        # Two decimals more than a street's length say nothing about the results, but much about the person.
        return (
            Near(round(latitude, 3), round(longitude, 3), km) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
        )
    wanted = " ".join(fold(word) for word in re.findall(r"\w+", text))
    if len(wanted) < 3:
        return None
    rows = _places(scope_for(reader)).values_list("district", "title", "summary", "latitude", "longitude")
    fitting: dict[int, list[tuple[float, float]]] = {}
    for district, title, address, latitude, longitude in rows:
        for quality, name in enumerate((district, title, address)):
            if wanted in " ".join(fold(word) for word in re.findall(r"\w+", name)):
                fitting.setdefault(quality, []).append((latitude, longitude))
    for _quality, points in sorted(fitting.items()):
        middle = Near(sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points), km)
        if all(middle.distance(*point) <= max(RADII) for point in points):
            return middle
    return None


def _places(scope: Scope) -> Any:
    return scope.queryset().filter(kind="location").exclude(latitude=None).exclude(longitude=None)


def distance_to(row: SearchEntry, near: Near | None) -> float | None:
    """Return the distance in kilometres, or None when there is nothing to measure."""
    if near is None or row.latitude is None or row.longitude is None:
        return None
    return near.distance(row.latitude, row.longitude)
