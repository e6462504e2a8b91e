"""Markup of records' texts: a small, safe set of elements, whoever wrote them."""

from __future__ import annotations

import re
from html import unescape

import nh3
from wagtail.rich_text import expand_db_html

ALLOWED = {
    "p", "br", "h3", "h4", "ul", "ol", "li", "strong", "em", "b", "i", "a", "table", "thead", "tbody", "tr", "th",
    "td", "caption", "abbr", "sub", "sup", "hr",
}  # fmt: skip
#: Characters that have no width and break search and selection.
INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")


def clean(html: str) -> str:
    """Return ``html`` with everything but the allowed elements removed; links get rel="noopener"."""
    return nh3.clean(
        INVISIBLE.sub("", html or ""),
        tags=ALLOWED,
        attributes={
            "a": {"href", "title", "linktype", "id"},
            "th": {"scope", "colspan"},
            "td": {"colspan"},
            "abbr": {"title"},
        },
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener",
    )


def rendered(html: str) -> str:
    """Return ``html`` cleaned and with links to pages of this site resolved, ready for a template."""
    return expand_db_html(clean(html))


def plain(html: str) -> str:
    """Return the text of ``html`` with one space between elements, for search and summaries."""
    spaced = re.sub(r"</(p|li|h\d|td|th|tr|div)>|<br ?/?>", " ", html or "")
    text = unescape(nh3.clean(spaced, tags=set()))
    return re.sub(r"\s+", " ", INVISIBLE.sub("", text)).strip()
