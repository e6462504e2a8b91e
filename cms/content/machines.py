"""What machines ask for first: robots.txt, sitemap.xml, favicon."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as sitemap_view
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from wagtail.models import Page

from cms.access.pages import visible_pages
from cms.plugins.registry import collect
from cms.theming.loading import chain


def robots(request: HttpRequest) -> HttpResponse:
    """Keep crawlers out of the admin, the search and accounts, and name the sitemap."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /accounts/",
        "Disallow: /suche/",
        "Disallow: /en/search/",
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


class PageSitemap(Sitemap):
    """Public pages: what an anonymous reader sees, whoever asks."""

    def items(self) -> list[Page]:
        """Return the pages below the site root."""
        return list(visible_pages(None, Page.objects.filter(depth__gt=1)).select_related("locale").order_by("path"))

    def get_urls(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        """Add each page's translations, as everybody may see them."""
        urls = super().get_urls(*args, **kwargs)
        versions: dict[Any, list[tuple[str, str]]] = {}
        whole = {url["item"].pk: url["location"] for url in urls}
        for url in urls:
            page = url["item"]
            versions.setdefault(page.translation_key, []).append((page.locale.language_code, whole[page.pk]))
        for url in urls:
            own = versions[url["item"].translation_key]
            url["alternates"] = [{"lang_code": code, "location": place} for code, place in own] if len(own) > 1 else []
        return urls

    def location(self, item: Page) -> str:
        """Return the path of a page."""
        return item.get_url() or "/"

    def lastmod(self, item: Page) -> object:
        """Return when the page was last published."""
        return item.last_published_at


class RecordSitemap(Sitemap):
    """Public records, as the search documents of their apps give them."""

    def items(self) -> list[str]:
        """Return the paths of all public search entries of records in the default language."""
        from cms.access.models import AccessRule

        public = AccessRule.objects.public().pk
        found = []
        for _config, documents in collect("search"):
            for document in documents:
                if issubclass(document.model, Page) or document.kind == "document":
                    continue
                for obj in document.queryset().iterator(chunk_size=500):
                    found += [
                        entry.url
                        for entry in document.entries(obj)
                        if entry.language == settings.LANGUAGE_CODE and entry.rule_id == public and not entry.part
                    ]
        return sorted(set(found))

    def location(self, item: str) -> str:
        """Return the path itself."""
        return item


def sitemap(request: HttpRequest) -> HttpResponse:
    """The sitemap of everything public."""
    return sitemap_view(request, {"pages": PageSitemap, "records": RecordSitemap})


def favicon(request: HttpRequest) -> HttpResponseRedirect:
    """Send old browsers to the theme's icon."""
    icon = chain(settings.THEME).first("icon")
    return HttpResponseRedirect(static(icon) if icon else static("wagtailadmin/images/favicon.ico"))
