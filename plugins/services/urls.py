"""Addresses of the catalogue, below the plugin's prefix."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "services"
urlpatterns = [
    path("", views.index, name="index"),
    path(_("life-situations/"), views.life_situations, name="life_situations"),
    path(_("life-situations/<slug:slug>/"), views.life_situation, name="life_situation"),
    path(_("by-office/"), views.by_office, name="by_office"),
    path(_("by-office/<slug:slug>/"), views.office, name="office"),
    path("<slug:slug>/", views.service, name="service"),
    path(_("<slug:slug>/print/"), views.service_print, name="service_print"),
]
