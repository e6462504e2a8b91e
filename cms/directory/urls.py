"""Addresses of the directory."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import cards, views

app_name = "directory"
urlpatterns = [
    path(_("offices/"), views.unit_list, name="units"),
    path(_("offices/<slug:slug>/"), views.unit, name="unit"),
    path(_("locations/"), views.location_list, name="locations"),
    path(_("locations/<slug:slug>/"), views.location, name="location"),
    path(_("people/<slug:slug>/"), views.person, name="person"),
    path(_("offices/<slug:slug>.vcf"), cards.unit_card, name="unit_card"),
    path(_("locations/<slug:slug>.vcf"), cards.location_card, name="location_card"),
    path(_("people/<slug:slug>.vcf"), cards.person_card, name="person_card"),
]
