"""Pages of the installation itself."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "operations"
urlpatterns = [path(_("tour/"), views.tour, name="tour")]
