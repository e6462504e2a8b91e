"""The map stands on its own, its list says the same, and tiles come through the proxy within its limits."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from cms.content import mapping
from tests.conftest import make_location, make_page

DOM, BAHNHOF, EBERSHEIM = ("Dom", 49.9989, 8.2740), ("Bahnhof", 50.0012, 8.2588), ("Ebersheim", 49.928, 8.266)


def test_north_is_up_and_east_is_right() -> None:
    dom, bahnhof, ebersheim = mapping.draw([DOM, BAHNHOF, EBERSHEIM]).markers
    assert ebersheim.y > dom.y > bahnhof.y
    assert dom.x > bahnhof.x
    assert [marker.number for marker in (dom, bahnhof, ebersheim)] == [1, 2, 3]


def test_the_world_is_the_one_of_tile_servers() -> None:
    latitude, longitude = 49.9989, 8.2740
    x, y = mapping.world(latitude, longitude)
    # The formula that such servers publish.
    assert x == pytest.approx((longitude + 180) / 360 * 256)
    assert y == pytest.approx((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * 256)


@pytest.mark.parametrize("places", [[DOM], [DOM] * 30, [DOM, ("Nordkap", 71.2, 25.8)], [("Pol", 90.0, 180.0)]])
def test_markers_stay_inside_and_apart(places: Any) -> None:
    for size in (mapping.NARROW, mapping.WIDE):
        markers = mapping.draw(places, size=size).markers
        assert len(markers) == len(places)
        assert all(0 <= marker.x <= size[0] and 0 <= marker.y <= size[1] for marker in markers)
        assert len({(marker.x, marker.y) for marker in markers}) == len(markers)


def test_no_name_lies_under_a_marker() -> None:
    drawing = mapping.draw([(name["text"], *name["at"]) for name in mapping.base_map()["names"] if "kind" not in name])
    assert drawing.names
    for name in drawing.names:
        half = len(name.text) * mapping.CHARACTER / 2
        over = [one for one in drawing.markers if abs(one.x - name.x) < half + 15 and abs(one.y - name.y + 6) < 15]
        assert not over or name.kind == "station", name


@pytest.mark.django_db
def test_the_list_is_the_twin_of_the_map(client: Any, home: Any) -> None:
    place = make_location("Rathaus", latitude=50.0, longitude=8.276)
    without = make_location("Irgendwo")
    value = {"title": "Karte", "places": [without.pk, place.pk, 999_999]}
    make_page(home, "Orte", body=json.dumps([{"type": "map", "value": value}]))
    body = client.get("/orte/").content.decode()
    assert body.count('class="map__marker"') == 2  # one in each size
    listed = body.partition('class="map__list"')[2].partition("</ol>")[0]
    assert listed.count("<li>") == 2
    assert listed.index("Rathaus") < listed.index("Irgendwo")
    assert "http" not in body.partition('<figure class="map__figure">')[2].partition("</figure>")[0]


class Source(BaseHTTPRequestHandler):
    """A tile server on loopback."""

    answers: list[tuple[int, str, bytes]] = []
    asked: list[str] = []

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        status, kind, content = type(self).answers[0]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def source(settings: Any) -> Iterator[type[Source]]:
    server = HTTPServer(("127.0.0.1", 0), Source)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.MAP_TILES_URL = f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}.png"
    settings.MAP_ATTRIBUTION = "Kartendaten: Beispiel"
    buffer = BytesIO()
    Image.new("RGB", (256, 256), "white").save(buffer, "PNG")
    Source.answers, Source.asked = [(200, "image/png", buffer.getvalue())], []
    yield Source
    server.shutdown()
    server.server_close()


TILE = "/karte/12/2142/1389.png"


@pytest.mark.django_db
def test_a_tile_is_fetched_once(client: Any, source: type[Source]) -> None:
    first, second = client.get(TILE), client.get(TILE)
    assert first.content == second.content == source.answers[0][2]
    assert (first["Content-Type"], source.asked) == ("image/png", ["/12/2142/1389.png"])
    assert "public" in first["Cache-Control"]
    assert not first.cookies


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answer",
    [
        (404, "image/png", b"x"),
        (200, "text/html", b"<script>"),
        (200, "image/png", b"x" * 400_000),
        (302, "image/png", b""),
    ],
)
def test_what_is_no_tile_is_not_handed_on(client: Any, source: type[Source], answer: Any) -> None:
    source.answers = [answer]
    assert client.get(TILE).status_code == 404
    assert client.get(TILE).status_code == 404
    assert len(source.asked) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/karte/12/0/0.png", "/karte/3/4/2.png", "/karte/19/274000/177000.png", f"/karte/12/{'9' * 40}/1.png"]
)
def test_the_proxy_serves_the_city_alone(client: Any, source: type[Source], path: str) -> None:
    assert client.get(path).status_code == 404
    assert source.asked == []


@pytest.mark.django_db
def test_without_a_source_there_is_no_tile(client: Any) -> None:
    assert client.get(TILE).status_code == 404


@pytest.mark.django_db
def test_with_a_source_the_map_asks_this_site_only(client: Any, home: Any, source: type[Source]) -> None:
    place = make_location("Rathaus", latitude=50.0, longitude=8.276)
    make_page(home, "Orte", body=json.dumps([{"type": "map", "value": {"title": "Karte", "places": [place.pk]}}]))
    drawing = (
        client.get("/orte/").content.decode().partition('<figure class="map__figure">')[2].partition("</figure>")[0]
    )
    assert drawing.count('<image href="/karte/') >= 9
    assert "127.0.0.1" not in drawing
    assert "Kartendaten: Beispiel" in drawing
