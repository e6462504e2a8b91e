"""Main menu, footer and language switch as the reader may see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from wagtail.models import Page, Site

from cms.access.pages import visible_pages
from cms.access.rules import rule_ids_for
from cms.caching import versions
from cms.contracts.navigation import MenuItem
from cms.languages.links import PageLanguages, home_in
from cms.plugins.registry import collect
from cms.records.texts import current_language

#: Where start pages stand in the tree: right below its root, one a language.
START_DEPTH = 2
#: What the language calls itself; it is a name, not a translation.
EASY_NAME = "Leichte Sprache"


@dataclass(frozen=True)
class LanguageLink:
    """One entry of the language switch."""

    code: str
    name: str
    url: str
    active: bool


class Navigation:
    """Everything around the content; one query for all pages, and only when a template uses them."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.language = current_language()

    @property
    def has_session(self) -> bool:
        """Whether the visitor sends a session; without one nobody is signed in and the database need not be asked."""
        return settings.SESSION_COOKIE_NAME in self.request.COOKIES

    @cached_property
    def _pages(self) -> list[Page]:
        """All pages around the content that the reader may see, read at once: start, main menu, portals, legal pages."""
        around = Q(homepage__isnull=False) | Q(sectionpage__portal__gt="") | Q(contentpage__in_footer=True)
        around |= Q(contentpage__legal_kind__gt="")
        around |= Q(signlanguagepage__isnull=False) | Q(show_in_menus=True, depth=START_DEPTH + 1)
        pages = Page.objects.filter(around).annotate(
            is_sign=ExpressionWrapper(Q(signlanguagepage__isnull=False), output_field=BooleanField()),
            is_start=ExpressionWrapper(Q(homepage__isnull=False), output_field=BooleanField()),
            portal=F("sectionpage__portal"),
            in_footer=F("contentpage__in_footer"),
            legal_kind=F("contentpage__legal_kind"),
        )
        seen = visible_pages(self.request, pages).select_related("locale").order_by("path")
        rules = ",".join(map(str, sorted(rule_ids_for(self.request))))  # who sees the same shares them
        return versions.remembered(f"content.navigation {rules}", lambda: list(seen))

    @cached_property
    def _site(self) -> Site | None:
        """The one Wagtail site, from what Wagtail remembers of it."""
        roots = Site.get_site_root_paths()
        return Site(pk=roots[0].site_id) if roots else None

    def _url(self, page: Page) -> str:
        # Without the site Wagtail reads it from the database to find out whether the address needs a host name.
        return page.get_url(self.request, current_site=self._site) or self.home_url

    @cached_property
    def home(self) -> Page | None:
        """The start page in the active language, else in the default language."""
        starts = {page.locale.language_code: page for page in self._pages if page.is_start}
        return starts.get(self.language) or starts.get(settings.LANGUAGE_CODE)

    @cached_property
    def home_url(self) -> str:
        """The path of the start page in the active language."""
        return home_in(self.language)

    @cached_property
    def search_url(self) -> str:
        """The path of the results page; the start page where the search is not installed."""
        return _address("search:results") or self.home_url

    @cached_property
    def suggestions_url(self) -> str:
        """The path that answers with suggestions, or "" where the search is not installed."""
        return _address("search:suggestions")

    @cached_property
    def opensearch_url(self) -> str:
        """The path of the description by which browsers offer the search, or ""."""
        return _address("search:opensearch")

    @cached_property
    def main(self) -> list[MenuItem]:
        """The main menu: what plugins contribute and the pages below home that are shown in menus."""
        items = [item for _config, menu in collect("menu") for item in menu(self.request)]
        items += [
            MenuItem(title=page.title, url=self._url(page), order=200 + number)
            for number, page in enumerate(self._pages)
            if self.home and page.path.startswith(self.home.path) and page.depth == self.home.depth + 1
            if page.show_in_menus and not page.portal
        ]
        return sorted(items, key=lambda item: item.order)

    @cached_property
    def portals(self) -> list[MenuItem]:
        """Intranet and extranet, for those who may see them."""
        portals = self._in_my_language([page for page in self._pages if page.portal])
        return [MenuItem(title=page.title, url=self._url(page), icon="lock") for page in portals]

    @cached_property
    def footer(self) -> list[MenuItem]:
        """The legal pages in the active language, else in the default language."""
        shown = self._in_my_language([page for page in self._pages if page.in_footer])
        return [MenuItem(title=page.title, url=self._url(page)) for page in shown]

    @cached_property
    def privacy(self) -> MenuItem | None:
        """The page on privacy, for forms."""
        shown = self._in_my_language([page for page in self._pages if page.legal_kind == "privacy"])
        return MenuItem(title=shown[0].title, url=self._url(shown[0])) if shown else None

    def _in_my_language(self, found: list[Page]) -> list[Page]:
        own = [page for page in found if page.locale.language_code == self.language]
        others = [page for page in found if page.locale.language_code == settings.LANGUAGE_CODE]
        have = {page.translation_key for page in own}
        return own + [page for page in others if page.translation_key not in have and page not in own]

    @cached_property
    def here(self) -> PageLanguages:
        """This page in other languages."""
        return PageLanguages(self.request, self.language)

    @cached_property
    def languages(self) -> list[LanguageLink]:
        """This page in the other languages; the start page where it has no translation."""
        return [
            LanguageLink(code, name, self.here.url(code), code == self.language)
            for code, name in (("de", "Deutsch"), ("en", "English"))
            if code in dict(settings.TEXT_LANGUAGES)
        ]

    @cached_property
    def easy(self) -> LanguageLink | None:
        """This page in Leichte Sprache, else what the intranet or the site says in it; None where there is nothing."""
        code = settings.EASY_LANGUAGE
        if self.language == code:
            return LanguageLink(code, EASY_NAME, self.here.url(code), True)
        own = self.here.twins.get(code)
        starts = [page for page in self._pages if page.locale.language_code == code and (page.is_start or page.portal)]
        page = own or self._nearest(starts, lambda start: start.portal or "")
        return LanguageLink(code, EASY_NAME, self._url(page), False) if page else None

    @cached_property
    def sign(self) -> MenuItem | None:
        """The film in sign language about the intranet (inside of it) or the site; None where there is none."""
        portals = {page.path: page.portal for page in self._pages if page.portal}
        films = [page for page in self._pages if page.is_sign]
        page = self._nearest(films, lambda film: portals.get(film.path[: -Page.steplen], ""))
        return MenuItem(title=page.title, url=self._url(page), icon="hand") if page else None

    def _nearest(self, pages: list[Page], portal_of: Callable[[Page], str]) -> Page | None:
        """Return of ``pages`` the one for the portal the reader is in, else the one for the whole site."""
        around = self.here.page.path if self.here.page else ""
        inside = next((page.portal for page in self._pages if page.portal and around.startswith(page.path)), "")
        found = {portal_of(page): page for page in reversed(pages)}
        return found.get(inside) or found.get("")


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
