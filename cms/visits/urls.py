"""Addresses of the question at the end of a page."""

from django.urls import path

from . import views

app_name = "visits"
urlpatterns = [path("", views.helpful, name="helpful")]
