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

#: Width and height of the two drawings, in pixels at full size; style sheets show the one that fits.
NARROW, WIDE = (340, 320), (700, 520)
#: Around the outermost places, as part of the width.
PADDING = 0.12
#: So close the map gets when there is one place, and so far when the places are far apart (zooms of tile servers).
CLOSEST, FARTHEST = 15.0, 8.0
#: Markers nearer than this (in the drawing) are moved apart.
MARKER_GAP = 34
#: Rough width of a character of a name, and the height of its line.
CHARACTER, LINE_HEIGHT = 8.0, 18
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
    width: int = WIDE[0]
    height: int = WIDE[1]


def world(latitude: float, longitude: float) -> tuple[float, float]:
    """Return the place in world units (0 to 256, from the north-west)."""
    sine = math.sin(math.radians(max(-85.0, min(85.0, latitude))))
    return (longitude + 180) / 360 * 256, (0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * 256


@cache
def base_map() -> dict[str, Any]:
    """Return the city's outline as data: lines and names in degrees (see data/map.json)."""
    return json.loads((Path(__file__).parent / "data" / "map.json").read_text(encoding="utf-8"))


def draw(places: list[tuple[str, float, float]], *, size: tuple[int, int] = WIDE) -> Drawing:
    """Return the map of ``places`` (title, latitude, longitude), numbered from 1 in their order. Not for an empty list."""
    points = [world(latitude, longitude) for _title, latitude, longitude in places]
    view = View.around(points, size, whole_zoom=bool(settings.MAP_TILES_URL))
    titles = [title for title, _latitude, _longitude in places]
    drawing = Drawing(width=size[0], height=size[1])
    drawing.markers = _apart([view.place(point) for point in points], titles, size)
    _ground(drawing, view)
    return drawing


def draw_at(latitude: float, longitude: float, zoom: int, *, size: tuple[int, int]) -> tuple[View, Drawing]:
    """Return the map around a place, without markers: for pages on which people point at one."""
    view = View(*world(latitude, longitude), zoom, size)
    drawing = Drawing(width=size[0], height=size[1])
    _ground(drawing, view)
    return view, drawing


def _ground(drawing: Drawing, view: View) -> None:
    """Draw what lies under the markers: tiles, or our own outline."""
    if settings.MAP_TILES_URL:
        drawing.tiles = view.tiles()
        return
    for shape in base_map()["lines"]:
        drawn = " ".join(f"{x:.0f},{y:.0f}" for x, y in (view.place(world(*point)) for point in shape["points"]))
        drawing.lines.append(Line(shape["kind"], drawn, shape.get("closed", False)))
    drawing.names = _readable(view, drawing.markers)


def _readable(view: View, markers: list[Marker]) -> list[Name]:
    """Return the names that fit into the drawing beside markers and one another; those that don't are left out."""
    taken = [(marker.x - 19, marker.y - 19, marker.x + 19, marker.y + 19) for marker in markers]
    names = []
    for name in base_map()["names"]:
        x, y = view.place(world(*name["at"]))
        half, kind = len(name["text"]) * CHARACTER / 2, name.get("kind", "district")
        # The station's name stands left of its sign.
        centre = x - half - 14 if kind == "station" else x
        for shift in (0, -26, 30):
            box = (
                centre - half,
                y + shift - LINE_HEIGHT,
                centre + half + (22 if kind == "station" else 0),
                y + shift + 5,
            )
            inside = box[0] > 4 and box[1] > 2 and box[2] < view.size[0] - 4 and box[3] < view.size[1] - 4
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                names.append(Name(name["text"], round(x), round(y + shift), kind))
                break
            if kind == "station":
                break
    return names


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@dataclass(frozen=True)
class View:
    """The part of the world that is drawn: its centre in world units, its zoom and its size in pixels."""

    x: float
    y: float
    zoom: float
    size: tuple[int, int]

    @classmethod
    def around(cls, points: list[tuple[float, float]], size: tuple[int, int], *, whole_zoom: bool) -> View:
        """Return the closest view that shows all ``points`` with a margin."""
        xs, ys = [x for x, _y in points], [y for _x, y in points]
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        free = 1 - 2 * PADDING
        scales = [size[0] * free / wide] if wide else []
        scales += [size[1] * free / high] if high else []
        zoom = min(CLOSEST, max(FARTHEST, math.log2(min(scales)))) if scales else CLOSEST
        # Our own outline is rough: the whole of the city centre is as near as it makes sense.
        zoom = math.floor(zoom) if whole_zoom else min(zoom, 13.0)
        return cls((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2, zoom, size)

    def place(self, point: tuple[float, float]) -> tuple[float, float]:
        """Return where in the drawing a point of the world stands."""
        scale = 2**self.zoom
        return (point[0] - self.x) * scale + self.size[0] / 2, (point[1] - self.y) * scale + self.size[1] / 2

    def tiles(self) -> list[Tile]:
        """Return the tiles that cover the drawing, at most ``MOST_TILES``."""
        zoom, scale = int(self.zoom), 2**self.zoom
        left, top = self.x * scale - self.size[0] / 2, self.y * scale - self.size[1] / 2
        columns = range(math.floor(left / 256), math.floor((left + self.size[0]) / 256) + 1)
        rows = range(math.floor(top / 256), math.floor((top + self.size[1]) / 256) + 1)
        return [
            Tile(reverse("map_tile", args=[zoom, column, row]), column * 256 - left, row * 256 - top, 256)
            for row in rows
            for column in columns
            if 0 <= column < scale and 0 <= row < scale
        ][:MOST_TILES]


def _apart(points: list[tuple[float, float]], titles: list[str], size: tuple[int, int]) -> list[Marker]:
    """Return markers that don't cover one another: each that would is moved on a spiral around its place."""
    markers: list[Marker] = []
    for number, ((x, y), title) in enumerate(zip(points, titles, strict=True), start=1):
        place = (x, y)
        for step in range(1, 200):
            if all(math.dist(place, (other.x, other.y)) >= MARKER_GAP for other in markers):
                break
            angle, distance = step * 2.4, MARKER_GAP * math.sqrt(step) * 0.6
            place = (x + distance * math.cos(angle), y + distance * math.sin(angle))
        inside = (min(max(place[0], 20.0), size[0] - 20.0), min(max(place[1], 20.0), size[1] - 20.0))
        markers.append(Marker(number, round(inside[0], 1), round(inside[1], 1), title))
    return markers
