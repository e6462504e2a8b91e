"""HTML of another site becomes blocks of ours. What can't come along is named, never dropped in silence."""

from __future__ import annotations

import html as entities
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import nh3
from bs4 import BeautifulSoup, Comment, NavigableString, Tag

from .sources import normal

#: Where the text of a page usually is, the surest first.
MAIN = ("main", "[role=main]", "article", "#content", "#main", ".content", "body")
#: What is the frame of a page, wherever it stands.
FRAME = (
    "nav, footer, aside, template, noscript, [role=navigation], [role=complementary], [aria-hidden=true], .breadcrumb"
)
SCRIPTS = ("script", "style", "link", "meta", "base")
EMBEDDED = ("iframe", "object", "embed", "video", "audio", "canvas", "svg")
INLINE = {"a", "abbr", "b", "br", "cite", "code", "em", "font", "i", "img", "label", "mark", "q", "s", "small", "span", "strong",
          "sub", "sup", "time", "u", "wbr", "address", "picture", "source"}  # fmt: skip
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
TAGS = {"a", "b", "br", "h2", "h3", "h4", "hr", "i", "li", "ol", "p", "ul"}
ATTRIBUTES = {"a": {"href", "id", "linktype"}}
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
BROKEN = re.compile("Ã[\u0080-\u00bf„¤¶¼Ÿ–œ]|â€")
MAX_CHARACTERS = 5_000_000


@dataclass
class Converted:
    """A page of ours in the making: title, one or two sentences, blocks as StreamField data, losses as (kind, detail)."""

    title: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    losses: list[tuple[str, str]] = field(default_factory=list)
    language: str = ""
    words: int = 0


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the converter may ask: ``page_at(address)`` -> id of the page that came from there, or None;

    ``image_from(url)`` -> id of the image stored here, or None; ``base``: address of the page itself.
    """

    page_at: Callable[[str], int | None]
    image_from: Callable[[str], int | None]
    base: str = ""


def convert(
    html: str, around: Surroundings, *, selector: str = "", is_fragment: bool = False, title: str = ""
) -> Converted:
    """Return the blocks of a page. ``selector`` (CSS) says where its text is; otherwise landmarks do.

    Raises ValueError for a page that is too large or a selector that is none.
    """
    if len(html) > MAX_CHARACTERS:
        raise ValueError(f"more than {MAX_CHARACTERS} characters")
    return _Converter(around).run(_mended(html), selector, is_fragment, title)


def plain(text: str) -> str:
    """Return a title as people read it: entities resolved, invisible characters gone, white space as one."""
    return " ".join(INVISIBLE.sub("", _mended(entities.unescape(text))).split())


def _mended(text: str) -> str:
    """Undo UTF-8 that was once read as Windows-1252, where all of it can be undone."""
    if BROKEN.search(text):
        try:
            text = text.encode("cp1252").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            pass
    return unicodedata.normalize("NFC", text)


class _Converter:
    """Walks through one page."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.result = Converted()
        self.rich: list[str] = []
        self.level = 1  # of the last heading: none is left out on the way down

    def run(self, html: str, selector: str, is_fragment: bool, title: str) -> Converted:
        soup = BeautifulSoup(html, "html.parser")
        language = soup.find("html")
        self.result.language = str((language.get("lang") if isinstance(language, Tag) else "") or "")[:2].lower()
        main = self._main(soup, selector, is_fragment)
        heading = main.find("h1")
        named = heading.get_text(" ") if heading else (soup.title.get_text() if soup.title else "")
        self.result.title = plain(title or named)
        if heading:
            heading.decompose()
        self._tidy(main, is_fragment)
        self.result.words = len(main.get_text(" ").split())
        for child in list(main.children):
            self._block(child)
        self._flush()
        return self.result

    def lose(self, kind: str, detail: str = "") -> None:
        """Note that something does not come along."""
        self.result.losses.append((kind, plain(detail)[:200]))

    @staticmethod
    def _main(soup: BeautifulSoup, selector: str, is_fragment: bool) -> Tag:
        if is_fragment:
            return soup
        if selector:
            try:
                chosen = soup.select_one(selector)
            except Exception as error:  # the parser of selectors raises errors of its own
                raise ValueError(f"“{selector}” is no selector") from error
            if chosen is not None:
                return chosen
        for name in MAIN:
            if found := soup.select(name):
                # Pages nest landmarks that should be one: the text is where its heading is, as far inside as that.
                return next((item for item in reversed(found) if item.find("h1")), found[0])
        return soup

    def _tidy(self, main: Tag, is_fragment: bool) -> None:
        for comment in main.find_all(string=lambda text: isinstance(text, Comment)):
            comment.extract()
        for element in main.find_all(SCRIPTS):
            if not element.decomposed:
                if element.name == "script":
                    self.lose("script", str(element.get("src") or "")[:100])
                element.decompose()
        for element in [] if is_fragment else main.select(FRAME):
            if not element.decomposed:
                element.decompose()
        for element in main.find_all(EMBEDDED):
            if not element.decomposed:
                self.lose("embedded", str(element.get("src") or element.get("data") or element.name))
                element.decompose()
        for form in main.find_all("form"):
            if not form.decomposed:
                self.lose("form", str(form.get("action") or ""))
                for field_ in form.find_all(("input", "select", "textarea", "button")):
                    field_.decompose()
                form.unwrap()
        for text in main.find_all(string=INVISIBLE):
            text.replace_with(NavigableString(INVISIBLE.sub("", text)))

    def _block(self, node: Any) -> None:
        """Add one element between blocks."""
        if isinstance(node, NavigableString):
            if node.strip():
                self._paragraph(entities.escape(str(node)))
            return
        if not isinstance(node, Tag):
            return
        name = node.name
        if name in HEADINGS:
            self._heading(node)
        elif name in ("ul", "ol"):
            self._images(node)
            if node.get_text(strip=True):
                self.rich.append(self._list(node))
        elif name == "table":
            self._table(node)
        elif name == "blockquote":
            self._images(node)
            if text := plain(node.get_text(" ")):
                self._add("quote", {"text": text, "source": ""})
        elif name == "hr":
            self.rich.append("<hr/>")
        elif name in ("img", "figure", "picture"):
            self._images(node, outer=True)
            caption = node.find("figcaption") if name == "figure" else None
            if isinstance(caption, Tag) and caption.get_text(strip=True):
                self._paragraph(self._inline(caption))
        elif name == "dl":
            for part in node.find_all(("dt", "dd")):
                text = self._inline(part)
                self._paragraph(f"<b>{text}</b>" if part.name == "dt" and text else text)
        elif name == "pre":
            self._paragraph(entities.escape(node.get_text()).replace("\n", "<br/>"))
        elif name in ("p", *INLINE) or not any(
            isinstance(child, Tag) and child.name not in INLINE for child in node.children
        ):
            self._images(node)
            self._paragraph(self._inline(node))
        else:
            self._container(node)

    def _container(self, node: Tag) -> None:
        """Add what is in a box without meaning. Text and inline elements side by side are one paragraph."""
        line: list[str] = []
        for child in list(node.children):
            if isinstance(child, NavigableString) or (isinstance(child, Tag) and child.name in INLINE):
                if isinstance(child, Tag):
                    self._images(child, outer=child.name == "img")
                line.append(self._inline_part(child))
            else:
                self._paragraph("".join(line))
                line = []
                self._block(child)
        self._paragraph("".join(line))

    def _heading(self, node: Tag) -> None:
        self._images(node)
        text = plain(node.get_text(" "))
        if not text:
            return
        # The page's own title is the only first level; below it no level is left out, and there are three.
        self.level = min(max(int(node.name[1]), 2), self.level + 1, 4)
        self.rich.append(f"<h{self.level}>{entities.escape(text)}</h{self.level}>")

    def _paragraph(self, inner: str) -> None:
        inner = re.sub(r"^(?:\s|\u00a0|<br\s*/?>)+|(?:\s|\u00a0|<br\s*/?>)+$", "", inner)
        if re.sub(r"<[^>]*>|\s|\u00a0|&nbsp;", "", inner):
            self.rich.append(f"<p>{inner}</p>")

    def _list(self, node: Tag) -> str:
        items = []
        for item in node.find_all("li", recursive=False):
            nested = [self._list(inner) for inner in item.find_all(("ul", "ol"), recursive=False)]
            for inner in item.find_all(("ul", "ol"), recursive=False):
                inner.extract()
            text = self._inline(item)
            if text.strip() or nested:
                items.append(f"<li>{text}{''.join(nested)}</li>")
        outside = [child for child in node.find_all(recursive=False) if child.name != "li"]
        items += [f"<li>{self._inline(child)}</li>" for child in outside if child.get_text(strip=True)]
        return f"<{node.name}>{''.join(items)}</{node.name}>" if items else ""

    def _inline(self, node: Tag) -> str:
        return "".join(self._inline_part(child) for child in node.children).strip()

    def _inline_part(self, child: Any) -> str:
        if isinstance(child, NavigableString):
            return entities.escape(re.sub(r"\s+", " ", str(child)), quote=False)
        if not isinstance(child, Tag) or child.name in ("img", "picture", "source"):
            return ""
        if child.name == "br":
            return "<br/>"
        inner = "".join(self._inline_part(part) for part in child.children)
        if child.name in ("strong", "b"):
            return f"<b>{inner}</b>" if inner.strip() else inner
        if child.name in ("em", "i"):
            return f"<i>{inner}</i>" if inner.strip() else inner
        if child.name == "a":
            return self._link(child, inner)
        if child.name in ("p", "div", "li", "dt", "dd", "tr") or child.name in HEADINGS:
            return f"{inner}<br/>" if inner.strip() else ""
        return inner

    def _link(self, link: Tag, inner: str) -> str:
        target = str(link.get("href") or "").strip()
        if not target or not inner.strip():
            if link.get("id") or link.get("name"):
                self.lose("anchor", str(link.get("id") or link.get("name")))
            return inner
        if target.startswith("#"):
            self.lose("anchor", target)
            return inner
        scheme = urlsplit(target).scheme.lower()
        if scheme in ("mailto", "tel"):
            return f'<a href="{entities.escape(target)}">{inner}</a>'
        if scheme not in ("", "http", "https"):
            self.lose("link", target)
            return inner
        url = urljoin(self.around.base, target)
        address = normal(url)
        # Sites answer under several names; an address of two parts or more is the same page under each of them.
        page = self.around.page_at(address) if self._is_own(url) or address.count("/") > 2 else None
        if page is not None:
            return f'<a linktype="page" id="{page}">{inner}</a>'
        if not urlsplit(url).scheme:
            self.lose("link", target)
            return inner
        if self._is_own(url):
            self.lose("old link", url)
        return f'<a href="{entities.escape(url)}">{inner}</a>'

    def _is_own(self, url: str) -> bool:
        host, own = urlsplit(url).netloc.lower(), urlsplit(self.around.base).netloc.lower()
        return not host or not own or host.removeprefix("www.") == own.removeprefix("www.")

    def _images(self, node: Tag, *, outer: bool = False) -> None:
        """Make blocks of the images in ``node``: they stand between texts here, not in them."""
        images = [node] if outer and node.name == "img" else node.find_all("img")
        for image in images:
            source = str(image.get("src") or image.get("data-src") or "")
            alt = plain(str(image.get("alt") or ""))
            number = self.around.image_from(urljoin(self.around.base, source)) if source else None
            if number is None:
                self.lose("image", f"{source} {alt}".strip())
                continue
            if not alt:
                self.lose("alternative text", source)
            self._add("image", {"image": number, "alt": alt, "decorative": False, "caption": ""})

    def _table(self, table: Tag) -> None:
        if table.find("table"):
            self.lose("table in a table")
        rows: list[list[str]] = []
        is_header = False
        for number, row in enumerate(table.find_all("tr")):
            cells = []
            for cell in row.find_all(("td", "th"), recursive=False):
                self._images(cell)
                cells.append(plain(cell.get_text(" ")))
                span = str(cell.get("colspan") or "1")
                if span.isdigit() and 1 < int(span) <= 100:
                    self.lose("merged cells", cells[-1])
                    cells += [""] * (int(span) - 1)
                if str(cell.get("rowspan") or "1") != "1":
                    self.lose("merged cells", cells[-1])
            if number == 0:
                is_header = bool(row.find_all("th", recursive=False)) and not row.find_all("td", recursive=False)
            if any(cells):
                rows.append(cells)
        if not rows:
            return
        width = max(len(row) for row in rows)
        if width == 1:  # a table for the layout
            for row in rows:
                self._paragraph(entities.escape(row[0]))
            return
        if not is_header:
            self.lose("table header", rows[0][0])
        caption = table.find("caption")
        self._add(
            "table",
            {
                "data": [[*row, *[""] * (width - len(row))] for row in rows],
                "first_row_is_table_header": is_header,
                "first_col_is_header": False,
                "table_caption": plain(caption.get_text(" ")) if isinstance(caption, Tag) else "",
                "table_header_choice": "row" if is_header else "neither",
            },
        )

    def _add(self, kind: str, value: Any) -> None:
        self._flush()
        self.result.blocks.append({"type": kind, "value": value})

    def _flush(self) -> None:
        text = nh3.clean(
            "".join(self.rich),
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel=None,
        )
        if text.strip():
            self.result.blocks.append({"type": "rich_text", "value": text})
        self.rich = []
