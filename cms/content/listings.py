"""Ways through the whole site: A to Z, and the tree of pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page

from cms.access.pages import visible_pages
from cms.caching.pages import public_page
from cms.plugins.registry import providers

from .navigation import START_DEPTH, Navigation

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ#"
#: How many levels below the start page the sitemap shows, and how many pages at most.
LEVELS, MOST = 4, 3_000


@public_page
def a_to_z(request: HttpRequest) -> HttpResponse:
    """Everything the reader may see, by its first letter. Raises Http404 for a letter with nothing."""
    counts: dict[str, int] = {}
    for provider in providers("letters").values():
        counts |= provider(request)
    chosen = request.GET.get("letter", "").upper() or next((one for one in LETTERS if counts.get(one)), "")
    if chosen and not counts.get(chosen):
        raise Http404
    entries = [item for provider in providers("entries_by_letter").values() for item in provider(request, chosen)]
    letters = [
        {
            "letter": one,
            "url": f"?letter={'%23' if one == '#' else one}",
            "count": counts.get(one, 0),
            "is_current": one == chosen,
        }
        for one in LETTERS
    ]
    return render(request, "content/a_to_z.html", {"letters": letters, "letter": chosen, "entries": entries})


@dataclass
class Node:
    """A page with the pages below it."""

    title: str
    url: str
    children: list[Node] = field(default_factory=list)


@public_page
def sitemap_page(request: HttpRequest) -> HttpResponse:
    """The tree of pages in the reader's language, as far as the reader may see it."""
    navigation = Navigation(request)
    home = navigation.home
    nodes, is_cut = tree(request, home) if home else ([], False)
    context = {"nodes": nodes, "is_cut": is_cut, "menu": [item for item in navigation.main if item.order < 200]}
    return render(request, "content/sitemap.html", context)


def tree(reader: Any, home: Page) -> tuple[list[Node], bool]:
    """Return the pages below ``home`` that ``reader`` may see as a tree, and whether something was left out: one query.

    A page whose parent is not published stands below its next published ancestor.
    """
    pages = visible_pages(reader, Page.objects.descendant_of(home).filter(depth__lte=START_DEPTH + LEVELS))
    rows = list(pages.select_related("locale").order_by("path")[: MOST + 1])
    root = Node(home.title, "")
    above: list[tuple[str, Node]] = [(home.path, root)]
    for page in rows[:MOST]:
        while not page.path.startswith(above[-1][0]):
            above.pop()
        node = Node(page.title, page.get_url(reader) or "")
        above[-1][1].children.append(node)
        above.append((page.path, node))
    return root.children, len(rows) > MOST
