"""Addresses of the theme's own pages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "theming"
urlpatterns = [path(_("components/"), views.components, name="components")]
