"""Where pages come from: a site on the net, a folder of saved pages, a dump of another system."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from bs4 import BeautifulSoup
from defusedxml import ElementTree
from django.utils.translation import gettext as _

from cms import outbound

#: Sitemaps may name sitemaps; so deep, and so many pages at most.
MAX_DEPTH, MAX_PAGES = 3, 20_000
#: Seconds between two questions to the same server.
PAUSE = 0.2


class SourceError(Exception):
    """The source can't be read; the message says why, for people."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page as it was found. ``address``: path on the old site; ``above``: path of the page above, "" if unknown.

    ``url``: whole address, for its links; ``media``: address of a picture that belongs to it.

    ``is_fragment``: ``html`` is the text alone, without the frame of a page. ``problem`` says why there is no ``html``.
    """

    address: str
    html: str = ""
    title: str = ""
    above: str = ""
    url: str = ""
    media: str = ""
    position: int = 0
    is_fragment: bool = False
    problem: str = ""


def read(source: str, *, limit: int | None = None) -> Iterator[Found]:
    """Yield the pages of ``source``: address of a sitemap, or path of a folder, of one page or of a JSON dump.

    Raises SourceError when nothing can be read at all; single pages that fail are yielded with their problem.
    """
    if source.startswith(("http://", "https://")):
        pages = _from_sitemap(source)
    elif (path := Path(source)).is_dir():
        pages = _from_files(sorted([*path.rglob("*.html"), *path.rglob("*.htm")]), path)
    elif path.suffix == ".json" and path.is_file():
        pages = _from_dump(path)
    elif path.is_file():
        pages = _from_files([path], path.parent)
    else:
        raise SourceError(_("There is neither a file, a folder nor an http address “%(source)s”.") % {"source": source})
    for number, page in enumerate(pages):
        if limit is not None and number >= limit:
            return
        yield page


def normal(address: str) -> str:
    """Return the path of an address without server, parameters, fragment and file ending: "/kultur/museen/"."""
    path = unquote(urlsplit(address).path)
    for ending in ("index.html", "index.htm", "index.php"):
        path = path.removesuffix(ending)
    return "/" + path.strip("/") + ("/" if path.strip("/") else "")


def decoded(body: bytes, header: str = "") -> str:
    """Return the text of a page in whatever it is encoded: as its server or itself says, else as it can be read."""
    named = header.partition("charset=")[2].split(";")[0].strip(" \"'")
    for name in filter(None, (named, "utf-8")):
        try:
            return body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    guessed = BeautifulSoup(body[:200_000], "html.parser").original_encoding or "cp1252"
    return body.decode(guessed, errors="replace")


def _from_dump(path: Path) -> Iterator[Found]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise SourceError(_("%(path)s is no JSON file.") % {"path": path.name}) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("path") for row in rows):
        raise SourceError(_("%(path)s holds no list of pages with a “path” each.") % {"path": path.name})
    for row in rows:
        # The ids of parents are those of another language; their paths fit.
        above = (row.get("parent") or {}).get("path") or ""
        yield Found(
            address=normal(row["path"]),
            above=normal(above) if above else "",
            title=str(row.get("title") or ""),
            html=str(row.get("content") or ""),
            url=str(row.get("url") or ""),
            media=str(row.get("thumbnail") or ""),
            position=int(row.get("order") or 0),
            is_fragment=True,
        )


def _from_files(paths: list[Path], root: Path) -> Iterator[Found]:
    for number, path in enumerate(paths):
        html = decoded(path.read_bytes())
        yield Found(address=_own_address(html) or normal(str(path.relative_to(root))), html=html, position=number)


def _own_address(html: str) -> str:
    link = BeautifulSoup(html[:50_000], "html.parser").find("link", rel="canonical")
    return normal(str(link.get("href"))) if link and link.get("href") else ""


def _from_sitemap(source: str) -> Iterator[Found]:
    robots = _robots(source)
    seen: set[str] = set()
    for number, url in enumerate(_addresses(source, MAX_DEPTH)):
        address = normal(url)
        if address in seen:
            continue
        seen.add(address)
        if len(seen) > MAX_PAGES:
            return
        yield _page(url, address, number, robots)
        time.sleep(PAUSE)


def _page(url: str, address: str, number: int, robots: RobotFileParser) -> Found:
    if not robots.can_fetch("Mogontia", url):
        return Found(address=address, position=number, problem=_("The old site’s robots.txt forbids it."))
    try:
        answer = outbound.fetch(url)
    except outbound.OutboundError as error:
        return Found(address=address, position=number, problem=str(error))
    if answer.status != 200:
        return Found(address=address, position=number, problem=_("The server answered %(n)d.") % {"n": answer.status})
    if answer.kind not in ("text/html", "application/xhtml+xml"):
        return Found(address=address, position=number, problem=_("No page, but %(kind)s.") % {"kind": answer.kind})
    html = decoded(answer.body, answer.headers.get("content-type", ""))
    return Found(address=address, html=html, position=number, url=answer.url)


def _robots(source: str) -> RobotFileParser:
    found = RobotFileParser()
    try:
        answer = outbound.fetch(urljoin(source, "/robots.txt"), limit=500_000)
        found.parse(answer.body.decode(errors="replace").splitlines() if answer.status == 200 else [])
    except outbound.OutboundError:
        found.parse([])
    return found


def _addresses(source: str, depth: int) -> Iterator[str]:
    """Yield the addresses a sitemap names, also through an index (sitemaps.org)."""
    try:
        answer = outbound.fetch(source, limit=50_000_000)
        if answer.status != 200:
            raise SourceError(_("%(source)s answered %(n)d.") % {"source": source, "n": answer.status})
        body = gzip.decompress(answer.body) if answer.body[:2] == b"\x1f\x8b" else answer.body
        root = ElementTree.fromstring(body)
    except outbound.OutboundError as error:
        raise SourceError(f"{source}: {error}") from error
    except (ElementTree.ParseError, OSError, EOFError, ValueError) as error:
        raise SourceError(_("%(source)s is no sitemap.") % {"source": source}) from error
    for element in root:
        location = next((str(child.text).strip() for child in element if _tag(child) == "loc" and child.text), "")
        if location and _tag(element) == "url":
            yield location
        elif location and _tag(element) == "sitemap" and depth > 0:
            yield from _addresses(location, depth - 1)


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
