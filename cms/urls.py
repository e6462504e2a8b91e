"""Addresses of the site. What plugins contribute is mounted below their prefix; pages come last."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.decorators.cache import cache_control
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from cms.access.media import serve_media
from cms.accounts import urls as account_urls
from cms.content import machines, short_links
from cms.content.tiles import map_tile
from cms.content.views import serve
from cms.operations import views as operations
from cms.plugins.registry import collect
from cms.theming import urls as theming_urls

urlpatterns = [
    # Before Wagtail's: its own sign-in knows neither the second factor nor our limits.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="admin_login"),
    path("admin/", include(wagtailadmin_urls)),
    path("media/<path:name>", serve_media, name="media"),
    path("api/", include("cms.api.urls")),
    path("", include("cms.integrations.oauth")),
    path("health/live/", operations.live, name="health_live"),
    path("health/ready/", operations.ready, name="health_ready"),
    path("metrics", operations.metrics, name="metrics"),
    path("robots.txt", cache_control(public=True, max_age=3600)(machines.robots), name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-<slug:section>.xml", machines.sitemap_part, name="sitemap_part"),
    path(".well-known/security.txt", machines.security, name="security_txt"),
    path("@<slug:name>", short_links.follow, name="short_link"),
    path("@<slug:name>/", short_links.follow),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("karte/<int:zoom>/<int:column>/<int:row>.png", map_tile, name="map_tile"),
    path("accounts/", include(account_urls)),
]

urlpatterns += i18n_patterns(
    *(
        path(config.manifest.url_prefix, include(config.manifest.urls))
        for config, _urls in collect("urls", also_off=True)
    ),
    path("", include(theming_urls)),
    path("", include("cms.operations.urls")),
    path("", include("cms.content.urls")),
    re_path(r"^((?:[\w\-]+/)*)$", serve, name="wagtail_serve"),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)

handler404 = "cms.content.errors.not_found"
handler500 = "cms.faults.server_error"

if settings.DEBUG:
    from django.contrib.staticfiles.urls import staticfiles_urlpatterns

    urlpatterns = staticfiles_urlpatterns() + urlpatterns
