"""Addresses of feeds: beside the pages they are about."""

from django.urls import re_path

from . import views

app_name = "feeds"
urlpatterns = [
    re_path(r"^(?P<place>(?:[\w\-]+/)*)feed\.(?P<form>rss|atom|json|ics)$", views.feed, name="feed"),
]
