"""A map that is drawn here: places on our own outline of the city, or on tiles that come through our proxy.

Everything is in the Web Mercator projection of tile servers, in world units: the world is 256 units wide at zoom 0.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

#: The drawing: width and height of its viewBox.
WIDTH, HEIGHT = 800, 600
PADDING = 90
#: So close the map gets when there is one place, and so far when the places are far apart (zooms of tile servers).
CLOSEST, FARTHEST = 15.0, 8.0
#: Markers nearer than this (in the drawing) are moved apart.
MARKER_GAP = 34
#: Beyond this zoom the names of districts are left out: the drawing is too rough for it.
NAMES_UNTIL = 13.5
MOST_TILES = 24


@dataclass(frozen=True)
class Marker:
    """A numbered place of the drawing."""

    number: int
    x: float
    y: float
    title: str


@dataclass(frozen=True)
class Line:
    """A line or an area of the base map; ``points`` as SVG wants them."""

    kind: str
    points: str
    closed: bool = False


@dataclass(frozen=True)
class Name:
    """A name on the map."""

    text: str
    x: float
    y: float
    kind: str = "district"


@dataclass(frozen=True)
class Tile:
    """A picture of a tile source and where it stands."""

    url: str
    x: float
    y: float
    size: float


@dataclass
class Drawing:
    """What the template draws."""

    markers: list[Marker] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    tiles: list[Tile] = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT


def world(latitude: float, longitude: float) -> tuple[float, float]:
    """Return the place in world units (0 to 256, from the north-west)."""
    sine = math.sin(math.radians(max(-85.0, min(85.0, latitude))))
    return (longitude + 180) / 360 * 256, (0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * 256


@cache
def base_map() -> dict[str, Any]:
    """Return the city's outline as data: lines and names in degrees (see data/map.json)."""
    return json.loads((Path(__file__).parent / "data" / "map.json").read_text(encoding="utf-8"))


def draw(places: list[tuple[str, float, float]]) -> Drawing:
    """Return the map of ``places`` (title, latitude, longitude), numbered from 1 in their order. Not for an empty list."""
    points = [world(latitude, longitude) for _title, latitude, longitude in places]
    view = View.around(points, whole_zoom=bool(settings.MAP_TILES_URL))
    drawing = Drawing(markers=_apart([view.place(point) for point in points], [title for title, _a, _b in places]))
    if settings.MAP_TILES_URL:
        drawing.tiles = view.tiles()
    else:
        for shape in base_map()["lines"]:
            drawn = " ".join(f"{x:.0f},{y:.0f}" for x, y in (view.place(world(*point)) for point in shape["points"]))
            drawing.lines.append(Line(shape["kind"], drawn, shape.get("closed", False)))
        for name in base_map()["names"]:
            x, y = view.place(world(*name["at"]))
            if view.zoom <= NAMES_UNTIL and 60 < x < WIDTH - 60 and 20 < y < HEIGHT - 20:
                drawing.names.append(Name(name["text"], round(x), round(y), name.get("kind", "district")))
    return drawing


@dataclass(frozen=True)
class View:
    """The part of the world that is drawn: its centre in world units and its zoom."""

    x: float
    y: float
    zoom: float

    @classmethod
    def around(cls, points: list[tuple[float, float]], *, whole_zoom: bool) -> View:
        """Return the closest view that shows all ``points`` with a margin."""
        xs, ys = [x for x, _y in points], [y for _x, y in points]
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        scales = [(WIDTH - 2 * PADDING) / wide] if wide else []
        scales += [(HEIGHT - 2 * PADDING) / high] if high else []
        zoom = min(CLOSEST, max(FARTHEST, math.log2(min(scales)))) if scales else CLOSEST
        # Our own outline is rough: the whole of the city centre is as near as it makes sense.
        zoom = math.floor(zoom) if whole_zoom else min(zoom, 13.0)
        return cls((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2, zoom)

    def place(self, point: tuple[float, float]) -> tuple[float, float]:
        """Return where in the drawing a point of the world stands."""
        scale = 2**self.zoom
        return (point[0] - self.x) * scale + WIDTH / 2, (point[1] - self.y) * scale + HEIGHT / 2

    def tiles(self) -> list[Tile]:
        """Return the tiles that cover the drawing, at most ``MOST_TILES``."""
        zoom, scale = int(self.zoom), 2**self.zoom
        left, top = self.x * scale - WIDTH / 2, self.y * scale - HEIGHT / 2
        columns = range(math.floor(left / 256), math.floor((left + WIDTH) / 256) + 1)
        rows = range(math.floor(top / 256), math.floor((top + HEIGHT) / 256) + 1)
        return [
            Tile(reverse("map_tile", args=[zoom, column, row]), column * 256 - left, row * 256 - top, 256)
            for row in rows
            for column in columns
            if 0 <= column < scale and 0 <= row < scale
        ][:MOST_TILES]


def _apart(points: list[tuple[float, float]], titles: list[str]) -> list[Marker]:
    """Return markers that don't cover one another: each that would is moved on a spiral around its place."""
    markers: list[Marker] = []
    for number, ((x, y), title) in enumerate(zip(points, titles, strict=True), start=1):
        place = (x, y)
        for step in range(1, 200):
            if all(math.dist(place, (other.x, other.y)) >= MARKER_GAP for other in markers):
                break
            angle, distance = step * 2.4, MARKER_GAP * math.sqrt(step) * 0.6
            place = (x + distance * math.cos(angle), y + distance * math.sin(angle))
        inside = (min(max(place[0], 24.0), WIDTH - 24.0), min(max(place[1], 24.0), HEIGHT - 24.0))
        markers.append(Marker(number, round(inside[0], 1), round(inside[1], 1), title))
    return markers
