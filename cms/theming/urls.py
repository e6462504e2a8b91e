"""Addresses of the theme's own pages."""

urlpatterns: list = []
