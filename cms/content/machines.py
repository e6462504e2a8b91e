"""What machines ask for first: robots.txt, sitemap.xml, security.txt, favicon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index as index_view
from django.contrib.sitemaps.views import sitemap as sitemap_view
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page

from cms.access.pages import visible_pages
from cms.plugins.registry import providers
from cms.theming.loading import chain

#: What one file may hold (sitemaps.org).
MOST_ADDRESSES = 50_000


def robots(request: HttpRequest) -> HttpResponse:
    """Keep crawlers out of the admin, the search, accounts and short links, and name the sitemap."""
    searches = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            searches.append(f"Disallow: {translation_prefix(code)}{translation.gettext('search/')}")
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /accounts/",
        "Disallow: /@",
        *searches,
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def translation_prefix(code: str) -> str:
    """Return what addresses in a language begin with."""
    return "/" if code == settings.LANGUAGE_CODE else f"/{code}/"


class PageSitemap(Sitemap):
    """Public pages: what an anonymous reader sees, whoever asks."""

    limit = MOST_ADDRESSES

    def items(self) -> Any:
        """Return the pages below the site root."""
        return visible_pages(None, Page.objects.filter(depth__gt=1)).select_related("locale").order_by("path")

    def get_urls(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        """Add each page's translations, as everybody may see them."""
        urls = super().get_urls(*args, **kwargs)
        return _with_alternates(urls, lambda page: (page.translation_key, page.locale.language_code))

    def location(self, item: Page) -> str:
        """Return the path of a page."""
        return item.get_url() or "/"

    def lastmod(self, item: Page) -> datetime | None:
        """Return when the page was last published."""
        return item.last_published_at

    def get_latest_lastmod(self) -> datetime | None:
        """Return when a page was last published: one row instead of all."""
        return self.items().order_by("-last_published_at").values_list("last_published_at", flat=True).first()


class RecordSitemap(Sitemap):
    """Public records, as the search knows them, in every language they have."""

    limit = MOST_ADDRESSES

    def items(self) -> Any:
        """Return (path, when it changed, language, key) of all public records."""
        found = [provider() for provider in providers("public_addresses").values()]
        return found[0] if found else []

    def get_urls(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        """Add where each record stands in other languages."""
        urls = super().get_urls(*args, **kwargs)
        return _with_alternates(urls, lambda item: (item[3], item[2]))

    def location(self, item: tuple[str, datetime, str, str]) -> str:
        """Return the path."""
        return item[0]

    def lastmod(self, item: tuple[str, datetime, str, str]) -> datetime:
        """Return when the text changed."""
        return item[1]

    def get_latest_lastmod(self) -> datetime | None:
        """Leave it open: reading all rows for it is not worth it."""
        return None


def _with_alternates(urls: list[dict[str, Any]], identify: Callable[[Any], tuple[Any, str]]) -> list[dict[str, Any]]:
    """Give each address those of the same thing in other languages. ``identify(item)``: (what it is, its language)."""
    versions: dict[Any, list[dict[str, str]]] = defaultdict(list)
    for url in urls:
        same, language = identify(url["item"])
        versions[same].append({"lang_code": language, "location": url["location"]})
    for url in urls:
        own = versions[identify(url["item"])[0]]
        url["alternates"] = own if len(own) > 1 else []
    return urls


SITEMAPS = {"pages": PageSitemap, "records": RecordSitemap}


def sitemap(request: HttpRequest) -> HttpResponse:
    """The sitemap of everything public; the index of its parts once it is too long for one file."""
    if sum(part().paginator.count for part in SITEMAPS.values()) > MOST_ADDRESSES:
        return index_view(request, SITEMAPS, sitemap_url_name="sitemap_part")
    return sitemap_view(request, SITEMAPS)


def sitemap_part(request: HttpRequest, section: str) -> HttpResponse:
    """One part of a long sitemap."""
    return sitemap_view(request, SITEMAPS, section=section)


def security(request: HttpRequest) -> HttpResponse:
    """Tell whom to write to about security holes (RFC 9116). Raises Http404 while nobody is named or it has expired."""
    expires = settings.SECURITY_TXT_EXPIRES
    if not settings.SECURITY_TXT_CONTACT or expires is None or expires <= datetime.now(UTC):
        raise Http404
    lines = [f"Contact: {contact}" for contact in settings.SECURITY_TXT_CONTACT]
    lines += [
        f"Expires: {expires.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {settings.SITE_URL}{reverse('security_txt')}",
    ]
    if settings.SECURITY_TXT_POLICY:
        lines.append(f"Policy: {settings.SECURITY_TXT_POLICY}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def favicon(request: HttpRequest) -> HttpResponseRedirect:
    """Send old browsers to the theme's icon."""
    icon = chain(settings.THEME).first("icon")
    return HttpResponseRedirect(static(icon) if icon else static("wagtailadmin/images/favicon.ico"))
