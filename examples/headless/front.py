"""Serve the city's pages, made from its API alone: ``python3 -m headless.front https://mainz.example --port 8039``."""

from __future__ import annotations

import argparse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from .api import Api, Problem
from .pages import page, service
from .view import View, e
from .words import LANGUAGES

STYLE = (Path(__file__).parent / "style.css").read_bytes()
CONTENT = {"page": page, "service": service}


def language_of(path: str) -> str:
    """Return the language an address is in: its first part, else German."""
    first = path.split("/")[1]
    return first if first in LANGUAGES else LANGUAGES[0]


def menu(entries: list[dict[str, Any]], name: str, view: View) -> str:
    """Return one of the menus around a page."""
    return f'<nav aria-label="{view.word(name)}">{view.links(entries, css="menu")}</nav>' if entries else ""


def breadcrumbs(found: dict[str, Any], home: str, view: View) -> str:
    """Return the way to a page."""
    if found.get("page_type") == "homepage":
        return ""
    way = [{"title": view.words["home"], "url": home}, *found.get("breadcrumbs", [])]
    rows = "".join(f"<li>{view.link(item['url'], item['title'])}</li>" for item in way)
    here = f'<li aria-current="page">{e(found["title"])}</li>'
    return f'<nav aria-label="{view.word("breadcrumb")}"><ol class="menu">{rows}{here}</ol></nav>'


def translations(found: dict[str, Any], menus: dict[str, Any], view: View) -> str:
    """Return links to the page in other languages, else to the start page in them."""
    names = {item["code"]: item["name"] for item in menus["languages"]}
    others = {item["code"]: item["url"] for item in menus["languages"] if item["code"] != view.language}
    others |= {item["language"]: item["url"] for item in found.get("translations", [])}
    rows = "".join(
        f"<li>{view.link(url, names.get(code, 'Leichte Sprache'), f' lang={chr(34)}{e(code[:2])}{chr(34)}')}</li>"
        for code, url in others.items()
    )
    return f'<nav aria-label="{view.word("languages")}"><ul class="menu">{rows}</ul></nav>' if rows else ""


def document(found: dict[str, Any], content: str, view: View) -> str:
    """Return the whole HTML of a page. Raises Problem when there are no menus."""
    menus = view.api.get("menus/", language=view.language)
    notices = [
        item
        for item in view.api.get("notices/", size=100, language=view.language)["results"]
        if item["place"] == "site"
    ]
    above = "".join(view.notice(item) for item in [*notices, *found.get("notices", [])])
    title = f"{e(found['title'])} – {view.word('city')}"
    return f"""<!doctype html>
<html lang="{e(view.language.split("-")[0])}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<meta name="description" content="{e(found.get("summary"))}"><link rel="stylesheet" href="/style.css">
<link rel="canonical" href="{e(found.get("url"))}"></head>
<body><a class="skip" href="#content">{view.word("skip")}</a>
<header><p class="city"><a href="{view.address(menus["home_url"])}">{view.word("city")}</a></p>
{menu(menus["main"], "menu", view)}{translations(found, menus, view)}</header>
{above}{breadcrumbs(found, menus["home_url"], view)}
<main id="content" tabindex="-1">
{content}
</main>
<footer>{menu(menus["footer"], "footer", view)}</footer></body></html>"""


def problem_page(problem: Problem, path: str, view: View) -> str:
    """Return a page that says what went wrong; it needs no API."""
    title = view.word("not_found" if problem.status == 404 else "problem")
    city = f'<a href="{e(view.api.site + quote(path))}">{view.word("at_the_city")}</a>'
    why = f"<p>{e(problem.title)} {e(problem.detail)}</p>" if problem.status != 404 else ""
    return f"""<!doctype html><html lang="{e(view.language.split("-")[0])}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<link rel="stylesheet" href="/style.css"></head><body><main><h1>{title}</h1>{why}<p>{city}</p></main></body></html>"""


class Front(BaseHTTPRequestHandler):
    """Answers one request. ``api`` is set by :func:`server`."""

    api: Api

    def do_GET(self) -> None:
        """Answer with the page at the address, or say where it is."""
        path = urlsplit(self.path).path
        if path == "/style.css":
            return self.answer(200, STYLE, "text/css; charset=utf-8")
        if not path.endswith("/"):
            return self.redirect(301, "/" + quote(unquote(path).lstrip("/")) + "/")
        view = View(self.api, language_of(path))
        try:
            return self.page_at(unquote(path), view)
        except Problem as problem:
            status = 502 if problem.status >= 500 or problem.status == 400 else problem.status
            return self.answer(status, problem_page(problem, unquote(path), view).encode())

    def page_at(self, path: str, view: View) -> None:
        """Ask what is at the address and answer with it. Raises Problem."""
        there = view.api.get("addresses/", path=path)
        if there["redirect_to"]:
            return self.redirect(301, view.here(there["redirect_to"]))
        if there["kind"] not in CONTENT:  # this front end makes no page of it
            return self.redirect(302, f"{view.api.site}{quote(path)}")
        found, content = CONTENT[there["kind"]](there["id"], view)
        return self.answer(200, document(found, content, view).encode())

    def redirect(self, status: int, address: str) -> None:
        """Say where it is."""
        self.send_response(status)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer(self, status: int, content: bytes, kind: str = "text/html; charset=utf-8") -> None:
        """Send a page that may load nothing but its style and the city's pictures and films."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        media = f"img-src {self.api.site}; media-src {self.api.site}"
        self.send_header(
            "Content-Security-Policy",
            f"default-src 'none'; style-src 'self'; {media}; base-uri 'none'; form-action 'none'",
        )
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(content)


def server(site: str, port: int) -> ThreadingHTTPServer:
    """Return a server on this machine that shows ``site``; port 0 takes a free one."""
    return ThreadingHTTPServer(("127.0.0.1", port), type("CityFront", (Front,), {"api": Api(site)}))


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", help="address of the city, such as https://mainz.example")
    parser.add_argument("--port", type=int, default=8039)
    options = parser.parse_args()
    if not options.site.startswith(("https://", "http://")):
        parser.error("the address of the city begins with https://")
    running = server(options.site, options.port)
    print(f"The front end is at http://127.0.0.1:{running.server_port}/", flush=True)
    running.serve_forever()


if __name__ == "__main__":
    main()
