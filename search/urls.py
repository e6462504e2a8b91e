"""Addresses of the search."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import feeds, views
from .learning import clicks

app_name = "search"
urlpatterns = [
    path(_("search/"), views.results, name="results"),
    path(_("search/suggestions/"), views.suggestions, name="suggestions"),
    path(_("search/compare/"), views.compare, name="compare"),
    path(_("search/feed/"), feeds.rss, name="rss"),
    path(_("search/opensearch.xml"), feeds.opensearch, name="opensearch"),
    path(_("search/opened/"), clicks.opened, name="opened"),
]
