"""Addresses of the ways through the whole site; those of pages come from their tree."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import listings

app_name = "content"
urlpatterns = [
    path(_("a-to-z/"), listings.a_to_z, name="a_to_z"),
    path(_("sitemap/"), listings.sitemap_page, name="sitemap"),
]
