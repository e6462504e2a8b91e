"""What every part of a page needs: the API, the language, and how to write texts, links and notices."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from .api import Api
from .words import moment, words_of

HREF = re.compile(r'(?<=\shref=")[^"]*')
SCHEMES = ("/", "#", "https://", "http://", "mailto:", "tel:")
FILES = ("/media/", "/documents/")


def e(value: Any) -> str:
    """Return a text for HTML."""
    return escape("" if value is None else str(value))


class View:
    """One page in the making, for one reader in one language."""

    def __init__(self, api: Api, language: str) -> None:
        self.api, self.language, self.words = api, language, words_of(language)

    def word(self, name: str, **values: Any) -> str:
        """Return a word of the front end, safe."""
        return e(self.words[name].format(**values))

    def link(self, url: str, label: str, attributes: str = "") -> str:
        """Return a link; the label is a text."""
        return f'<a href="{self.address(url)}"{attributes}>{e(label)}</a>'

    def here(self, url: str) -> str:
        """Return an address of the city as one of this front end; its files stay where they are."""
        path = url.removeprefix(self.api.site)
        return path if path != url and path.startswith("/") and not path.startswith(FILES) else url

    def address(self, url: str) -> str:
        """Return an address for an attribute, "" for one that might run as a script."""
        return e(self.here(url)) if url.startswith(SCHEMES) else ""

    def html(self, markup: str) -> str:
        """Return HTML of the API, which has cleaned it, with links that stay here."""
        return HREF.sub(lambda found: self.here(found[0]), markup)

    def links(self, items: Iterable[dict[str, Any]], name: str = "title", css: str = "link-list") -> str:
        """Return things with titles and addresses as a list, "" for none."""
        rows = "".join(f"<li>{self.link(item['url'], item[name])}</li>" for item in items)
        return f'<ul class="{css}">{rows}</ul>' if rows else ""

    def notices(self, kind: str, number: str) -> list[dict[str, Any]]:
        """Return the current notices of a thing; with a unit also those of the units above it."""
        found = self.api.get("notices/", size=100, language=self.language)["results"]
        if kind != "unit":
            return [item for item in found if (item["target_kind"], item["target_id"]) == (kind, number)]
        if not any(item["units"] for item in found):
            return []
        above = self.api.get(f"units/{number}/", fields="parents", language=self.language)["parents"]
        units = {number, *(unit["id"] for unit in above)}
        return [item for item in found if any(unit["id"] in units for unit in item["units"])]

    def notices_in_full(self, kind: str, number: str) -> str:
        """Return the notices of a thing with their texts."""
        return "".join(self.notice(item) for item in self.notices(kind, number))

    def notices_in_brief(self, kind: str, number: str) -> str:
        """Return the titles of the notices of a thing."""
        return "".join(
            f'<p class="notice"><strong>{self.word(item["severity"])}:</strong> {e(item["title"])}</p>'
            for item in self.notices(kind, number)
        )

    def notice(self, item: dict[str, Any]) -> str:
        """Return one notice with its text."""
        is_easy = bool(item["easy_text"]) and self.language == "de-simple"
        text = item["easy_text"] if is_easy else item["text"]
        parts = [f"<p><strong>{self.word(item['severity'])}: {e(item['title'])}</strong></p>"]
        if text:
            parts.append(f"<p>{e(text)}</p>")
        if item["link"]:
            parts.append(f"<p>{self.link(item['link'], item['link_label'])}</p>")
        if item["easy_text"] and not is_easy:
            parts.append(f"<details><summary>{self.word('easy')}</summary><p>{e(item['easy_text'])}</p></details>")
        if item["severity"] != "information":
            parts.append(f"<p>{self.word('as_of')}: {e(moment(item['starts'], self.language))}</p>")
        return f'<div class="notice notice--{e(item["severity"])}">{"".join(parts)}</div>'
