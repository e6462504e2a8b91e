"""An old site that behaves as old sites do: a real server on a free port."""

from __future__ import annotations

import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image

FRAME = (
    "<html lang=de><head><title>{t} - Altstadt</title></head><body><nav><p>Menü</p></nav><main>{b}</main></body></html>"
)
PAGES = ["/dom/", "/dom/turm/", "/dom/?x=1", "/geheim/", "/fort/", "/datei/", "/kreis/", "/riesig/", "/abbruch/"]


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "PNG")
    return file.getvalue()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        base = f"http://127.0.0.1:{self.server.server_address[1]}"
        entries = "".join(f"<url><loc>{base}{path}</loc></url>" for path in PAGES)
        answers: dict[str, tuple[str, bytes]] = {
            "/robots.txt": ("text/plain", b"User-agent: *\nDisallow: /geheim/\n"),
            "/sitemap.xml": ("text/xml", f"<sitemapindex><sitemap><loc>{base}/teil.xml</loc></sitemap></sitemapindex>".encode()),
            "/teil.xml": ("text/xml", f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'.encode()),
            "/kaputt.xml": ("text/xml", b"<urlset><url>"),
            "/dom/": (
                "text/html; charset=iso-8859-1",
                FRAME.format(t="Dom", b='<h1>Der Dom</h1><p>Größe</p><img src="/dom.png" alt="Dom">').encode("latin-1"),
            ),
            "/dom/turm/": ("text/html", FRAME.format(t="Turm", b="<p>Hoch</p>").encode()),
            "/dom.png": ("image/png", _picture()),
            "/datei/": ("application/zip", b"PK"),
        }  # fmt: skip
        if self.path == "/kreis/":
            self.send_response(302)
            self.send_header("Location", "/kreis/")
            self.end_headers()
        elif self.path == "/riesig/":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            try:
                for _number in range(100):
                    self.wfile.write(b"<p>viel</p>" * 10_000)
            except OSError:
                pass
        elif self.path == "/abbruch/":
            self.send_response(200)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(b"<p>nicht alles")
        elif self.path in answers:
            kind, body = answers[self.path]
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)
        else:
            self.send_response(404)
            self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class OldSite:
    """``with OldSite() as site``: serves until the end of the block; ``asked`` lists the paths it was asked for."""

    def __enter__(self) -> OldSite:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.asked = []  # type: ignore[attr-defined]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def asked(self) -> list[str]:
        return self.server.asked  # type: ignore[attr-defined]

    def __exit__(self, *args: object) -> None:
        self.server.shutdown()
        self.server.server_close()
