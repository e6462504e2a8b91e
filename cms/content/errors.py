"""What readers see when there is nothing at an address."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cms.plugins.registry import providers

#: What robots ask for: files no page of ours is called like.
FILES = re.compile(r"\.(?!html?$)[a-z0-9]{1,5}$", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{3,}")
MOST_WORDS = 6


def words_of(path: str) -> str:
    """Return the words of an address as somebody would search for them, "" for addresses of files."""
    text = unquote(path).rstrip("/")
    if FILES.search(text):
        return ""
    last = [part for part in re.sub(r"\.html?$", "", text).split("/") if part][-2:]
    found = [word for part in last for word in WORD.findall(part) if word.lower() not in {"index", "html", "aspx"}]
    return " ".join(dict.fromkeys(found[-MOST_WORDS:]))


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer 404 with the search filled in from the address, and with what the reader may have meant."""
    words = words_of(request.path) if request.method == "GET" else ""
    nearest = providers("entries_nearest").values() if words else ()
    entries = [item for provider in nearest for item in provider(request, words)]
    return render(request, "404.html", {"words": words, "entries": entries}, status=404)
