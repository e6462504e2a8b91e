"""Addresses of open data."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "opendata"
urlpatterns = [
    path(_("open-data/"), views.index, name="index"),
    path(_("open-data/catalogue.ttl"), views.catalogue, {"form": "ttl"}, name="catalogue_ttl"),
    path(_("open-data/catalogue.rdf"), views.catalogue, {"form": "rdf"}, name="catalogue_rdf"),
    path(_("open-data/catalogue.jsonld"), views.catalogue, {"form": "jsonld"}, name="catalogue_jsonld"),
    path(_("open-data/<slug:name>.csv"), views.download, {"form": "csv"}, name="csv"),
    path(_("open-data/<slug:name>.json"), views.download, {"form": "json"}, name="json"),
]
