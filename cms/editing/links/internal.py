"""Links within the site: whether there is something where they lead, asked of the database at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from django.conf import settings
from django.http import Http404
from django.test import RequestFactory
from django.urls import Resolver404, resolve
from django.utils import translation
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.models import Page, Site

from ..models import PageLink

Problem = PageLink.Problem


@dataclass(frozen=True)
class Target:
    """Where a link of ``page`` leads: "page:17", "document:4", "/path#place", "#place" or anything else."""

    target: str
    page: Any = None


def own_path(target: str) -> str | None:
    """Return the path, with its "#place", of an address on this site; None for one outside."""
    if target.startswith("#"):
        return target
    parts = urlsplit(target)
    hosts = {urlsplit(settings.SITE_URL).netloc, *_hosts()}
    if parts.scheme in ("http", "https") and parts.netloc in hosts or (not parts.scheme and not parts.netloc):
        return (parts.path or "/") + (f"#{parts.fragment}" if parts.fragment else "")
    return None


def _hosts() -> set[str]:
    sites = Site.objects.values_list("hostname", "port")
    return {host if port in (80, 443) else f"{host}:{port}" for host, port in sites}


def problems_of(targets: Sequence[Target]) -> list[str]:
    """Return for each target what is wrong with it, "" when nothing is. Two queries for all links to pages and files."""
    ids = {kind: {int(pk) for kind_, pk in _numbered(targets) if kind_ == kind} for kind in ("page", "document")}
    live = dict(Page.objects.filter(pk__in=ids["page"]).values_list("pk", "live")) if ids["page"] else {}
    files = (
        set(get_document_model().objects.filter(pk__in=ids["document"]).values_list("pk", flat=True))
        if ids["document"]
        else set()
    )
    paths: dict[str, str] = {}
    found: list[str] = []
    for item in targets:
        kind, _colon, rest = item.target.partition(":")
        if kind == "page" and rest.isdigit():
            state = live.get(int(rest))
            found.append(Problem.NO_PAGE if state is None else Problem.NONE if state else Problem.NOT_LIVE)
        elif kind == "document" and rest.isdigit():
            found.append(Problem.NONE if int(rest) in files else Problem.NO_DOCUMENT)
        elif not item.target.strip():
            found.append(Problem.EMPTY)
        elif item.target.startswith("#"):
            found.append(Problem.NONE if _has_place(item.page, item.target[1:]) else Problem.NO_ANCHOR)
        elif kind in ("mailto", "tel") or (path := own_path(item.target)) is None:
            found.append(Problem.NONE)
        else:
            if path not in paths:
                paths[path] = _path_problem(path)
            found.append(paths[path])
    return found


def _numbered(targets: Sequence[Target]) -> list[tuple[str, str]]:
    return [
        (match.group(1), match.group(2))
        for item in targets
        if (match := re.fullmatch(r"(page|document):(\d+)", item.target))
    ]


def _path_problem(path: str) -> str:
    """Return what is wrong with a path of ours. Only pages are looked up; other addresses count when a view has them."""
    plain, _hash, place = path.partition("#")
    plain = unquote(plain)
    if plain.startswith(("/static/", "/media/", "/admin/")):
        return Problem.NONE
    language = next((code for code, _n in settings.LANGUAGES if plain.startswith(f"/{code}/")), settings.LANGUAGE_CODE)
    with translation.override(language):
        try:
            match = resolve(plain)
        except Resolver404:
            try:
                match = resolve(f"{plain}/")  # Django redirects there
            except Resolver404:
                return Problem.NO_PATH
    if match.url_name != "wagtail_serve":
        return Problem.NONE
    request = RequestFactory(SERVER_NAME=urlsplit(settings.SITE_URL).hostname or "localhost").get(plain)
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return Problem.NONE
    parts = [part for part in plain.split("/") if part]
    with translation.override(language):
        root = site.root_page.localized.specific
        try:
            page = root.route(
                request, parts[1:] if parts[:1] == [language] and language != settings.LANGUAGE_CODE else parts
            ).page
        except Http404:
            return Problem.NONE if get_redirect(request, Redirect.normalise_path(plain)) else Problem.NO_PATH
    if place and not _has_place(page, place):
        return Problem.NO_ANCHOR
    return Problem.NONE


def _has_place(page: Any, place: str) -> bool:
    """Return whether the body of ``page`` has an element with that id. "#" and "#top" are the top of every page."""
    if place in ("", "top", "content"):
        return True
    body = getattr(page, "body", None)
    if body is None:
        return True  # nothing we could judge
    return place in _ids(str(body.render_as_block({"page": page})))


@lru_cache(maxsize=64)
def _ids(html: str) -> frozenset[str]:
    return frozenset(str(tag["id"]) for tag in BeautifulSoup(html, "html.parser").find_all(id=True))
